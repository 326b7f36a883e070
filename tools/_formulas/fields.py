"""Expressions about fields instead of records: each field is a record with its name, type, size and the rest."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.expression import compile_expression, evaluate
from engine.sql import Session
from engine.tool import Home
from engine.types import Field, FieldType, fields_of, schema_of

FIELDS = schema_of(
    Field("Name", FieldType.V_WString),
    Field("_CurrentField_", FieldType.V_WString),
    Field("Type", FieldType.V_WString),
    Field("Size", FieldType.Int64),
    Field("Source", FieldType.V_WString),
    Field("Description", FieldType.V_WString),
    Field("FieldNumber", FieldType.Int64),
)
_MEMORY = 64 << 20


def type_of(expression: str, home: Home, setting: str) -> FieldType:
    """What an expression about fields gives.

    Raises:
        ExpressionError: it is wrong.
    """
    return compile_expression(expression, FIELDS, home, setting=setting).type


def about_fields(expression: str, schema: pa.Schema, home: Home) -> list[Any]:
    """The result of a right expression for each field of a schema."""
    rows = tuple(
        (field.name, field.name, str(field.type), field.size, field.source, field.description, number)
        for number, field in enumerate(fields_of(schema), 1)
    )
    return list(_computed(expression, rows, home.folder, tuple(home.constants.items())))


@lru_cache(maxsize=64)  # the canvas asks at every keystroke
def _computed(
    expression: str, rows: tuple[tuple[Any, ...], ...], folder: Path, constants: tuple[tuple[str, str], ...]
) -> tuple[Any, ...]:
    arrays = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), FIELDS, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=FIELDS)
    with tempfile.TemporaryDirectory(prefix="flowrun-") as spill:
        session = Session(_MEMORY, 1, Path(spill))
        try:
            return tuple(evaluate(session, expression, batch, Home(folder, constants=dict(constants))).to_pylist())
        finally:
            session.close()

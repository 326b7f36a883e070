"""The field that is taken apart, and names for what comes out of it."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from engine.errors import ToolError
from engine.types import TEXTS, Field, find_field


def text_field(schema: pa.Schema, name: str, setting: str = "field") -> Field:
    """The text field called `name`.

    Raises:
        ToolError: there is none, or it is no text.
    """
    field = find_field(schema, name, setting=setting)
    if field.type not in TEXTS:
        raise ToolError(
            f"[{field.name}] is {field.type}; this works on texts.",
            hint="Make it V_WString with Select first.",
            setting=setting,
        )
    return field


def with_new(schema: pa.Schema, fields: Iterable[Field], setting: str) -> pa.Schema:
    """A schema with more fields at its end.

    Raises:
        ToolError: it has a field with such a name already.
    """
    new = list(fields)
    taken = {name.casefold() for name in schema.names}
    for field in new:
        if field.name.casefold() in taken:
            raise ToolError(
                f"There would be two fields [{field.name}].",
                hint="Choose another name here, or rename the field of the input with Select.",
                setting=setting,
            )
        taken.add(field.name.casefold())
    return pa.schema([*schema, *(field.arrow() for field in new)], schema.metadata)

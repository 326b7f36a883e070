"""JSONParse: a record for each value in a JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

import pyarrow as pa

from engine.batches import rows_of, width
from engine.context import Context
from engine.tool import Config, Emission, Schemas, TextName, Tool
from engine.types import Field, FieldType
from tools._parsing.fields import text_field, with_new
from tools._parsing.texts import storable

_DEEPEST = 200
_NO_INT64 = 2**63


class JSONParseConfig(Config):
    field: TextName
    """The text field with JSON."""
    values: Literal["text", "typed"] = "text"
    """Whether each value is a text in one field, or stands in one of four by its type: text, whole number, number,
    Bool."""
    keep_json: bool = False
    """Whether the JSON field itself leaves too, repeated for each value."""


class _Number(str):
    """A number as it is written."""


class JSONParse(Tool[JSONParseConfig]):
    """Take JSON texts apart: a record for each value, with its path.

    The path of a value joins the names and, in lists, the places counted from 0, with dots: `{"a": [{"b": 5}]}` gives
    the path `a.0.b` and the value `5`. All other fields are repeated. Empty objects and lists give a record with Null.
    A text that is no JSON is reported; its record stays, with Null for path and value, and so does one without a text.

    Use TextToColumns on `JSON_Name` and CrossTab behind it to make a table of the values.

    Example: `{tool: JSONParse, field: DownloadData, values: typed}`
    """

    stateless = True
    keywords = ("json", "parse", "flatten", "api", "nested")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        field = text_field(inputs["in"], self.config.field)
        kept = [other for other in inputs["in"] if self.config.keep_json or other.name != field.name]
        return {"out": with_new(pa.schema(kept, inputs["in"].metadata), self._new(), "field")}

    def _new(self) -> list[Field]:
        text = FieldType.V_WString
        if self.config.values == "text":
            return [Field("JSON_Name", text), Field("JSON_ValueString", text)]
        return [
            Field("JSON_Name", text),
            Field("JSON_ValueString", text),
            Field("JSON_ValueInt", FieldType.Int64),
            Field("JSON_ValueFloat", FieldType.Double),
            Field("JSON_ValueBool", FieldType.Bool),
        ]

    def open(self, context: Context) -> None:
        super().open(context)
        self._out = self.schema(context.inputs)["out"]
        self._name = text_field(context.inputs["in"], self.config.field).name
        self._kept = [name for name in context.inputs["in"].names if self.config.keep_json or name != self._name]

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        kept = batch.select(self._kept)
        most = rows_of(width(kept))
        found = self._found(batch.column(self._name))
        while part := list(islice(found, most)):
            yield "out", self._batch(kept, part)

    def _found(self, texts: pa.Array) -> Iterator[tuple[int, str | None, Any]]:
        """For each value its record, its path and itself."""
        for place, text in enumerate(texts.to_pylist()):
            self.context.check()
            if text is None:
                yield place, None, None
                continue
            try:
                values = list(flattened(json.loads(text.removeprefix("\ufeff"), **_AS_WRITTEN)))
            except (ValueError, RecursionError) as error:
                reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
                number = self.context.record(place)
                self.context.conversion_error(f"Record {number}: no JSON in [{self._name}]: {reason}.")
                values = [(None, None)]
            yield from ((place, path, value) for path, value in values)

    def _batch(self, kept: pa.RecordBatch, found: list[tuple[int, str | None, Any]]) -> pa.RecordBatch:
        places, paths, values = zip(*found, strict=True)
        columns = kept.take(pa.array(places, pa.int64())).columns if kept.num_columns else []
        read = _as_text if self.config.values == "text" else None
        names = [path and storable(path) for path in paths]
        new = [[read(value) for value in values]] if read else list(zip(*map(_typed, values), strict=True))
        arrays = [
            pa.array(column, field.type)
            for column, field in zip([names, *new], list(self._out)[len(columns) :], strict=True)
        ]
        return pa.RecordBatch.from_arrays([*columns, *arrays], schema=self._out)


def flattened(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str | None, Any]]:
    """Every value inside `value`, with its path. Objects are lists of pairs here, so that equal names all come.

    Raises:
        RecursionError: it is nested more than 200 deep.
    """
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, _Object):
        inside: list[tuple[Any, Any]] = list(value)
    elif isinstance(value, list):
        inside = list(enumerate(value))
    else:
        yield path, value
        return
    if not inside:
        yield path, None
    for name, part in inside:
        yield from flattened(part, f"{path}.{name}" if depth else str(name), depth + 1)


class _Object(list[tuple[str, Any]]):
    """The pairs of an object."""


_AS_WRITTEN: dict[str, Any] = {
    "object_pairs_hook": _Object,
    "parse_int": _Number,
    "parse_float": _Number,
    "parse_constant": _Number,
}


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else storable(value)


def _typed(value: Any) -> tuple[str | None, int | None, float | None, bool | None]:
    if isinstance(value, bool):
        return None, None, None, value
    if isinstance(value, _Number):
        if value.lstrip("-").isdecimal() and len(value) < 20 and -_NO_INT64 <= int(value) < _NO_INT64:
            return None, int(value), None, None
        return None, None, float(value), None
    return _as_text(value), None, None, None

"""BlobConvert: blobs to texts and back."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, FieldName, Map, Schemas, hint
from engine.types import TEXTS, Field, FieldType, Meaning, find_field

Encoding = Literal["base64", "hex", "utf-8", "utf-16", "latin-1"]

_LONGEST_SHOWN = 40  # characters of a text in a message


class BlobConvertConfig(Config):
    field: FieldName
    """A Blob, to become a text, or a text, to become a Blob."""
    encoding: Encoding = "base64"
    """How the text says what the bytes are: base64 or hex digits for any bytes; utf-8, utf-16 (little-endian) or
    latin-1 where the bytes are a text."""
    output: Annotated[str, hint(label="New field", none="None: it takes the place of the field")] = ""
    """The name of a new field; empty: the result takes the place of the field."""
    image: bool = False
    """Whether the Blobs that come out are images."""


class BlobConvert(Map[BlobConvertConfig]):
    """Write Blobs as texts, or make Blobs from texts.

    Base64 is the way for pictures and other files through JSON, CSV and web services. What cannot be converted is Null
    and reported with its record number. Line breaks and blanks within base64 and hex are passed over.

    Example: `{tool: BlobConvert, field: picture, encoding: base64, output: picture_text}`
    """

    keywords = ("base64", "hex", "binary", "encode", "decode", "bytes")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        field, new = self._fields(entering)
        if not self.config.output:
            return {"out": entering.set(entering.get_field_index(field.name), new.arrow())}
        if new.name.casefold() in (name.casefold() for name in entering.names):
            raise ToolError(f"The input already has a field [{new.name}].", hint="Choose another.", setting="output")
        return {"out": entering.append(new.arrow())}

    def _fields(self, schema: pa.Schema) -> tuple[Field, Field]:
        field = find_field(schema, self.config.field, setting="field")
        name = self.config.output or field.name
        if field.type is FieldType.Blob:
            return field, Field(name, FieldType.V_WString)
        if field.type in TEXTS:
            return field, Field(name, FieldType.Blob, meaning=Meaning.image if self.config.image else None)
        raise ToolError(f"[{field.name}] is {field.type}, neither Blob nor text.", setting="field")

    def open(self, context: Context) -> None:
        super().open(context)
        self._field, self._new = self._fields(context.inputs["in"])
        self._out = self.schema(context.inputs)["out"]
        self._convert = (
            _writer(self.config.encoding) if self._field.type is FieldType.Blob else _reader(self.config.encoding)
        )

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        place = batch.schema.get_field_index(self._field.name)
        new = pa.array(self._converted(batch.column(place)), self._new.arrow_type)
        columns = list(batch.columns)
        if self.config.output:
            columns.append(new)
        else:
            columns[place] = new
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def _converted(self, column: pa.Array) -> Iterator[str | bytes | None]:
        for place, value in enumerate(column):
            given = value.as_py()
            try:
                yield None if given is None else self._convert(given)
            except ValueError:
                shown = f"{len(given):,} bytes" if isinstance(given, bytes) else f"'{given[:_LONGEST_SHOWN]}'"
                what = f"{shown} in [{self._field.name}] is no {self.config.encoding}"
                self.context.conversion_error(f"Record {self.context.record(place)}: {what}.")
                yield None


def _writer(encoding: Encoding) -> Callable[[bytes], str]:
    if encoding == "base64":
        return lambda data: base64.b64encode(data).decode()
    if encoding == "hex":
        return lambda data: data.hex().upper()
    return lambda data: data.decode(_codec(encoding))


def _reader(encoding: Encoding) -> Callable[[str], bytes]:
    if encoding == "base64":
        return lambda text: base64.b64decode("".join(text.split()), validate=True)
    if encoding == "hex":
        return bytes.fromhex
    return lambda text: text.encode(_codec(encoding))


def _codec(encoding: Encoding) -> str:
    return "utf-16-le" if encoding == "utf-16" else encoding

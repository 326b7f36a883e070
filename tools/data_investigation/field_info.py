"""FieldInfo: the fields of a stream as records."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from engine.tool import Config, Emission, Schemas, Tool
from engine.types import BLOBS, TEXTS, Field, FieldType, fields_of, schema_of

_TEXT = FieldType.V_WString
_OUT = schema_of(
    Field("Name", _TEXT),
    Field("Type", _TEXT),
    Field("Size", FieldType.Int32),
    Field("Scale", FieldType.Int32),
    Field("Source", _TEXT),
    Field("Description", _TEXT),
    Field("Meaning", _TEXT),
)


class FieldInfo(Tool[Config]):
    """List the fields of the input: a record for each, with name, type, size, source, description.

    Size counts the characters of texts and FixedDecimals and the bytes of Blobs; other types have none. Meaning says
    what a field holds beyond its type, such as `image`, `model` or `label`. No record of the input is looked at.

    Example: `{tool: FieldInfo}`
    """

    keywords = ("schema", "metadata", "columns", "types", "describe")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        return {"out": _OUT}

    def satisfied(self) -> bool:
        return True

    def complete(self) -> Iterator[Emission]:
        rows = [
            {
                "Name": field.name,
                "Type": field.type.value,
                "Size": field.size if field.type in (*TEXTS, *BLOBS, FieldType.FixedDecimal) else None,
                "Scale": field.scale,
                "Source": field.source or None,
                "Description": field.description or None,
                "Meaning": field.meaning.value if field.meaning else None,
            }
            for field in fields_of(self.context.inputs["in"])
        ]
        yield "out", pa.RecordBatch.from_pylist(rows, schema=_OUT)

"""The fields that tools for pictures look for and make."""

from __future__ import annotations

import pyarrow as pa

from engine.errors import ToolError, listed
from engine.types import Field, FieldType, Meaning, field_meaning, fields_of, find_field


def image_field(name: str, schema: pa.Schema, setting: str) -> Field:
    """The field that holds the images: the named one, else the first that is known to, else the only Blob.

    Raises:
        ToolError: it is missing or no Blob, or there is none to choose; `setting` is what it blames.
    """
    if name:
        field = find_field(schema, name, setting=setting)
        if field.type is not FieldType.Blob:
            raise ToolError(f"[{field.name}] holds {field.type}, not images (Blob).", setting=setting)
        return field
    blobs = [field for field in fields_of(schema) if field.type is FieldType.Blob]
    found = field_meaning(schema, Meaning.image) or (blobs[0] if len(blobs) == 1 else None)
    if found is None:
        raise ToolError(
            f"No field is known to hold images; the input has {listed(schema.names)}.",
            hint="Read them with ImageInput before this tool, or choose a field.",
            setting=setting,
        )
    return found


def name_column(schema: pa.Schema) -> int | None:
    """The place of the field that names a record in messages: the path of its file, where it has one."""
    names = [name.casefold() for name in schema.names]
    return next((names.index(name) for name in ("fullpath", "file", "filename") if name in names), None)


def record_name(batch: pa.RecordBatch, column: int | None, row: int) -> str:
    """What names a record in messages, by its `name_column`; empty where nothing does."""
    return "" if column is None else str(batch.column(column)[row].as_py() or "")


def check_free(name: str, schema: pa.Schema) -> None:
    """Make sure that a new field may be called `name`, the setting `output`.

    Raises:
        ToolError: the input has such a field.
    """
    if name.casefold() in (other.casefold() for other in schema.names):
        raise ToolError(
            f"The input already has a field [{name}].",
            hint="Give the new field another name, or take the old one out with Select.",
            setting="output",
        )

"""The field with the pictures that a trained model is to look at."""

from __future__ import annotations

import pyarrow as pa

from engine import types
from engine.errors import ToolError, listed
from engine.types import FieldType, Meaning


def image_field(schema: pa.Schema, wanted: str | None, trained: str = "", *, anchor: str = "D") -> str:
    """The one that is `wanted`, else that of the name it had in training, else the first that holds images.

    Args:
        trained: the name in training; empty before the model is known, and then the answer may be empty too.

    Raises:
        ToolError: there is none.
    """
    if wanted:
        field = types.find_field(schema, wanted, setting="image", anchor=anchor)
        if field.type is not FieldType.Blob:
            raise ToolError(f"[{field.name}] is of type {field.type}; images are Blobs.", setting="image")
        return field.name
    blobs = [field for field in types.fields_of(schema) if field.type is FieldType.Blob]
    named = (field for field in blobs if field.name.casefold() == trained.casefold())
    found = next(named, None) or next((field for field in blobs if field.meaning is Meaning.image), None)
    if found is None and (trained or not blobs):
        expected = f"neither [{trained}], as in training, nor another" if trained else "images are Blobs"
        raise ToolError(
            f"No field with images in {anchor}: {expected}; it has {listed(schema.names)}.",
            hint="Load the pictures with Image Input, and prepare them as for the training.",
            setting="image",
        )
    return found.name if found else ""

"""Values as a browser gets them: exact, and short enough for a cell."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel

from engine.types import Field, Meaning

_LONG_TEXT = 1_000  # characters shown in a cell
_SAFE_INTEGER = 1 << 53


class LongText(BaseModel):
    """The beginning of a text, and how many characters it has."""

    text: str
    length: int


class BlobShape(BaseModel):
    """A blob of so many bytes; `image` is the sha256 of an image file, `kept` false where it was too large to keep."""

    blob: int
    image: str | None = None
    kept: bool = True


Cell = bool | int | float | str | LongText | BlobShape | None


def cells(column: pa.Array, field: Field, cut: Mapping[tuple[str, int], int] = MappingProxyType({})) -> list[Cell]:
    """Values as the grid shows them; `cut` holds the sizes of those that were too large to keep."""
    if pa.types.is_binary(column.type):
        return [_blob(item, cut.get((field.name, row)), field) for row, item in enumerate(column)]
    show = _SHOWN.get(str(column.type))
    if show is None:
        return _short_texts(column)
    return [None if item is None else show(item) for item in column.to_pylist()]


def cell(value: Any) -> Cell:
    """One value, as Python has it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return _integer(value)
    return _number(value) if isinstance(value, float) else _short(str(value))


def _short_texts(column: pa.Array) -> list[Cell]:
    return [None if text is None else _short(text) for text in texts(column)]


def _short(text: str) -> Cell:
    return LongText(text=text[:_LONG_TEXT], length=len(text)) if len(text) > _LONG_TEXT else text


def _blob(item: Any, cut: int | None, field: Field) -> Cell:
    if cut is not None:
        return BlobShape(blob=cut, kept=False)
    buffer = item.as_buffer()
    if buffer is None:
        return None
    image = hashlib.sha256(buffer).hexdigest() if field.meaning is Meaning.image else None
    return BlobShape(blob=buffer.size, image=image)


def texts(column: pa.Array) -> list[str | None]:
    """Values as text. Arrow converts them: Python knows no dates past the year 9999."""
    found: list[str | None] = column.cast(pa.string()).to_pylist()
    if pa.types.is_time(column.type) or pa.types.is_timestamp(column.type):
        return [text if text is None else re.sub(r"\.?0*$", "", text) if "." in text else text for text in found]
    return found


def _number(item: float) -> Cell:
    return item if math.isfinite(item) else str(item)


def _integer(item: int) -> Cell:
    return item if abs(item) <= _SAFE_INTEGER else str(item)


_SHOWN: dict[str, Callable[[Any], Cell]] = {
    "bool": bool,
    "uint8": int,
    "int16": int,
    "int32": int,
    "int64": _integer,
    "float": lambda item: _number(float(str(np.float32(item)))),  # the shortest digits that tell it from its neighbours
    "double": _number,
}
"""What is shown as a number or truth value, by Arrow type; everything else is text."""

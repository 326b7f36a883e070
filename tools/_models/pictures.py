"""Image files of a column as arrays of one size, decoded on all cores, a chunk ahead of whoever uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.context import Context

Picture = NDArray[np.uint8]
"""Shape (height, width, 3)."""
Size = tuple[int, int]
"""Width and height in pixels."""
R = TypeVar("R")
_CHUNK = 16  # files handed to a thread at a time: enough to be worth it, few enough to start soon


def each(context: Context, images: pa.Array, function: Callable[[int, bytes | None], R]) -> Iterator[list[R]]:
    """Apply `function` to the position and the bytes of each image, on all cores; results in order, in chunks."""

    def work(start: int) -> list[R]:
        chunk = images.slice(start, _CHUNK)
        return [function(start + index, value.as_py()) for index, value in enumerate(chunk)]

    return context.map(work, range(0, len(images), _CHUNK))


def scaled(picture: Picture, size: Size) -> Picture:
    """The picture at another size, as the scale step of Image Processing makes it by default."""
    from PIL import Image

    return _resized(picture, size, Image.Resampling.BILINEAR)


def reduced(picture: Picture, size: Size) -> Picture:
    """The picture at a smaller size; each new pixel is the plain mean of what it covers."""
    from PIL import Image

    return _resized(picture, size, Image.Resampling.BOX)


def _resized(picture: Picture, size: Size, how: Any) -> Picture:
    from PIL import Image

    same = (picture.shape[1], picture.shape[0]) == size
    return picture if same else np.asarray(Image.fromarray(picture).resize(size, how))


class Chunks:
    """Things gathered until there are enough of them for a step."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: list[Any] = []

    def add(self, things: list[Any]) -> Iterator[list[Any]]:
        """Take `things` in; yield every full chunk."""
        self._waiting += things
        while len(self._waiting) >= self._size:
            chunk, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
            yield chunk

    def rest(self) -> Iterator[list[Any]]:
        """Yield what is left, if anything."""
        if self._waiting:
            yield self._waiting
        self._waiting = []

"""Arrays of one shape set aside one block at a time: in memory while they are few, else in a file."""

from __future__ import annotations

import math
import uuid
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.context import Context


class Stored(Protocol):
    """An array as far as learning needs one, in memory or on disk."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> NDArray[Any]:
        """Some rows: a slice, or an array of their numbers."""
        ...


class Rows:
    """Rows of equal shape and type, kept in order, readable as one array once all have come.

    Args:
        context: lends the memory and the temporary folder.
    """

    def __init__(self, context: Context) -> None:
        self._budget = context.buffer
        self._path: Path = context.folder / f"{uuid.uuid4().hex}.rows"
        self._held: NDArray[Any] | None = None  # with room for more
        self._file: BinaryIO | None = None
        self._taken = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, block: NDArray[Any]) -> None:
        """Set `block` aside, an array of shape (rows, ...)."""
        if self._held is None:
            self._held = np.empty((0, *block.shape[1:]), block.dtype)
        if self._file is None and not self._hold(block):
            self._move_to_disk()
        if self._file is not None:
            self._file.write(np.ascontiguousarray(block).data)
        self._count += len(block)

    def _hold(self, block: NDArray[Any]) -> bool:
        """Take `block` into memory, if there is enough: in one piece, which the system makes larger without a copy."""
        assert self._held is not None
        if not self._budget.take(block.nbytes):
            return False
        self._taken += block.nbytes
        end = self._count + len(block)
        if end > len(self._held):
            self._held.resize((end + end // 8, *self._held.shape[1:]), refcheck=False)  # nobody has it before `array`
        self._held[self._count : end] = block
        return True

    def _move_to_disk(self) -> None:
        assert self._held is not None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        self._file.write(self._held[: self._count].data)
        self._held.resize((0, *self._held.shape[1:]), refcheck=False)
        self._budget.give_back(self._taken)
        self._taken = 0

    def array(self) -> Stored:
        """All rows, shape (rows, ...). Ends the writing."""
        assert self._held is not None
        if self._file is None:
            return self._held[: self._count]
        self._file.close()
        self._file = self._path.open("rb", buffering=0)
        return _OnDisk(self._file, self._held.dtype, (self._count, *self._held.shape[1:]))

    def close(self) -> None:
        """Let go of the memory and remove the file."""
        if self._file is not None:
            self._file.close()
        self._held = None
        self._budget.give_back(self._taken)
        self._taken = 0
        self._path.unlink(missing_ok=True)


class _OnDisk:
    """Rows of a file, read when they are asked for. Not mapped: all that was ever looked at would count as memory."""

    def __init__(self, file: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
        self._file, self.dtype, self.shape = file, dtype, shape
        self._size = dtype.itemsize * math.prod(shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any, /) -> NDArray[Any]:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            found = self._room(stop - start)
            self._read(start, found)
        else:
            found = self._room(len(rows))
            for place, row in enumerate(rows.tolist()):
                self._read(row, found[place : place + 1])
        return found

    def _room(self, rows: int) -> NDArray[Any]:
        return np.empty((max(rows, 0), *self.shape[1:]), self.dtype)

    def _read(self, row: int, into: NDArray[Any]) -> None:
        """Fill `into` from a row on; the system gives at most 2 GiB at once."""
        if not into.nbytes:
            return
        self._file.seek(row * self._size)
        left = into.data.cast("B")
        while left:
            count = self._file.readinto(left)  # type: ignore[attr-defined]
            if not count:
                raise OSError(f"{self._file.name} ends before its rows do.")
            left = left[count:]

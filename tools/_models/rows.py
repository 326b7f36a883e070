"""Arrays of one shape set aside one block at a time: in memory first, past the run's budget in a file."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.context import Context


class Rows:
    """Rows of equal shape and type, kept in order, readable as one array once all have come.

    Args:
        context: lends the memory budget and the temporary folder.
    """

    def __init__(self, context: Context) -> None:
        self._budget = context.resources.budget
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

    def array(self) -> NDArray[Any]:
        """All rows, shape (rows, ...); mapped from the file where memory was not enough. Ends the writing."""
        assert self._held is not None
        if self._file is None:
            return self._held[: self._count]
        self._file.close()
        return np.memmap(self._path, self._held.dtype, "r", shape=(self._count, *self._held.shape[1:]))

    def close(self) -> None:
        """Let go of the memory and remove the file."""
        if self._file is not None:
            self._file.close()
        self._held = None
        self._budget.give_back(self._taken)
        self._taken = 0
        self._path.unlink(missing_ok=True)

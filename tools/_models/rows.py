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
        self._held: list[NDArray[Any]] = []
        self._file: BinaryIO | None = None
        self._taken = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, block: NDArray[Any]) -> None:
        """Set `block` aside, an array of shape (rows, ...)."""
        self._shape, self._dtype = block.shape[1:], block.dtype
        self._count += len(block)
        if self._file is None and self._budget.take(block.nbytes):
            self._taken += block.nbytes
            self._held.append(block)
            return
        if self._file is None:
            self._move_to_disk()
        assert self._file is not None
        self._file.write(np.ascontiguousarray(block).data)

    def _move_to_disk(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        for block in self._held:
            self._file.write(np.ascontiguousarray(block).data)
        self._held = []
        self._budget.give_back(self._taken)
        self._taken = 0

    def array(self) -> NDArray[Any]:
        """All rows, shape (rows, ...); mapped from the file where memory was not enough. Ends the writing."""
        if self._file is not None:
            self._file.close()
            return np.memmap(self._path, self._dtype, "r", shape=(self._count, *self._shape))
        if len(self._held) > 1:
            self._held = [self._joined()]
        return self._held[0]

    def _joined(self) -> NDArray[Any]:
        whole = np.empty((self._count, *self._shape), self._dtype)
        end = self._count
        while self._held:  # from the back and letting go, so that nothing is held twice
            block = self._held.pop()
            whole[end - len(block) : end] = block
            end -= len(block)
        return whole

    def close(self) -> None:
        """Let go of the memory and remove the file."""
        if self._file is not None:
            self._file.close()
        self._held = []
        self._budget.give_back(self._taken)
        self._taken = 0
        self._path.unlink(missing_ok=True)

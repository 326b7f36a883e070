"""What a recipe keeps of each picture, in their order: what is known is looked up, the rest computed, 64 at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context, Elsewhere
from tools._models.beside import Beside
from tools._models.frozen import BATCH
from tools._models.pictures import Chunks
from tools._models.recipe import Recipe
from tools._models.rows import Rows, Stored
from tools._models.runtime import give_back_memory

_AHEAD = 192 << 20  # bytes of pictures that may be read before the network has made itself ready
_BESIDE = 16 << 20  # and that may wait for it from then on
_TIDIED = 4096  # pictures, after which memory that nobody uses is given back


class Gathering:
    """Add pictures, finish, and take the array.

    The few new ones among many known are computed together, wherever they stand: a network takes as long for one
    picture as for a batch.
    """

    def __init__(self, context: Context, recipe: Recipe) -> None:
        self._context, self._recipe = context, recipe
        self._known, self._computed = Rows(context), Rows(context)
        self._new: list[bool] = []
        self._mixed: Rows | None = None
        self._waiting = Chunks(BATCH)
        self._network = Beside(self._compute)
        self._elsewhere: Elsewhere[NDArray[np.uint8], NDArray[Any]] | None = None

    def __len__(self) -> int:
        return len(self._new)

    def add(self, pictures: NDArray[np.uint8]) -> None:
        """Take pictures in, shape (pictures, height, width, 3)."""
        found = self._recipe.known(pictures)
        known = [answer for answer in found if answer is not None]
        if known:
            self._known.append(np.stack(known))
        if len(self) % _TIDIED + len(pictures) >= _TIDIED:
            give_back_memory()
        self._new += [answer is None for answer in found]
        new = [picture for picture, answer in zip(pictures, found, strict=True) if answer is None]
        for full in self._waiting.add(new):
            self._send(full)

    def finish(self) -> None:
        """Nothing more comes."""
        for rest in self._waiting.rest():
            self._send(rest)
        for kept in self._elsewhere.rest() if self._elsewhere else self._network.rest():
            self._computed.append(kept)
        self._network.close()

    def array(self) -> Stored:
        """All that was kept, in the order of the pictures."""
        if not len(self._known):
            return self._computed.array()
        if not len(self._computed):
            return self._known.array()
        if self._mixed is None:
            self._mixed = self._in_order()
        return self._mixed.array()

    def close(self) -> None:
        """Let go of everything."""
        self._network.close()
        if self._elsewhere is not None:
            self._elsewhere.close()
        for rows in (self._known, self._computed, self._mixed):
            if rows is not None:
                rows.close()

    def _send(self, pictures: list[NDArray[np.uint8]]) -> None:
        block = np.stack(pictures)
        self._elsewhere = self._elsewhere or self._recipe.elsewhere()
        if self._elsewhere is not None:
            results = self._elsewhere.call(block)
        else:
            self._network.waiting = max(2, (_BESIDE if len(self._computed) else _AHEAD) // block.nbytes)
            results = self._network.call(block)
        for kept in results:
            self._computed.append(kept)

    def _compute(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        return self._recipe.keep(pictures)  # looked up late: a recipe is ready once it has met a picture

    def _in_order(self) -> Rows:
        mixed, known, computed = Rows(self._context), self._known.array(), self._computed.array()
        new = np.array(self._new)
        place = np.where(new, np.cumsum(new), np.cumsum(~new)) - 1
        for start in range(0, len(new), BATCH):
            part = slice(start, start + BATCH)
            block = np.empty((len(new[part]), *known.shape[1:]), known.dtype)
            block[new[part]], block[~new[part]] = computed[place[part][new[part]]], known[place[part][~new[part]]]
            mixed.append(block)
        return mixed

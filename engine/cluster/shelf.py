"""What waits for workers, by number, on an actor beside the run: whoever is there for a dead one asks for it again."""

from __future__ import annotations

import asyncio
from typing import Any

_ATTEMPTS = 4  # at one item: what kills four workers would kill a fifth


class Shelf:
    """An actor that keeps items, in lists of references, until nobody can need them any more."""

    def __init__(self) -> None:
        self._items: dict[int, list[Any]] = {}
        self._asked: dict[int, int] = {}
        self._count = 0
        self._ended = False
        self._changed = asyncio.Condition()

    async def add(self, number: int, item: list[Any]) -> None:
        """Keep an item."""
        async with self._changed:
            self._items[number] = item
            self._count = max(self._count, number + 1)
            self._changed.notify_all()

    async def end(self) -> None:
        """Nothing more comes."""
        async with self._changed:
            self._ended = True
            self._changed.notify_all()

    async def has(self, number: int) -> bool:
        """Wait until there is, or was, such an item, or can be none."""
        async with self._changed:
            await self._changed.wait_for(lambda: number < self._count or self._ended)
        return number < self._count

    async def item(self, number: int) -> tuple[list[Any], bool]:
        """An item, and whether too many who asked for it are dead."""
        async with self._changed:
            await self._changed.wait_for(lambda: number in self._items)
        self._asked[number] = self._asked.get(number, 0) + 1
        return self._items[number], self._asked[number] > _ATTEMPTS

    def forget(self, numbers: list[int]) -> None:
        """Let go of items whose results have arrived."""
        for number in numbers:
            del self._items[number], self._asked[number]

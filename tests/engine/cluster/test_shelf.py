"""What waits for workers: found again by who asks again, until nobody can."""

from __future__ import annotations

import asyncio

from engine.cluster.shelf import Shelf


def test_an_item_is_there_again_for_who_asks_again() -> None:
    async def work() -> None:
        shelf = Shelf()
        await shelf.add(0, ["block"])
        answers = [await shelf.item(0) for _ in range(5)]
        assert answers == [(["block"], False)] * 4 + [(["block"], True)]  # what kills four workers would kill a fifth

    asyncio.run(work())


def test_who_asks_early_waits() -> None:
    async def work() -> None:
        shelf = Shelf()
        early = [asyncio.create_task(shelf.item(1)), asyncio.create_task(shelf.has(1))]
        await asyncio.sleep(0)
        await shelf.add(1, ["second"])  # they need not come in their order
        assert await asyncio.gather(*early) == [(["second"], False), True]

    asyncio.run(work())


def test_numbers_go_on_after_items_were_let_go_of() -> None:
    async def work() -> None:
        shelf = Shelf()
        await shelf.add(0, ["block"])
        await shelf.item(0)
        shelf.forget([0])
        last = asyncio.create_task(shelf.has(1))
        await shelf.end()
        assert await shelf.has(0)  # as a reading task that begins again must count on
        assert not await last

    asyncio.run(work())

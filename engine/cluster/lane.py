"""An actor beside the run that has a dataset executed: items come in by number, and what comes of them goes out."""

from __future__ import annotations

import asyncio
import itertools
import threading
from typing import Any

from engine.cluster.places import Seat
from engine.cluster.shelf import Shelf


class Lane(Shelf):
    """An actor that has a dataset executed, and hands out its results by their numbers."""

    def __init__(self, seats: list[Seat], memory: int) -> None:
        import ray

        super().__init__()
        self._loop = asyncio.get_event_loop()
        self._results: dict[int, asyncio.Future[list[Any]]] = {}
        self._problem: Exception | None = None
        me = ray.get_runtime_context().current_actor
        threading.Thread(target=self._execute, args=(me, seats, memory), daemon=True).start()

    async def work(self, number: int, item: list[Any], arrived: list[int]) -> list[Any]:
        """Have an item worked on; a list with the reference of the reply's table."""
        self.forget(arrived)
        await self.add(number, item)
        if self._problem:
            raise self._problem
        result = await self._result(number)
        del self._results[number]
        return result

    def _result(self, number: int) -> asyncio.Future[list[Any]]:
        return self._results.setdefault(number, self._loop.create_future())

    def _execute(self, me: Any, seats: list[Seat], memory: int) -> None:
        from engine.cluster.dataset import dataset

        try:
            bundles = dataset(me, seats, memory).iter_internal_ref_bundles()
            # Not by `for` or `enumerate`, which would keep the last one's memory until the next one comes.
            for number in itertools.count():
                self._loop.call_soon_threadsafe(self._arrived, number, list(next(bundles).block_refs))
        except StopIteration:
            pass
        except Exception as error:
            self._loop.call_soon_threadsafe(self._failed, error)

    def _arrived(self, number: int, result: list[Any]) -> None:
        self._result(number).set_result(result)

    def _failed(self, error: Exception) -> None:
        self._problem = error
        for result in self._results.values():
            if not result.done():
                result.set_exception(error)

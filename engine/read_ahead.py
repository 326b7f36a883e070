"""A source read ahead of the rest, in a thread, a few batches and no more.

Only sources are read ahead: nothing flows into them, so nobody can wait for them who they wait for.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator

from engine.tool import Emission

_AHEAD = 3  # batches: enough to keep reading while the rest works, few enough to bound the memory


class _Failure:
    """An exception on its way from the reading thread to the one that asks."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


_END = object()


def read_ahead(emissions: Iterator[Emission]) -> Generator[Emission]:
    """The same emissions, made in a thread of their own from now on. Closing the generator ends the thread."""
    ready: queue.Queue[object] = queue.Queue(maxsize=_AHEAD)
    stop = threading.Event()

    def put(item: object) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for emission in emissions:
                put(emission)
                if stop.is_set():
                    break
            put(_END)
        except BaseException as error:
            put(_Failure(error))
        finally:
            if isinstance(emissions, Generator):
                emissions.close()

    thread = threading.Thread(target=work, name="flowrun-read", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            assert isinstance(item, tuple)
            yield item
    finally:
        stop.set()
        thread.join()

"""Work done in a thread beside the one that brings it: the network computes while the next pictures are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Beside(Generic[P, R]):
    """Calls of a function in a thread of its own, one after the other. Close it when done.

    Attributes:
        waiting: calls that may be not done: enough to keep the thread busy, few enough to bound the memory.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function
        self.waiting = 2
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="flowrun-network")
        self._calls: deque[Future[R]] = deque()

    def call(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        """Call the function soon; yields earlier results that are there, in order.

        Where too many are not done, it waits for one of them, or for two where `waiting` was larger before.
        An exception of a call is raised where its result would have come.
        """
        most = max(self.waiting, len(self._calls) - 1)
        self._calls.append(self._thread.submit(self._function, *args, **kwargs))
        while self._calls and (self._calls[0].done() or len(self._calls) > most):
            yield self._calls.popleft().result()

    def rest(self) -> Iterator[R]:
        """All results that have not come yet."""
        while self._calls:
            yield self._calls.popleft().result()

    def close(self) -> None:
        """Drop what waits, and end the thread once its call is over."""
        self._thread.shutdown(wait=True, cancel_futures=True)

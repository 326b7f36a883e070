"""Calls of a function on the workers, from this side: what goes there, what comes back, and in which order."""

from __future__ import annotations

import itertools
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine import __version__
from engine.cluster.recording import Failed
from engine.errors import ToolError

_AHEAD = 2  # items a worker: one to work on, one to begin with at once
_LOOK = 0.1  # seconds between two looks at whether the run was cancelled
_PATIENCE = 60.0  # seconds without a reply before the user is told


class Pool:
    """A `Lane` for one function.

    Args:
        lane: the handle of the actor.
        size: how many workers it has.
        tell: says something to the user.
    """

    def __init__(self, lane: Any, make: Any, size: int, tell: Callable[[str], None]) -> None:
        import ray

        self._ray, self._lane, self._make, self._tell = ray, lane, make, tell
        self.size = size
        self._numbers = itertools.count()
        self._made: Any = None
        self._arrived: list[int] = []
        self._has_replied = False

    def send(self, item: Any) -> Job:
        """Have the function called."""
        if self._made is None:  # not before: a line knows what all of its workers must have when its first batch comes
            self._made = self._ray.put(self._make)
        number, arrived = next(self._numbers), self._arrived
        self._arrived = []
        return Job(number, self._lane.work.remote(number, [__version__, self._made, self._ray.put(item)], arrived))

    def is_over(self, job: Job) -> bool:
        """Whether there is a result."""
        return bool(self._ray.wait([job.reply], timeout=0)[0])

    def result(self, job: Job, check: Callable[[], None]) -> Any:
        """The result; waits, and calls `check` while it does.

        Raises:
            ToolError: the workers cannot begin, or die again and again.
        """
        began = time.monotonic()
        while not self._ray.wait([job.reply], timeout=_LOOK)[0]:
            check()
            began = self._say_that_nobody_replies(began)
        try:
            (table,) = self._ray.get(self._ray.get(job.reply))
        except self._ray.exceptions.RayError as error:
            raise as_tool_error(error) from None
        self._arrived.append(job.number)
        self._has_replied = True
        reply = pickle.loads(table["reply"][0].as_buffer())  # noqa: S301 - our own
        if reply.is_new:
            self._tell("A worker died; another one does its work again.")
        if isinstance(reply.result, Failed):
            raise reply.result.error
        return reply.result

    def close(self) -> None:
        """End the workers."""
        self._ray.kill(self._lane)

    def _say_that_nobody_replies(self, since: float) -> float:
        if self._has_replied or time.monotonic() - since < _PATIENCE:
            return since
        self._tell(
            "No worker has replied for a minute; `ray status` on the cluster shows whether it has cores to spare."
        )
        return time.monotonic() + 1e9  # once is enough


@dataclass(frozen=True)
class Job:
    """An item on its way, and the reference of what comes of it."""

    number: int
    reply: Any


class Calls:
    """Calls by whichever worker is free; results in order. See `engine.context.Elsewhere`.

    Args:
        alone: nobody else uses the pool; it goes with the calls.
    """

    def __init__(self, pool: Pool, check: Callable[[], None], alone: bool) -> None:
        self._pool, self._check, self._alone = pool, check, alone
        self._jobs: deque[Job] = deque()

    def call(self, item: Any, /) -> Iterator[Any]:
        """Have the function called soon; yields earlier results. Waits where too many are not done."""
        self._jobs.append(self._pool.send(item))
        while self._jobs and (len(self._jobs) > _AHEAD * self._pool.size or self._pool.is_over(self._jobs[0])):
            yield self._next()

    def rest(self) -> Iterator[Any]:
        """All results that have not come yet."""
        while self._jobs:
            yield self._next()

    def close(self) -> None:
        """Want no more results."""
        self._jobs.clear()
        if self._alone:
            self._pool.close()

    def _next(self) -> Any:
        return self._pool.result(self._jobs.popleft(), self._check)


def as_tool_error(error: Exception) -> ToolError:
    """What Ray says of work that cannot go on, in one sentence."""
    lines = [line for line in str(getattr(error, "cause", None) or error).strip().splitlines() if line.strip()]
    return ToolError(
        f"The workers of the cluster could not go on: {lines[-1].strip() if lines else type(error).__name__}",
        hint="All machines need the same versions of flowrun, Ray and Python; Ray's logs on the cluster tell more.",
    )

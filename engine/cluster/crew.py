"""The workers of a run: kept busy, heard in order, and replaced when they die."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from engine import __version__
from engine.cluster.line import Line, Wanted
from engine.cluster.recording import Done, packed
from engine.cluster.worker import Worker
from engine.errors import ToolError

_ATTEMPTS = 4  # at one job: what kills four workers would kill a fifth
_LOOK = 0.1  # seconds between two looks at whether the run was cancelled
_PATIENCE = 60.0  # seconds without any worker before the user is told


@dataclass(frozen=True)
class Place:
    """Room for a worker on a machine of the cluster."""

    machine: str
    cores: int
    gpus: int


@dataclass(eq=False)
class _Hand:
    """A worker: its actor, and the jobs that it has not answered."""

    place: Place
    actor: Any
    ready: Any
    jobs: int = 0


@dataclass(eq=False)
class Job:
    """A call of a worker's method; it can be given to another one."""

    method: str
    arguments: tuple[Any, ...]
    hand: _Hand | None = None
    answer: Any = None
    attempts: int = 0
    only: _Hand | None = field(default=None, repr=False)


class WorkerDied(Exception):
    """A worker that held something nobody else has is gone."""


class Crew:
    """The workers.

    Args:
        places: where they are; on each a worker, if it can be had.
        memory: bytes that each may use for what tools set aside.
        tell: says something to the user.
    """

    def __init__(self, places: list[Place], memory: int, tell: Callable[[str], None]) -> None:
        import ray

        self._ray = ray
        errors = ray.exceptions
        self._deaths = (
            errors.RayActorError,
            errors.ObjectLostError,
            errors.WorkerCrashedError,
            errors.NodeDiedError,
        )
        self._memory, self._tell = memory, tell
        self._known: dict[str, Any] = {}
        self._made: dict[Any, str] = {}
        self._numbers = itertools.count(1)
        self._starting: list[_Hand] = []
        self._hands: list[_Hand] = []
        for place in places:
            self._hire(place)

    def __len__(self) -> int:
        return max(len(self._hands) + len(self._starting), 1)

    # Work that anybody can do

    def line(self, line: Line) -> str:
        """Make a line known to the workers; its name."""
        return self._publish("line", line)

    def start(self, name: str, block: list[pa.RecordBatch], wanted: Wanted) -> Job:
        """Have a block worked on."""
        return self._submit(Job("run", (name, self._known[name], self._ray.put(packed(block)), wanted)))

    def elsewhere(self, make: Callable[[Any], Callable[[Any], Any]], check: Callable[[], None]) -> Calls:
        """Calls of a function; see `Context.elsewhere`."""
        if make not in self._made:
            self._made[make] = self._publish("function", make)
        return Calls(self, self._made[make], check)

    def call(self, name: str, item: Any) -> Job:
        """Have a function called that `_publish` made known."""
        return self._submit(Job("call", (name, self._known[name], self._ray.put(item))))

    def is_over(self, job: Job) -> bool:
        """Whether there is an answer."""
        return job.answer is not None and bool(self._ray.wait([job.answer], timeout=0)[0])

    def result(self, job: Job, check: Callable[[], None]) -> Any:
        """The answer; a job whose worker died goes to another one.

        Raises:
            ToolError: it has killed several.
            WorkerDied: it was for one worker only.
        """
        waiting = time.monotonic()
        while True:
            check()
            if job.answer is None and not self._assign(job):
                waiting = self._say_that_none_is_there(waiting)
                time.sleep(_LOOK)
            elif job.answer is not None and self._ray.wait([job.answer], timeout=_LOOK)[0]:
                try:
                    answer = self._ray.get(job.answer)
                except self._deaths as error:
                    self._lost(job, error)
                    continue
                except self._ray.exceptions.RayTaskError as error:
                    raise error.cause from None
                assert job.hand is not None
                job.hand.jobs -= 1
                return answer

    # Work for one worker only

    def first(self, check: Callable[[], None]) -> _Hand:
        """A worker to stay with: one with a GPU where there are any."""
        while not self._welcome():
            check()
            time.sleep(_LOOK)
        return max(self._hands, key=lambda hand: (hand.place.gpus, -hand.jobs))

    def ask(self, hand: _Hand, method: str, *arguments: Any) -> Job:
        """Have a certain worker do something."""
        return self._submit(Job(method, arguments, only=hand))

    def keep(self, batch: pa.RecordBatch) -> Any:
        """A batch where all workers can fetch it, as often as needed."""
        return self._ray.put(packed([batch]))

    # Who there is

    def _publish(self, kind: str, value: Any) -> str:
        name = f"{kind} {next(self._numbers)}"
        self._known[name] = partial(_fetched, [self._ray.put(value)])  # in a list, so that only who needs it fetches it
        return name

    def _hire(self, place: Place) -> None:
        affinity = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(place.machine, soft=True)
        options = {"num_cpus": place.cores, "num_gpus": place.gpus, "scheduling_strategy": affinity, "max_restarts": 0}
        actor = self._ray.remote(Worker).options(**options).remote(place.cores, self._memory)
        self._starting.append(_Hand(place, actor, actor.hello.remote()))

    def _welcome(self) -> list[_Hand]:
        """Those who can work; looks who has come since."""
        for hand in list(self._starting):
            if self._ray.wait([hand.ready], timeout=0)[0]:
                self._starting.remove(hand)
                try:
                    _refuse_another_version(*self._ray.get(hand.ready))
                    self._hands.append(hand)
                except self._ray.exceptions.RayActorError:
                    self._hire(hand.place)
        return self._hands

    def _submit(self, job: Job) -> Job:
        self._assign(job)
        return job

    def _assign(self, job: Job) -> bool:
        """Give a job to the worker with the fewest; whether there is one."""
        hands = self._welcome()
        if not hands:
            return False
        job.hand = job.only or min(hands, key=lambda hand: hand.jobs)
        job.hand.jobs += 1
        job.attempts += 1
        job.answer = getattr(job.hand.actor, job.method).remote(*job.arguments)
        return True

    def _lost(self, job: Job, error: Exception) -> None:
        """A job's worker is gone: get another one for its place, and have the job done again."""
        hand, job.hand, job.answer = job.hand, None, None
        assert hand is not None
        if hand in self._hands:
            self._hands.remove(hand)
            self._tell(f"A worker died ({_reason(error)}); its work is done again by another one.")
            self._ray.kill(hand.actor)
            self._hire(hand.place)
        if job.only is not None:
            raise WorkerDied
        if job.attempts >= _ATTEMPTS:
            raise ToolError(
                f"{_ATTEMPTS} workers died at the same records: {_reason(error)}.",
                hint="They may have had too little memory: give the cluster's machines more, or run without --on.",
            )

    def _say_that_none_is_there(self, since: float) -> float:
        if time.monotonic() - since < _PATIENCE:
            return since
        cores = min((hand.place.cores for hand in self._starting), default=1)
        self._tell(f"No worker could be started yet: the cluster has no {cores} cores to spare. Waiting.")
        return time.monotonic() + 1e9  # once is enough


class Calls:
    """Calls of a function by whichever worker is free; results in order."""

    def __init__(self, crew: Crew, name: str, check: Callable[[], None]) -> None:
        self._crew, self._name, self._check = crew, name, check
        self._jobs: deque[Job] = deque()

    def call(self, item: Any, /) -> Iterator[Any]:
        """Have the function called soon; yields earlier results."""
        self._jobs.append(self._crew.call(self._name, item))
        while len(self._jobs) > 2 * len(self._crew):
            yield self._crew.result(self._jobs.popleft(), self._check)

    def rest(self) -> Iterator[Any]:
        """All results that have not come yet."""
        while self._jobs:
            yield self._crew.result(self._jobs.popleft(), self._check)

    def close(self) -> None:
        """Want no more results."""
        self._jobs.clear()


def _fetched(references: list[Any]) -> Any:
    import ray

    return ray.get(references[0])


def _reason(error: Exception) -> str:
    """Why a worker died, as far as Ray can tell."""
    low = "low on memory" in str(error)
    return "its machine was low on memory" if low else "its process or its machine ended"


def _refuse_another_version(flowrun: str, python: str) -> None:
    if flowrun != __version__:
        raise ToolError(
            f"The cluster has flowrun {flowrun} with Python {python}, this machine {__version__}.",
            hint="Install the same version on all machines.",
        )


__all__ = ["Calls", "Crew", "Done", "Job", "Place", "WorkerDied"]

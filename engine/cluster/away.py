"""In the place of a tool that works as a whole on one worker, as a training that cannot be spread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import pyarrow as pa

from engine.cluster.crew import Crew, Job, WorkerDied
from engine.cluster.line import Member
from engine.cluster.recording import Failed, Item, Said, Sent
from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.tool import Config, Emission, Schemas, Tool

R = TypeVar("R")
_WAITING = 3  # batches on their way
_ATTEMPTS = 3


class Away(Tool[Config]):
    """Sends everything that comes to one worker, and says here what the tool says there.

    What was sent is kept in the cluster's memory until the end: if the worker dies, another one begins anew with it.
    """

    def __init__(self, tool: Tool[Any], crew: Crew) -> None:
        super().__init__(tool.config, tool.home)
        self.first = tool.first
        self._tool, self._crew = tool, crew
        self._steps: list[tuple[str, Any]] = []
        self._jobs: deque[Job] = deque()
        self._attempts = 0
        self._sent: list[Sent] = []

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return self._tool.schema(inputs)

    def warnings(self, inputs: Schemas) -> Iterable[ToolWarning]:
        return self._tool.warnings(inputs)

    def open(self, context: Context) -> None:
        super().open(context)
        gpu = ", which has a GPU" if self._hire() else ""
        context.info(f"{type(self._tool).__name__} works as a whole, on one worker of the cluster{gpu}.")

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed(anchor, self._crew.keep(batch))
        yield from ()

    def finish(self, anchor: str) -> Iterator[Emission]:
        self._feed(anchor, None)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        self._surely(self._finish)
        for sent in self._sent:
            yield sent.anchor, sent.batch

    def close(self, failed: bool) -> None:
        self._jobs.clear()
        self._steps.clear()

    def _hire(self) -> bool:
        """Open the tool on a worker; whether that has a GPU."""
        self._hand = self._crew.first(self.context.check)
        member = Member.of(self.context.node, self._tool, "")
        self._sent = []
        job = self._crew.ask(self._hand, "lodge", self.context.node, member, dict(self.context.inputs))
        self._hear(self._answer(job))
        return self._hand.place.gpus > 0

    def _feed(self, port: str, block: Any) -> None:
        self._surely(lambda: self._pass_on(port, block))
        self._steps.append((port, block))

    def _pass_on(self, port: str, block: Any) -> None:
        self._jobs.append(self._crew.ask(self._hand, "feed", self.context.node, port, block))
        while len(self._jobs) > _WAITING:
            self._hear(self._answer(self._jobs.popleft()))

    def _finish(self) -> None:
        while self._jobs:
            self._hear(self._answer(self._jobs.popleft()))
        over = False
        while not over:
            now = self.context.finish_now
            job = self._crew.ask(self._hand, "complete", self.context.node, self.context.key, now)
            items, over = self._answer(job)
            self._hear(items)

    def _surely(self, work: Callable[[], None]) -> None:
        """Do some work; begin anew on another worker where this one has died."""
        died = False
        while True:
            try:
                if died:
                    self._begin_anew()
                work()
                return
            except WorkerDied:
                died = True

    def _begin_anew(self) -> None:
        self._attempts += 1
        if self._attempts >= _ATTEMPTS:
            raise ToolError(
                f"{self._attempts} workers died at it.",
                hint="They may have had too little memory: give the cluster's machines more, or run without --on.",
            )
        self._jobs.clear()
        self._hire()
        for port, block in self._steps:
            self._pass_on(port, block)

    def _answer(self, job: Job) -> Any:
        return self._crew.result(job, self.context.check)

    def _hear(self, items: list[Item]) -> None:
        for item in items:
            if isinstance(item, Said):
                getattr(self.context, item.method)(*item.arguments, **item.options)
            elif isinstance(item, Failed):
                raise item.error
            else:
                self._sent.append(item)

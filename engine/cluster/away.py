"""In the place of a tool that works as a whole on one worker, as a training that cannot be spread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from engine import __version__
from engine.cluster.alone import Desk, work_alone
from engine.cluster.calls import as_tool_error
from engine.cluster.line import Member
from engine.cluster.places import beside_the_run
from engine.cluster.recording import Failed, Item, Sent, packed
from engine.cluster.workers import Workers
from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.tool import Config, Emission, Schemas, Tool

_LOOK = 0.2  # seconds between two looks at what the tool says
_RETRIES = 2


class Away(Tool[Config]):
    """Sends everything that comes to one worker, and says here what the tool says there.

    That is a task of Ray's. What was sent is kept in the cluster's memory until the end: if the worker dies, Ray begins
    the task anew on another one, which finds all of it.
    """

    def __init__(self, tool: Tool[Any], workers: Workers) -> None:
        super().__init__(tool.config, tool.home)
        self.first = tool.first
        self._tool, self._workers = tool, workers
        self._sent = self._heard = 0

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return self._tool.schema(inputs)

    def warnings(self, inputs: Schemas) -> Iterable[ToolWarning]:
        return self._tool.warnings(inputs)

    def open(self, context: Context) -> None:
        import ray

        super().open(context)
        self._ray, seat = ray, self._workers.alone()
        self._desk = ray.remote(Desk).options(**beside_the_run()).remote()
        self._work = (
            ray.remote(work_alone)
            .options(**seat.options(), max_retries=_RETRIES)
            .remote(
                self._desk,
                __version__,
                Member.of(context.node, self._tool, ""),
                dict(context.inputs),
                seat.cores,
                self._workers.memory,
            )
        )
        while not self._hear():  # what is wrong with it should be known before hours of work of others
            self._wait()
        gpu = ", which has a GPU" if seat.gpus else ""
        context.info(f"{type(self._tool).__name__} works as a whole, on one worker of the cluster{gpu}.")

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._send(anchor, self._ray.put(packed([batch])))
        yield from ()

    def finish(self, anchor: str) -> Iterator[Emission]:
        self._send(anchor, None)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        self._desk.end.remote(self.context.key)
        while not self._is_over():
            self._hear()
            self._wait()
        self._hear()
        for item in self._result():
            yield item.anchor, item.batch

    def close(self, failed: bool) -> None:
        if hasattr(self, "_work"):
            self._ray.cancel(self._work, force=True)
            self._ray.kill(self._desk)

    def _send(self, port: str, block: Any) -> None:
        self._desk.add.remote(self._sent, [port, block])
        self._sent += 1
        self._hear()

    def _wait(self) -> None:
        """Look after the run for a moment, and at whether the task has failed."""
        self.context.check()
        if self._is_over():
            self._result()

    def _is_over(self) -> bool:
        return bool(self._ray.wait([self._work], timeout=_LOOK)[0])

    def _hear(self) -> bool:
        """Say here what the tool has said there since; whether it has begun."""
        has_begun, said = self._ray.get(self._desk.news.remote(self._heard, self.context.finish_now))
        for item in said:
            getattr(self.context, item.method)(*item.arguments, **item.options)
        self._heard += len(said)
        return bool(has_begun)

    def _result(self) -> list[Sent]:
        """What it has sent.

        Raises:
            ToolError: the worker died, as did those after it.
        """
        errors = self._ray.exceptions
        try:
            items: list[Item] = self._ray.get(self._work)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError):
            raise ToolError(
                f"{_RETRIES + 1} workers died at it.",
                hint="They may have had too little memory: give the cluster's machines more, or run without --on.",
            ) from None
        except errors.RayError as error:
            raise as_tool_error(error) from None
        for item in items:
            if isinstance(item, Failed):
                raise item.error
        return [item for item in items if isinstance(item, Sent)]

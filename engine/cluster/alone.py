"""What works on one worker alone: a tool as a whole, in one task. It is heard while it works."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.cluster.line import Member
from engine.cluster.recording import Failed, Said, Sent, unpacked
from engine.cluster.runner import FarContext, portable, refuse_another_version
from engine.cluster.shelf import Shelf
from engine.context import Resources
from engine.tool import Emission, Tool

_MOMENT = 0.3  # seconds between two times that it is heard


class Desk(Shelf):
    """An actor between a run and the worker: what comes for the tool, and what the tool says."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False
        self._said: list[Said] = []
        self._finish_now = False
        self._key = ""

    def begin(self) -> None:
        """A worker begins, or one begins anew; that one says again what the run has heard already."""
        self._said.clear()

    def tell(self, said: list[Said]) -> bool:
        """Take what the tool has said; whether it should finish now."""
        self._begun = True
        self._said += said
        return self._finish_now

    def news(self, heard: int, finish_now: bool) -> tuple[bool, list[Said]]:
        """Whether it has begun, and what it has said that was not heard yet."""
        self._finish_now = finish_now
        return self._begun, self._said[heard:]

    async def end(self, key: str = "") -> None:
        """Nothing more comes; `key` is that of the tool's result."""
        self._key = key
        await super().end()

    def key(self) -> str:
        """The key, from when nothing more comes."""
        return self._key


def work_alone(
    desk: Any, version: str, member: Member, inputs: Mapping[str, pa.Schema], threads: int, memory: int
) -> list[Sent | Failed]:
    """Have a tool do all of its work with what lies on the desk; what it sends, or how it fails."""
    import ray

    ray.get(desk.begin.remote())
    resources = Resources(threads=threads, memory=memory)
    voice = _Voice(desk, resources)
    try:
        refuse_another_version(version)
        tool = member.built()
        context = _LiveContext(member.name, resources, inputs, dict(tool.schema(inputs)))
        context.tell = voice.say
        tool.open(context)
        voice.start()
        return [
            Sent(anchor, batch, batch.nbytes) for anchor, batch in _work(tool, desk, resources) if batch is not None
        ]
    except Exception as error:  # of any kind: it is raised where the result is waited for
        return [Failed(portable(error))]
    finally:
        voice.stop()
        resources.close()


def _work(tool: Tool[Any], desk: Any, resources: Resources) -> Iterator[Emission]:
    import ray

    try:
        for port, block in _items(desk):
            if block is None:
                yield from tool.finish(port)
            else:
                for batch in unpacked(ray.get(block)):
                    yield from tool.process(port, batch)
        key = ray.get(desk.key.remote())
        resources.key = lambda node: key
        yield from tool.complete()
    finally:
        tool.close(failed=False)


def _items(desk: Any) -> Iterator[Iterable[Any]]:
    import ray

    for number in itertools.count():
        if not ray.get(desk.has.remote(number)):
            return
        yield ray.get(desk.item.remote(number))[0]


class _Voice(threading.Thread):
    """Tells the desk from time to time what the tool has said, and the tool that it should finish."""

    def __init__(self, desk: Any, resources: Resources) -> None:
        super().__init__(name="flowrun-voice", daemon=True)
        self._desk, self._resources = desk, resources
        self._said: list[Said] = []
        self._told = 0
        self._over = threading.Event()

    def say(self, said: Said) -> None:
        self._said.append(said)

    def run(self) -> None:
        self._tell()
        while not self._over.wait(_MOMENT):
            self._tell()

    def stop(self) -> None:
        """Tell the rest."""
        self._over.set()
        if self.is_alive():
            self.join()
        self._tell()

    def _tell(self) -> None:
        import ray

        said = self._said[self._told :]
        self._told += len(said)
        if ray.get(self._desk.tell.remote(said)):
            self._resources.finish_now.set()


class _LiveContext(FarContext):
    """Tells how far it is, too."""

    def progress(self, fraction: float | None, text: str = "") -> None:
        self.tell(Said("progress", (fraction, text)))

    def epoch(self, epoch: int, epochs: int, metrics: Mapping[str, float]) -> None:
        self.tell(Said("epoch", (epoch, epochs, dict(metrics))))

    def new_file(self, path: Path) -> Any:
        raise NotImplementedError("a tool that works on a worker writes no files")

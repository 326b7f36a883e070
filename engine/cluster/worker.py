"""What lives on a worker: the lines it has met, functions that tools handed over, and at most a few whole tools."""

from __future__ import annotations

import platform
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine import __version__
from engine.cluster.line import Line, Member, Wanted
from engine.cluster.recording import Done, Failed, Item, Said, Sent, unpacked
from engine.cluster.runner import FarContext, Runner, portable
from engine.context import Context, Resources


class Worker:
    """The methods that `crew` calls, one after the other.

    Args:
        threads: cores it may use.
        memory: bytes for what its tools set aside.
    """

    def __init__(self, threads: int, memory: int) -> None:
        self._resources = Resources(threads=threads, memory=memory)
        self._runners: dict[str, Runner] = {}
        self._functions: dict[str, Callable[[Any], Any]] = {}
        self._lodgers: dict[str, Lodger] = {}

    def hello(self) -> tuple[str, str]:
        """The versions of flowrun and of Python."""
        return __version__, platform.python_version()

    def run(self, name: str, line: Callable[[], Line], block: pa.Buffer, wanted: Wanted) -> Done:
        """Take a block through a line, which is fetched the first time."""
        if name not in self._runners:
            self._runners[name] = Runner(line(), self._resources)
        return self._runners[name].run(unpacked(block), wanted)

    def call(self, name: str, make: Callable[[], Callable[[Context], Any]], item: Any) -> Any:
        """Call a function, which is made the first time."""
        if name not in self._functions:
            self._functions[name] = make()(Context(name, self._resources, {}, {}))
        return self._functions[name](item)

    def lodge(self, name: str, member: Member, inputs: Mapping[str, pa.Schema]) -> list[Item]:
        """Open a tool that works here alone; what it says."""
        lodger = self._lodgers[name] = Lodger(member, inputs, self._resources)
        return lodger.news()

    def feed(self, name: str, port: str, block: pa.Buffer | None) -> list[Item]:
        """Bring it a batch, or tell it that nothing more comes by a port; what it says."""
        self._lodgers[name].feed(port, block)
        return self._lodgers[name].news()

    def complete(self, name: str, key: str, finish_now: bool) -> tuple[list[Item], bool]:
        """Have it complete, or go on with that, for a moment: what it says, and whether it is done."""
        if finish_now:
            self._resources.finish_now.set()
        lodger = self._lodgers[name]
        self._resources.key = lambda node: key
        over = lodger.complete()
        return lodger.news(), over


class Lodger:
    """A tool that works on one worker alone. Completing takes long and goes on in a thread, so that it can be heard."""

    def __init__(self, member: Member, inputs: Mapping[str, pa.Schema], resources: Resources) -> None:
        self._tool = member.built()
        self._said: queue.SimpleQueue[Item] = queue.SimpleQueue()
        context = _LiveContext(member.name, resources, inputs, dict(self._tool.schema(inputs)))
        context.tell = self._said.put
        self._thread = threading.Thread(target=self._complete, name="flowrun-lodger", daemon=True)
        self._tool.open(context)

    def feed(self, port: str, block: pa.Buffer | None) -> None:
        """Bring a batch, or the end of a port."""
        if block is None:
            self._take(self._tool.finish(port))
            return
        for batch in unpacked(block):
            self._take(self._tool.process(port, batch))

    def complete(self) -> bool:
        """Begin to complete, or wait a moment; whether it is done."""
        if self._thread.ident is None:
            self._thread.start()
        self._thread.join(_MOMENT)
        return not self._thread.is_alive()

    def news(self) -> list[Item]:
        """What it said and sent since the last time."""
        items: list[Item] = []
        while not self._said.empty():
            items.append(self._said.get())
        return items

    def _take(self, emissions: Any) -> None:
        for anchor, batch in emissions:
            self._said.put(Sent(anchor, batch, batch.nbytes))

    def _complete(self) -> None:
        try:
            self._take(self._tool.complete())
        except Exception as error:
            self._said.put(Failed(portable(error)))
        finally:
            self._tool.close(failed=False)


_MOMENT = 0.3  # seconds between two looks at a tool that completes


class _LiveContext(FarContext):
    """Tells how far it is, too."""

    def progress(self, fraction: float | None, text: str = "") -> None:
        self.tell(Said("progress", (fraction, text)))

    def epoch(self, epoch: int, epochs: int, metrics: Mapping[str, float]) -> None:
        self.tell(Said("epoch", (epoch, epochs, dict(metrics))))

    def new_file(self, path: Path) -> Any:
        raise NotImplementedError("a tool that works on a worker writes no files")

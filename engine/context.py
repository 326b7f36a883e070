"""All that a tool may know of the outside while it runs, and what the tools of a run share."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pyarrow as pa

from engine import events
from engine.cache.files import State, states
from engine.cache.memo import Memo, MemoFile
from engine.errors import Cancelled, ToolError
from engine.files import NewFile
from engine.processes import cores
from engine.results import Kept
from engine.spool import Budget, Spool

if TYPE_CHECKING:
    from engine.remarks import Remark
    from engine.sql import Session

T = TypeVar("T")
R = TypeVar("R")
A = TypeVar("A", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

DEFAULT_MEMORY = 1 << 30
"""Bytes that a run may use."""
_BASE = 240 << 20  # bytes that Python, the libraries and what is on its way take
_LEAST = 256 << 20  # bytes for spools and DuckDB, where the memory is that much
_GROUPING = 204 << 20  # bytes; with less, DuckDB mostly fails to group many records on disk
_BUFFER = 32 << 20  # bytes
CONVERSION_ERRORS_SHOWN = 10
REMARKS_SHOWN = 100
_PROGRESS_INTERVAL = 0.1  # seconds between two events of a node: nobody reads faster


class Resources:
    """What all tools of a run share: temporary folder, memory, threads, SQL, events, and the wish to stop."""

    def __init__(
        self,
        stream: events.EventStream | None = None,
        *,
        folder: Path | None = None,
        results: Path | None = None,
        memory: int = DEFAULT_MEMORY,
        threads: int | None = None,
        memo: MemoFile | None = None,
    ) -> None:
        self.events = stream or events.EventStream()
        self.memory = memory
        self.threads = threads or cores()
        rest = max(memory - _BASE, min(memory, _LEAST))
        self.share = max(rest // 2, min(rest * 3 // 4, _GROUPING))
        """Bytes for DuckDB; spools have the rest."""
        self.budget = Budget(rest - self.share)
        self.cancelled = threading.Event()
        self.finish_now = threading.Event()
        """Set when the user wants what is learnt so far: training stops and keeps the best."""
        self.unfinished: Callable[[str], Path | None] = lambda node: None
        """Where a node keeps what it needs to go on after it was killed; see `Context.unfinished`."""
        self.key: Callable[[str], str] = lambda node: ""
        """The content key of a node; see `Context.key`."""
        self.elsewhere: Callable[[Any], Elsewhere[Any, Any] | None] = lambda make: None
        """Work on other machines; see `Context.elsewhere`."""
        self._folder = folder
        self._results = results
        self._memo = memo
        self._new_files: dict[Path, NewFile] = {}

    @cached_property
    def folder(self) -> Path:
        """The run's temporary folder; gone with the run."""
        return Path(tempfile.mkdtemp(prefix="flowrun-", dir=self._folder))

    @property
    def results(self) -> Path:
        """Where the streams of Browse tools are kept."""
        return self._results or self.folder

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """Threads for `Context.map`."""
        return ThreadPoolExecutor(self.threads, thread_name_prefix="flowrun")

    @cached_property
    def sql(self) -> Session:
        """The run's DuckDB session."""
        from engine.sql import Session

        return Session(memory=self.share, threads=self.threads, folder=self.folder)

    def memo(self, kind: str) -> Memo:
        """What was computed for single records; see `Context.memo`."""
        return Memo(self._memo, kind)

    def new_file(self, path: Path) -> NewFile:
        """A file to be written by one tool of this run."""
        if path in self._new_files:
            raise ToolError(f"Two tools write {path}.", hint="Give one of them another name.", setting="path")
        self._new_files[path] = NewFile(path)
        return self._new_files[path]

    def sweep(self) -> None:
        """Remove every temporary file. Safe to call at any moment, from any thread, more than once."""
        for file in list(self._new_files.values()):
            file.discard()
        if "folder" in self.__dict__:
            shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """End the threads and the session, remove what is temporary."""
        if "pool" in self.__dict__:
            self.pool.shutdown(wait=True, cancel_futures=True)
        if "sql" in self.__dict__:
            self.sql.close()
        if self._memo is not None:
            self._memo.close()
        self.sweep()


class Elsewhere(Protocol[A, R_co]):
    """Calls of a function on other machines, as many at once as there are; results in order."""

    def call(self, item: A, /) -> Iterator[R_co]:
        """Have the function called soon; yields earlier results. Waits where too many are not done."""
        ...

    def rest(self) -> Iterator[R_co]:
        """All results that have not come yet."""
        ...

    def close(self) -> None:
        """Want no more results."""
        ...


class Context:
    """One node's view of the run.

    Attributes:
        node: the node's name.
        inputs: the schema of each input anchor with a wire (`name#1`, ... where it takes several).
        outputs: the schema of each output anchor as declared by `schema()`; None where only the data tells.
        messages: how many of each level were said.
        read, written: files that the data named, or that were written; see `engine.cache`.
        before: how many records came by the anchor before the batch at hand.
        take_note: who keeps notes: the node's tool.
        wanted: the fields that anybody still looks at, of a source that one line of nodes reads; others may be null
            from now on. None: all of them.
    """

    def __init__(
        self,
        node: str,
        resources: Resources,
        inputs: Mapping[str, pa.Schema],
        outputs: Mapping[str, pa.Schema | None],
    ) -> None:
        self.node = node
        self.inputs = inputs
        self.outputs = outputs
        self.resources = resources
        self.messages: Counter[str] = Counter()
        self.read: dict[str, State] = {}
        self.written: list[Path] = []
        self.before = 0
        self.wanted: frozenset[str] | None = None
        self.take_note: Callable[[Any], None] = lambda note: None
        self._heard: Counter[str] = Counter()
        self._last_progress = 0.0

    # What a tool says

    def record(self, index: int) -> str:
        """The number of a record, for messages, by its place in the batch at hand: counted from 1 over all batches."""
        return f"{self.before + index + 1:,}"

    def note(self, note: Any) -> None:
        """Have something kept in mind beyond the batch at hand: it comes to `Tool.take_note`.

        A stateless tool may run on many machines and keeps nothing else. Numbers, texts, and tuples of them.
        """
        self.take_note(note)

    def info(self, text: str) -> None:
        """Tell the user something worth knowing."""
        self._say("info", text)

    def warning(self, text: str, *, hint: str = "") -> None:
        """Tell the user of something that may be wrong."""
        self._say("warning", text, hint)

    def conversion_error(self, text: str = "", count: int = 1) -> None:
        """A value could not become what was asked for, and is null now. Counted; only the first few are shown.

        Args:
            text: what happened, with the record number where there is one; empty: it is only counted.
            count: how many such values there were.
        """
        if text and self.messages["conversion_error"] < CONVERSION_ERRORS_SHOWN:
            self._say("conversion_error", text)
            count -= 1
        self.messages["conversion_error"] += count

    def hear(self, remarks: Sequence[Remark]) -> None:
        """Pass on what expressions have to say of single records; messages too are limited.

        Raises:
            ToolError: one of them says that the tool must not go on.
        """
        for remark in remarks:
            number = "" if remark.record is None else f"Record {self.record(remark.record - 1)}: "
            text = number + remark.text
            if remark.level == "conversion_error":
                self.conversion_error(text, remark.count)
            elif remark.level == "error":
                raise ToolError(text)
            else:
                self.remark(remark.level, text, remark.count)

    def remark(self, level: str, text: str, count: int) -> None:
        """Say what an expression has to say of a record, or count so many more of which nothing is said."""
        self._heard[level] += count
        if text and self._heard[level] <= REMARKS_SHOWN:
            self._say("warning" if level == "warning" else "info", text)

    def tell_hidden(self) -> None:
        """Say how many conversion errors and remarks were only counted."""
        hidden = self.messages["conversion_error"] - CONVERSION_ERRORS_SHOWN
        self._tell_hidden("conversion_error", "conversion error", hidden)
        self._tell_hidden("info", "message", self._heard["info"] - REMARKS_SHOWN)
        self._tell_hidden("warning", "warning", self._heard["warning"] - REMARKS_SHOWN)

    def _tell_hidden(self, level: events.Level, word: str, count: int) -> None:
        if count > 0:
            text = f"1 more {word} is not shown." if count == 1 else f"{count:,} more {word}s are not shown."
            self.resources.events.emit(events.Message(node=self.node, level=level, text=text))

    def _say(self, level: events.Level, text: str, hint: str = "") -> None:
        self.messages[level] += 1
        self.resources.events.emit(events.Message(node=self.node, level=level, text=text, hint=hint))

    def progress(self, fraction: float | None, text: str = "") -> None:
        """Say how far the work is (0 to 1, None if unknown). Call it as often as you like; also stops a cancelled run.

        Raises:
            Cancelled: the run was asked to stop. Let it pass.
        """
        self.check()
        now = time.monotonic()
        if now - self._last_progress >= _PROGRESS_INTERVAL or fraction == 1:
            self._last_progress = now
            self.resources.events.emit(events.Progress(node=self.node, fraction=fraction, text=text))

    def epoch(self, epoch: int, epochs: int, metrics: Mapping[str, float]) -> None:
        """Report a pass over the training data, counted from 1."""
        self.check()
        self.resources.events.emit(events.Epoch(node=self.node, epoch=epoch, epochs=epochs, metrics=dict(metrics)))

    def check(self) -> None:
        """Stop here if the run was cancelled. Call it in every loop that may take longer than a moment.

        Raises:
            Cancelled: the run was asked to stop. Let it pass.
        """
        if self.resources.cancelled.is_set():
            raise Cancelled("The run was cancelled.")

    @property
    def finish_now(self) -> bool:
        """Whether the user asked a training to stop and keep the best."""
        return self.resources.finish_now.is_set()

    # What a tool may use

    @property
    def sql(self) -> Session:
        """The run's DuckDB session."""
        return self.resources.sql

    @property
    def folder(self) -> Path:
        """The run's temporary folder."""
        return self.resources.folder

    def spool(self, schema: pa.Schema, budget: Budget | None = None) -> Spool:
        """A stream set aside, within the run's budget or another. Close it when done."""
        return Spool(schema, budget or self.resources.budget, self.resources.folder)

    @cached_property
    def buffer(self) -> Budget:
        """A small part of the run's budget, for what is only read again piece by piece: a file is as good for that."""
        return Budget(_BUFFER, within=self.resources.budget)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Apply `function` to the items on all cores; results in order, a few ahead of the reader and no more.

        An exception of an item is raised where its result would have come.
        """
        ahead: deque[Future[R]] = deque()
        try:
            for item in items:
                self.check()
                ahead.append(self.resources.pool.submit(function, item))
                if len(ahead) > 2 * self.resources.threads:
                    yield ahead.popleft().result()
            while ahead:
                self.check()
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def elsewhere(self, make: Callable[[Context], Callable[[T], R]]) -> Elsewhere[T, R] | None:
        """Calls of a function on other machines; None where the run has no others.

        Args:
            make: makes the function, once on each worker, however often this is called with it; a function of a
                module, or a `partial` of one.
        """
        return self.resources.elsewhere(make)

    def memo(self, kind: str) -> Memo:
        """What was computed for single records, by content, in this run and in others; for work of 0.1 ms or more.

        Args:
            kind: what is computed, and a version of how: `"features 1"`. A key is a digest of all else that a value
                depends on. With the cache off, nothing is known and nothing is remembered.
        """
        return self.resources.memo(kind)

    @property
    def unfinished(self) -> Path | None:
        """A folder for what this node needs to go on after it was killed, from when all of its input has come.

        It belongs to the node's settings and input: whoever finds something there may go on with it. Write whole
        files (`engine.files.NewFile`). The folder goes when the node is done. None where the cache is off, or where
        nobody can tell whether the input is the same.
        """
        return self.resources.unfinished(self.node)

    @property
    def key(self) -> str:
        """What this node's result is made from, as a digest, from when all of its input has come.

        The run's manifest holds it too; empty where the cache is off or nobody can tell.
        """
        return self.resources.key(self.node)

    def has_read(self, paths: Iterable[Path | str]) -> None:
        """Say, before reading, which files are read because the data names them; those of `Tool.reads` are known."""
        self.found(states(paths))

    def found(self, files: Mapping[str, State]) -> None:
        """The same, where somebody has looked at the files already."""
        for path, state in files.items():
            self.read.setdefault(path, state)

    def new_file(self, path: Path) -> NewFile:
        """A file to write under a temporary name; `commit` it in the tool's `commit`, then call `wrote`.

        Raises:
            ToolError: the place cannot be written, or another tool of this run writes it too.
        """
        return self.resources.new_file(path)

    def keep(self, schema: pa.Schema) -> Kept:
        """A stream to be looked at after the run: write batches, then `commit`, or `discard`."""
        return Kept(self.new_file(self.resources.results / f"{self.node}.arrow"), schema)

    def wrote(self, path: Path, records: int) -> None:
        """Say that a file stands under its final name."""
        self.written.append(path)
        self.resources.events.emit(
            events.FileWritten(node=self.node, path=str(path), records=records, bytes=path.stat().st_size)
        )

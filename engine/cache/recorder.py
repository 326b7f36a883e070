"""Writes entries while a workflow runs, each as soon as its node has ended: a killed run has not run in vain."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from engine import events
from engine.cache.entries import KEPT, AnchorFacts, Draft, Entries, Entry, point
from engine.cache.files import states
from engine.cache.keys import Facts, key_of, key_with_files
from engine.cache.replay import Replay
from engine.context import Resources
from engine.digests import Digests
from engine.files import link
from engine.station import Station, Watcher

_SAID = 1_000  # messages and epochs of a node that are kept


class Recorder(Watcher):
    """Records what nodes send and say.

    Args:
        entries: where to.
        facts: of every node.
        keys: of the nodes whose result is known already.
        whole: the nodes of which all records are kept, not only the first.
        folder: of the run, with its previews and results.
        digests: watches the run before this.
    """

    def __init__(
        self,
        entries: Entries,
        facts: Mapping[str, Facts],
        keys: Mapping[str, str],
        whole: Collection[str],
        folder: Path,
        digests: Digests,
        resources: Resources,
    ) -> None:
        self.keys: dict[str, str] = dict(keys)
        self.problem = ""
        """Why something could not be kept."""
        self.kept = 0
        """Entries written."""
        self._entries = entries
        self._facts = facts
        self._whole = whole
        self._folder = folder
        self._digests = digests
        self._resources = resources
        self._drafts: dict[str, Draft] = {}
        self._said: dict[str, list[events.Message | events.Epoch]] = defaultdict(list)

    def hear(self, stamped: events.Stamped) -> None:
        """Listen to the run's events."""
        what = stamped.what
        if isinstance(what, events.Message | events.Epoch):
            said = self._said[what.node]
            if len(said) < _SAID:
                said.append(what)

    def wants(self, node: str, anchor: str) -> Collection[int] | None:
        return None if node in self._whole else ()

    def needs_all(self, node: str) -> bool:
        return node in self._whole

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        if station.name in self._whole:
            try:
                self._draft(station.name).write(anchor, batch)
            except OSError as error:
                self._give_up(station.name, error)

    def ended(self, station: Station) -> None:
        try:
            key = self._final_key(station) if station.whole else ""
            if key and not isinstance(station.tool, Replay):
                self._keep(station, key)
            if key:
                self.keys[station.name] = key
        except OSError as error:
            self._give_up(station.name, error)
        if station.name in self._drafts:
            self._drafts.pop(station.name).discard()

    def key(self, node: str) -> str:
        """The key of a node all of whose input has come, but for files that it is yet to read; empty if not known.

        What a training that was stopped early gave belongs to no key.
        """
        facts = self._facts.get(node)
        return "" if facts is None or self._resources.finish_now.is_set() else key_of(facts, self.keys)

    def _final_key(self, station: Station) -> str:
        if isinstance(station.tool, Replay):
            return self.keys.get(station.name, "")
        key = self.key(station.name)
        if key and station.context is not None and station.context.read:
            self._entries.set_named(key, list(station.context.read))
            return key_with_files(key, station.context.read)
        return key

    def _keep(self, station: Station, key: str) -> None:
        node = station.name
        draft = self._draft(node)
        schemas = {**station.declared, **station.emitted}
        for anchor, schema in schemas.items():
            if node in self._whole and schema is not None:
                draft.begin(anchor, schema)
            link(self._folder / "anchors" / f"{node}.{anchor}.arrows", draft.folder / f"{anchor}.arrows")
        link(self._folder / "results" / f"{node}.arrow", draft.folder / KEPT)
        anchors = {
            anchor: AnchorFacts(
                records=station.records.get(anchor, 0),
                bytes=station.bytes.get(anchor, 0),
                digest=self._digests.of.get((node, anchor), ""),
                stream=node in self._whole and schemas[anchor] is not None,
            )
            for anchor in schemas
        }
        written = states(station.context.written) if station.context else {}
        entry = Entry(
            tool=self._facts[node].tool,
            node=node,
            saved=time.time(),
            seconds=station.seconds,
            anchors=anchors,
            said=self._said[node],
            files=written,
        )
        draft.commit(key, entry)
        for anchor in anchors:
            point(self._folder / "anchors" / f"{node}.{anchor}.arrow", self._entries.folder / key / f"{anchor}.arrow")
        self.kept += 1

    def _draft(self, node: str) -> Draft:
        if node not in self._drafts:
            self._drafts[node] = self._entries.draft()
        return self._drafts[node]

    def _give_up(self, node: str, error: OSError) -> None:
        self.problem = error.strerror or str(error)
        self._whole = set(self._whole) - {node}
        if node in self._drafts:
            self._drafts.pop(node).discard()

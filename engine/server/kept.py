"""The records that a run left: of a Browse, and of what is kept for another run, all; of any other anchor the first."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from engine.previews import CUT
from engine.server import stored
from engine.server.refusal import Refusal
from engine.server.stored import Rows

_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Slice:
    """Some records in a row, and the sizes of values that were too large to keep, by (field, row of the slice)."""

    records: pa.RecordBatch
    cut: dict[tuple[str, int], int]


@dataclass(frozen=True)
class Kept:
    """A stream that a run left: where it lies, its fields, how many records can be read, and whether that is all."""

    path: Path
    schema: pa.Schema
    count: int
    whole: bool

    @classmethod
    def of(cls, folder: Path, node: str, anchor: str) -> Kept:
        """What a run left of a node's output anchor; without `anchor`, what a Browse kept.

        A whole stream, `anchors/<node>.<anchor>.arrow` or `results/<node>.arrow`, goes before a preview, `.arrows`.

        Raises:
            Refusal: nothing, or not yet.
        """
        if not _NAME.fullmatch(node) or (anchor and not _NAME.fullmatch(anchor)):
            raise Refusal(422, f"{node!r}.{anchor!r} is no anchor.")
        preview = folder / "anchors" / f"{node}.{anchor}.arrows"
        if anchor and preview.with_suffix(".arrow").is_file():
            return cls._whole(preview.with_suffix(".arrow"))
        if anchor and preview.is_file():
            records = _read_preview(preview).records
            return cls(preview, records.schema, records.num_rows, whole=False)
        if (browse := folder / "results" / f"{node}.arrow").is_file():
            return cls._whole(browse)
        raise Refusal(404, f"There are no records of {node} yet.", hint="They appear when the tool has sent some.")

    @classmethod
    def _whole(cls, path: Path) -> Kept:
        return cls(path, stored.schema(path), stored.count(path), whole=True)

    @property
    def identity(self) -> str:
        """A digest that changes when the records do."""
        about = self.path.stat()
        return hashlib.sha256(f"{self.path} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()[:32]

    def read(self, offset: int, limit: int, fields: Sequence[str] | None = None) -> Slice:
        """At most `limit` records from number `offset`; of all fields, or some."""
        if self.whole:
            return Slice(stored.read(self.path, offset, limit, self._names(fields)), {})
        return self.take(np.arange(offset, max(offset, min(self.count, offset + limit))), fields)

    def take(self, rows: Rows, fields: Sequence[str] | None = None) -> Slice:
        """The records of these numbers, in this order; of all fields, or some."""
        if self.whole:
            return Slice(stored.take(self.path, rows, self._names(fields)), {})
        preview = _read_preview(self.path)
        places = {int(row): place for place, row in enumerate(rows)}
        cut = {(name, places[row]): size for (name, row), size in preview.cut.items() if row in places}
        return Slice(preview.records.select(self._names(fields)).take(pa.array(rows)), cut)

    def batches(self, fields: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All records, in pieces that may be read in place."""
        if self.whole:
            yield from stored.batches(self.path, self._names(fields))
        else:
            yield _read_preview(self.path).records.select(self._names(fields))

    def _names(self, fields: Sequence[str] | None) -> list[str]:
        return self.schema.names if fields is None else list(fields)


def _read_preview(path: Path) -> Slice:
    """A preview, also while it is being written or where its writer was killed: what is whole counts."""
    batches: list[pa.RecordBatch] = []
    cut: dict[tuple[str, int], int] = {}
    rows = 0
    with pa.OSFile(str(path)) as file:
        try:
            reader = pa.ipc.open_stream(file)
        except pa.ArrowInvalid:
            raise Refusal(404, "There are no records yet.", hint="They appear when the tool has sent some.") from None
        while (found := _next(reader)) is not None:
            batch, sizes = found
            for name, large in sizes.items():
                cut |= {(name, rows + int(row)): size for row, size in large.items()}
            batches.append(batch)
            rows += batch.num_rows
    return Slice(stored.one_batch(batches, reader.schema), cut)


def _next(reader: Any) -> tuple[pa.RecordBatch, dict[str, dict[str, int]]] | None:
    try:
        batch, metadata = reader.read_next_batch_with_custom_metadata()
    except (StopIteration, pa.ArrowInvalid, OSError):
        return None
    return batch, json.loads(metadata[CUT]) if metadata and CUT in metadata else {}

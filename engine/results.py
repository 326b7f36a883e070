"""Streams that a run keeps to be looked at: one Arrow file a Browse, in the run's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from engine.files import NewFile
from engine.types import Field, Meaning, field_meaning, fields_of


class Kept:
    """A stream being kept: write batches, then commit; nothing is there before."""

    def __init__(self, file: NewFile, schema: pa.Schema) -> None:
        self._file = file
        self._sink = pa.OSFile(str(file.temporary), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Keep a batch."""
        self._writer.write_batch(batch)

    def commit(self) -> None:
        """The stream is whole."""
        self._end()
        self._file.commit()

    def discard(self) -> None:
        """The stream will not be whole; does nothing after a commit."""
        self._end()
        self._file.discard()

    def _end(self) -> None:
        if not self._sink.closed:
            self._writer.close()
            self._sink.close()


@dataclass
class Result:
    """A stream that was kept: where, how much, and its first records."""

    node: str
    path: Path
    records: int
    fields: list[Field]
    head: pa.Table
    report: Path | None = None


HEAD = 20  # records that a result shows of itself


def read_result(path: Path, head: int = HEAD) -> Result:
    """Open a kept stream; where it holds reports, write the first beside it as a page that a browser opens."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        records = reader.count_rows()
        batches: list[pa.RecordBatch] = []
        while sum(batch.num_rows for batch in batches) < min(head, records):
            batches.append(reader.get_batch(len(batches)))
        first = pa.Table.from_batches(batches, schema=reader.schema).slice(0, head)
    result = Result(path.stem, path, records, fields_of(first.schema), first)
    field = field_meaning(first.schema, Meaning.report)
    if field is not None and first.num_rows:
        result.report = path.with_suffix(".html")
        result.report.write_text(str(first[field.name][0].as_py()), encoding="utf-8")
    return result

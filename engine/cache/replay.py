"""A source that sends again what a node sent in an earlier run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from engine.errors import ToolError
from engine.tool import Config, Emission, Home, Schemas, Tool


class Replay(Tool[Config]):
    """Stands in a run in the place of a node whose result is known.

    Args:
        streams: the files of the anchors that somebody waits for. They are opened before the run, so that nobody can
            take them away while it goes on.
    """

    inputs = ()

    def __init__(self, home: Home, streams: Mapping[str, Path]) -> None:
        super().__init__(Config(), home)
        self._files = dict(streams)
        self._open: dict[str, pa.OSFile] = {}

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        return {anchor: self._reader(anchor).schema for anchor in self._files}

    def complete(self) -> Iterator[Emission]:
        for anchor in self._files:
            reader = self._reader(anchor)
            for number in range(reader.num_record_batches):
                self.context.check()
                yield anchor, reader.get_batch(number)

    def close(self, failed: bool) -> None:
        for file in self._open.values():
            file.close()

    def _reader(self, anchor: str) -> pa.RecordBatchFileReader:
        if anchor not in self._open:
            try:
                self._open[anchor] = pa.OSFile(str(self._files[anchor]))
            except OSError as error:
                raise ToolError("What was kept of it is gone.", hint="Run the workflow again.") from error
        return pa.ipc.open_file(self._open[anchor])

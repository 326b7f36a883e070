"""Browse: the whole stream, to look at."""

from __future__ import annotations

import pyarrow as pa

from engine.context import Context
from engine.tool import Config, Sink


class BrowseConfig(Config):
    title: str = ""
    """What the results are called; the node's name where left empty."""


class Browse(Sink[BrowseConfig]):
    """Keep all records that arrive, to look at them: as a table, a profile, pictures or a report.

    Nothing is left out, however many there are. The last result stays until the next run is complete.

    Example: `{tool: Browse, title: Predictions}`
    """

    keeps = True
    keywords = ("view", "look", "results", "profile")

    def open(self, context: Context) -> None:
        super().open(context)
        self._kept = context.keep(context.inputs["in"])

    def write(self, batch: pa.RecordBatch) -> None:
        self._kept.write(batch)

    def commit(self) -> None:
        self._kept.commit()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_kept"):
            self._kept.discard()

"""Output: records into a file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, SavePath, Schemas, Sink
from tools.in_out import formats


class OutputConfig(Config):
    path: SavePath
    """The file to write. Its folder must exist."""
    format: str | None = None
    """The format, such as csv, where the extension does not say it."""
    if_exists: Literal["overwrite", "fail"] = "overwrite"
    """What to do where the file is there already."""


class Output(Sink[OutputConfig]):
    """Write all records into a file.

    The extension says the format: delimited text (.csv, .tsv, .txt), .parquet, Excel (.xlsx), JSON lines (.jsonl,
    .ndjson) and Alteryx's .yxdb. Options of a format stand under its name, such as `csv: {delimiter: ";", bom: true}`.
    Pictures and models go into .yxdb or .parquet; the other formats hold no bytes.

    The file appears under its name when it is complete; a run that fails or is stopped leaves the old one as it was.
    Without records, the file holds the field names.

    Example: `{tool: Output, path: results/predictions.csv, csv: {delimiter: ";"}}`
    """

    keywords = ("write", "save", "export", "csv", "excel", "xlsx", "parquet", "json", "yxdb", "file")

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(OutputConfig, "Write")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        formats.check_fields(self._format, inputs["in"])
        return {}

    def open(self, context: Context) -> None:
        super().open(context)
        if self.config.if_exists == "fail" and self._path.exists():
            raise ToolError(f"{self._path} is there already.", hint="Remove it, or set if_exists: overwrite.")
        for name in formats.other_options(self.config, self._format):
            context.warning(f"The options under `{name}` have no effect on this file.")
        self._file = context.new_file(self._path)
        options = formats.options_of(self.config, self._format)
        self._records = 0
        with self._explained():
            self._writer = formats.formats()[self._format].Writer(self._file.temporary, context.inputs["in"], *options)

    def write(self, batch: pa.RecordBatch) -> None:
        with self._explained():
            self._writer.write(batch)
        self._records += batch.num_rows

    def commit(self) -> None:
        with self._explained():
            self._writer.close()
            self._file.commit()
        for warning in self._writer.warnings:
            self.context.warning(warning)
        self.context.wrote(self._path, self._records)

    def close(self, failed: bool) -> None:
        if failed and hasattr(getattr(self, "_writer", None), "discard"):
            self._writer.discard()
        if hasattr(self, "_file"):
            self._file.discard()

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path)

    @property
    def _format(self) -> str:
        return formats.format_of(self._path, self.config.format, "Write")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
            raise ToolError(
                f"{self._path} cannot be written: {reason}.",
                hint="The file is as it was before the run.",
                setting="path",
            ) from None

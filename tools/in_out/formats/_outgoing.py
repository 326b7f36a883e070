"""A file on its way: written under a temporary name, and put into its place when it is whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError


class Outgoing:
    """A format's writer, and the place that its file will have."""

    def __init__(self, context: Context, path: Path, format_: Any, schema: pa.Schema, options: tuple[Any, ...]) -> None:
        self._context = context
        self._path = path
        self._records = 0
        self._finished = False
        self._file = context.new_file(path)
        with self._explained():
            self._writer = format_.Writer(self._file.temporary, schema, *options)

    def write(self, batch: pa.RecordBatch) -> None:
        with self._explained():
            self._writer.write(batch)
        self._records += batch.num_rows

    def finish(self) -> None:
        """End the file, still under its temporary name; does nothing the second time."""
        if self._finished:
            return
        self._finished = True
        with self._explained():
            self._writer.close()
        for warning in self._writer.warnings:
            self._context.warning(warning)

    def commit(self) -> None:
        with self._explained():
            self._file.commit()
        self._context.wrote(self._path, self._records)

    def discard(self) -> None:
        """Leave nothing behind; does nothing after a commit."""
        if not self._finished and hasattr(self._writer, "discard"):
            self._writer.discard()
        self._file.discard()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            system = os.strerror(error.errno) if error.errno else str(error)
            reason = "the disk is full" if error.errno == errno.ENOSPC else system
            raise ToolError(
                f"{self._path} cannot be written: {reason}.",
                hint="The file is as it was before the run.",
                setting="path",
            ) from None

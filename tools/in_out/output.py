"""Output: records into files."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.errors import ToolError
from engine.spool import Spool
from engine.tool import Config, FieldName, SavePath, Schemas, Sink
from engine.types import BLOBS, find_field
from tools.in_out import formats

_MAX_FILES = 500  # each keeps a temporary file open while records come
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


class NameFrom(Config):
    field: FieldName
    """The field whose value goes into the file name."""
    mode: Literal["suffix", "prefix", "name", "path"] = "suffix"
    """Where it goes, for sales.csv and the value East: suffix `sales_East.csv`, prefix `East_sales.csv`, name
    `East.csv`. With path the value is the whole path, such as `regions/East.csv`, within the workflow's folder."""
    keep: bool = True
    """Whether the files hold the field, too."""


class OutputConfig(Config):
    path: SavePath
    """The file to write. Its folder must exist."""
    format: str | None = None
    """The format, such as csv, where the extension does not say it."""
    if_exists: Literal["overwrite", "fail"] = "overwrite"
    """What to do where the file is there already."""
    name_from: NameFrom | None = None
    """Write a file for each value of a field, which then is part of its name."""


class Output(Sink[OutputConfig]):
    """Write all records into a file, or into one file for each value of a field.

    The extension says the format: delimited text (.csv, .tsv, .txt), .parquet, Excel (.xlsx), JSON lines (.jsonl,
    .ndjson) and Alteryx's .yxdb. Options of a format stand under its name, such as `csv: {delimiter: ";", bom: true}`.
    Pictures and models go into .yxdb or .parquet; the other formats hold no bytes.

    Files appear under their names when all are complete; a run that fails or is stopped leaves the old ones as they
    were. Without records, the file holds the field names. With `name_from`, characters that file names cannot have
    become `_`, and there may be 500 files.

    Example: `{tool: Output, path: results/predictions.csv, csv: {delimiter: ";"}}`
    """

    keywords = ("write", "save", "export", "csv", "excel", "xlsx", "parquet", "json", "yxdb", "file")

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(OutputConfig, "Write")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        formats.check_fields(self._format, self._written_schema(inputs["in"]))
        return {}

    def _written_schema(self, schema: pa.Schema) -> pa.Schema:
        if self.config.name_from is None:
            return schema
        field = find_field(schema, self.config.name_from.field, setting="name_from.field")
        if field.type in BLOBS:
            raise ToolError(f"[{field.name}] is {field.type}: no file name.", setting="name_from.field")
        return schema if self.config.name_from.keep else schema.remove(schema.get_field_index(field.name))

    def open(self, context: Context) -> None:
        super().open(context)
        self._schema = self._written_schema(context.inputs["in"])
        self._files: list[_File] = []
        self._groups: dict[str, Spool] = {}
        for name in formats.other_options(self.config, self._format):
            context.warning(f"The options under `{name}` have no effect on this file.")
        if self.config.name_from is None:
            self._begin(self._path)

    def _begin(self, path: Path) -> _File:
        if self.config.if_exists == "fail" and path.exists():
            raise ToolError(f"{path} is there already.", hint="Remove it, or set if_exists: overwrite.")
        options = formats.options_of(self.config, self._format)
        self._files.append(_File(self.context, path, formats.formats()[self._format], self._schema, options))
        return self._files[-1]

    def write(self, batch: pa.RecordBatch) -> None:
        if self.config.name_from is None:
            self._files[0].write(batch)
            return
        field = find_field(batch.schema, self.config.name_from.field)
        values = pc.fill_null(batch[field.name].cast(pa.string()), "")
        columns = batch.select(self._schema.names)
        for value in pc.unique(values).to_pylist():
            self._group(value).append(columns.filter(pc.equal(values, value)))

    def _group(self, value: str) -> Spool:
        if value not in self._groups:
            if len(self._groups) == _MAX_FILES:
                raise ToolError(
                    f"The field of name_from has more than {_MAX_FILES} values, and each would be a file.",
                    hint="Choose a field with fewer values.",
                    setting="name_from.field",
                )
            self._groups[value] = self.context.spool(self._schema)
        return self._groups[value]

    def commit(self) -> None:
        for path, group in self._paths().items():
            file = self._begin(path)
            for batch in group:
                self.context.check()
                file.write(batch)
            file.finish()
            group.close()
        for file in self._files:
            file.finish()
        for file in self._files:
            file.commit()
        if not self._files:
            self.context.warning("No record came, so no file was written.")

    def _paths(self) -> dict[Path, Spool]:
        """The file of each group; also where capitals do not count, as on most desktops, no two are the same."""
        values: dict[str, str] = {}
        for value in self._groups:
            path = self._path_of(value)
            other = values.setdefault(str(path).casefold(), value)
            if other != value:
                raise ToolError(
                    f"The values '{other}' and '{value}' would both be written into {path.name}.",
                    hint="Make them differ by letters or digits with Formula first.",
                    setting="name_from.field",
                )
        return {self._path_of(value): group for value, group in self._groups.items()}

    def _path_of(self, value: str) -> Path:
        assert self.config.name_from is not None
        if self.config.name_from.mode == "path":
            return self._whole_path(value)
        path = self._path
        text = _NOT_IN_NAMES.sub("_", value)
        named = {"suffix": f"{path.stem}_{text}", "prefix": f"{text}_{path.stem}", "name": text or "_"}
        return path.with_name(named[self.config.name_from.mode] + path.suffix)

    def _whole_path(self, value: str) -> Path:
        """The path that a value names. Data decides where files go, so they may not leave the workflow's folder."""
        path = self.home.path(value)
        if not path.resolve().is_relative_to(self.home.folder.resolve()) or path.suffix != self._path.suffix:
            raise ToolError(
                f"'{value}' is no path of a {self._path.suffix} file within the workflow's folder.",
                hint="Change the values with Formula first.",
                setting="name_from.field",
            )
        return path

    def close(self, failed: bool) -> None:
        for file in getattr(self, "_files", []):
            file.discard()
        for group in getattr(self, "_groups", {}).values():
            group.close()

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path)

    @property
    def _format(self) -> str:
        return formats.format_of(self._path, self.config.format, "Write")


class _File:
    """A file on its way: a format's writer, and the place it will have."""

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
            reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
            raise ToolError(
                f"{self._path} cannot be written: {reason}.",
                hint="The file is as it was before the run.",
                setting="path",
            ) from None

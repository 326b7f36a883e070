"""BlobInput: whole files as bytes in a field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, did_you_mean
from engine.tool import Anchor, Config, Emission, FilePath, Schemas, Tool, hint
from engine.types import TEXTS, Field, FieldType, Meaning, find_field
from tools._files.contents import Paths, Unreadable, contents, portions, slices
from tools._files.listing import readable
from tools._files.naming import NameFrom, named
from tools._files.unusable import Policy, Unusable
from tools._records.naming import check_new


class BlobInputConfig(Config):
    path: FilePath = ""
    """The file to read; with an input, the one whose name `name_from` changes (not needed for its mode path)."""
    name_from: Annotated[NameFrom | None, hint(fed=True)] = None
    """With an input: the field that says which file each record gets."""
    output: Annotated[str, hint(label="New field")] = "Blob"
    """The name of the field for the bytes."""
    image: bool = False
    """Whether the files are images."""
    on_missing: Policy = "stop"
    """What to do with a file that is missing or cannot be read: stop the run, skip the record, or keep it with Null."""


class BlobInput(Tool[BlobInputConfig]):
    """Read whole files, of any kind, as bytes into a field.

    Without an input one record leaves, with the file at `path`. With an input each record gets a file: the value of a
    field is its whole path (as `FullPath` of a `Directory`), or goes into the name of `path`. All other fields stay.
    Relative paths start at the workflow file; a file may have up to 512 MiB.

    BlobConvert makes texts of the bytes, BlobOutput writes them; for pictures see ImageInput, which looks into them.

    Example: `{tool: BlobInput, name_from: {field: FullPath, mode: path}}`
    """

    inputs = (Anchor("in", "Records that say which file to read.", optional=True),)
    stateless = True
    keywords = ("binary", "bytes", "file", "read", "attachment", "pdf")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        blob = Field(self.config.output, FieldType.Blob, meaning=Meaning.image if self.config.image else None)
        if (self.config.name_from is None) == ("in" in inputs):
            what = "Nothing says which file a record gets." if "in" in inputs else "name_from needs an input."
            raise ToolError(
                what, hint="Set name_from where an input is connected, and only there.", setting="name_from"
            )
        if not self.config.path and (self.config.name_from is None or self.config.name_from.mode != "path"):
            raise ToolError("Nothing says which file to read.", hint="Set path to a file.", setting="path")
        entering = inputs.get("in", pa.schema([]))
        if self.config.name_from is None:
            self._check_file(self._path)
        else:
            self._name(entering)
        check_new(blob.name, entering.names, "output")
        return {"out": entering.append(blob.arrow())}

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path)

    def _check_file(self, path: Path) -> None:
        if not path.is_file():
            near = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
            raise ToolError(f"There is no file {path}.", hint=did_you_mean(path.name, near), setting="path")

    def _name(self, schema: pa.Schema) -> str:
        assert self.config.name_from is not None
        field = find_field(schema, self.config.name_from.field, setting="name_from.field")
        if self.config.name_from.mode == "path" and field.type not in TEXTS:
            raise ToolError(f"[{field.name}] holds {field.type}; a path is text.", setting="name_from.field")
        return field.name

    def reads(self) -> tuple[Path, ...]:
        return (self._path,) if self.config.name_from is None else ()

    def open(self, context: Context) -> None:
        super().open(context)
        self._bad = Unusable(context, self.config.on_missing, "file", "on_missing")
        self._out = self.schema(context.inputs)["out"]

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        texts = batch.column(self._name(batch.schema)).cast(pa.string()).to_pylist()
        start = 0
        for paths in portions([self._path_of(text) for text in texts]):
            self.context.has_read(path for path in paths if path is not None)
            yield "out", self._with_files(batch.slice(start, len(paths)), paths, start)
            start += len(paths)

    def _path_of(self, value: str | None) -> str | None:
        assert self.config.name_from is not None
        if not value:
            return value
        mode = self.config.name_from.mode
        return str(self.home.path(value) if mode == "path" else named(self._path, self._path.suffix, mode, value))

    def _with_files(self, batch: pa.RecordBatch, paths: Paths, start: int) -> pa.RecordBatch:
        blobs = pa.array(self._blobs(paths, start), pa.binary())
        full = pa.RecordBatch.from_arrays([*batch.columns, blobs], schema=self._out)
        return full.filter(blobs.is_valid()) if self.config.on_missing == "skip" and blobs.null_count else full

    def _blobs(self, paths: Paths, start: int) -> Iterator[bytes | None]:
        found = (one for part in self.context.map(_read, slices(paths)) for one in part)
        for index, (path, outcome) in enumerate(zip(paths, found, strict=True), start):
            if isinstance(outcome, str):
                self._bad.add(readable(path) if path else f"Record {self.context.record(index)}", outcome)
            yield None if isinstance(outcome, str) else outcome
        self._bad.saw(len(paths))
        self.context.progress(None, f"{self.context.before + start + len(paths):,} files")

    def take_note(self, note: str | int) -> None:
        self._bad.take(note)

    def complete(self) -> Iterator[Emission]:
        if self.config.name_from is None:
            batch = pa.RecordBatch.from_arrays([pa.array(self._blobs([str(self._path)], 0), pa.binary())], ["Blob"])
            one = batch.filter(batch.column(0).is_valid()) if self.config.on_missing == "skip" else batch
            yield "out", pa.RecordBatch.from_arrays(one.columns, schema=self._out)
        self._bad.sum_up()


def _read(paths: Paths) -> list[bytes | str]:
    return [_contents(path) for path in paths]


def _contents(path: str | None) -> bytes | str:
    """A file's bytes, or why there are none."""
    try:
        return contents(path)
    except Unreadable as reason:
        return str(reason)

"""BlobOutput: the bytes of each record into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, listed
from engine.files import NewFile
from engine.tool import Config, SavePath, Schemas, Sink, hint
from engine.types import BLOBS, TEXTS, Field, fields_of, find_field
from tools._files.naming import NameFrom, named, within


class BlobOutputConfig(Config):
    field: Annotated[str, hint("field", types=[str(type_) for type_ in BLOBS])] = ""
    """The Blob to write. Left out: the only one that there is."""
    path: SavePath = ""
    """The file to write, or the one whose name `name_from` changes (not needed for its mode path). Its folder must
    exist."""
    name_from: NameFrom | None = None
    """The field that says which file each record is written to; needed for more than one record. With the mode path
    files stay within the workflow's folder."""
    if_exists: Literal["overwrite", "fail"] = "overwrite"
    """What to do where a file is there already."""


class BlobOutput(Sink[BlobOutputConfig]):
    """Write the bytes of each record into a file.

    The value of a field goes into the name of `path`: for `letters/letter.pdf` and the value 17 as suffix
    `letter_17.pdf`, as prefix `17_letter.pdf`, as name `17.pdf`; with the mode path it is the whole path. Two records
    never go into one file: that stops the run. Records with Null instead of bytes are left out, with a warning.

    All files appear when all records have come; a run that fails or is stopped leaves the old ones as they are. For
    pictures see ImageOutput, which names them by itself.

    Example: `{tool: BlobOutput, path: letters/letter.pdf, name_from: {field: Customer, mode: suffix}}`
    """

    keywords = ("binary", "bytes", "file", "save", "write", "export", "attachment", "pdf")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        self._blob(entering)
        self._name(entering)
        if not self.config.path and (self.config.name_from is None or self.config.name_from.mode != "path"):
            raise ToolError("Nothing says which file to write.", hint="Set path to a file.", setting="path")
        return {}

    def _blob(self, schema: pa.Schema) -> str:
        blobs = [field.name for field in fields_of(schema) if field.type in BLOBS]
        if not self.config.field and len(blobs) == 1:
            return blobs[0]
        if not self.config.field:
            what = f"The input has more than one Blob: {listed(blobs)}." if blobs else "The input has no Blob."
            hint = "Say which one to write." if blobs else "BlobConvert makes one of a text."
            raise ToolError(what, hint=hint, setting="field")
        field = find_field(schema, self.config.field, setting="field")
        if field.type not in BLOBS:
            message = f"[{field.name}] is {field.type}, no Blob."
            raise ToolError(message, hint="BlobConvert makes one of a text.", setting="field")
        return field.name

    def _name(self, schema: pa.Schema) -> Field | None:
        if self.config.name_from is None:
            return None
        field = find_field(schema, self.config.name_from.field, setting="name_from.field")
        if field.type in BLOBS or (self.config.name_from.mode == "path" and field.type not in TEXTS):
            raise ToolError(f"[{field.name}] holds {field.type}, no name of a file.", setting="name_from.field")
        return field

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._field, self._from = self._blob(entering), self._name(entering)
        if self.config.path and not self._path.parent.is_dir():
            raise ToolError(f"The folder {self._path.parent} does not exist.", setting="path")
        self._files: dict[str, NewFile] = {}
        self._empty = 0

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path)

    def write(self, batch: pa.RecordBatch) -> None:
        texts = batch.column(self._from.name).cast(pa.string()).to_pylist() if self._from else [""] * batch.num_rows
        for place, (text, blob) in enumerate(zip(texts, batch.column(self._field), strict=True)):
            if not blob.is_valid:
                self._empty += 1
                continue
            self._begin(self._path_of(text, place), place).temporary.write_bytes(blob.as_buffer())
        self.context.progress(None, f"{len(self._files):,} files")

    def _path_of(self, text: str | None, place: int) -> Path:
        name_from = self.config.name_from
        if name_from is None:
            return self._path
        if not text:
            message = f"Record {self.context.record(place)}: [{name_from.field}] is empty, and would be the name."
            raise ToolError(message, hint="Fill it with Formula first.", setting="name_from.field")
        if name_from.mode == "path":
            return within(self.home, text)
        return named(self._path, self._path.suffix, name_from.mode, text)

    def _begin(self, path: Path, place: int) -> NewFile:
        """A file that no record before was written to, also where capitals do not count, as on most desktops."""
        same = str(path).casefold()
        if same in self._files:
            raise ToolError(
                f"Record {self.context.record(place)} would be written into {path.name}, as one before.",
                hint="Choose a field for name_from that differs from record to record.",
                setting="name_from",
            )
        if path.exists() and self.config.if_exists == "fail":
            raise ToolError(f"{path} exists.", hint="Set if_exists to overwrite to replace it.", setting="if_exists")
        self._files[same] = self.context.new_file(path)
        return self._files[same]

    def commit(self) -> None:
        for file in self._files.values():
            self.context.check()
            file.commit()
            self.context.wrote(file.path, 1)
        if self._empty:
            records = "1 record was" if self._empty == 1 else f"{self._empty:,} records were"
            self.context.warning(f"{records} left out: [{self._field}] is Null.")
        elif not self._files:
            self.context.warning("No record came, so no file was written.")

    def close(self, failed: bool) -> None:
        for file in getattr(self, "_files", {}).values():
            file.discard()

"""ImageOutput: write images to a folder, a file each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.files import NewFile
from engine.tool import Config, FolderPath, Schemas, Sink, hint
from engine.types import Field, find_field
from tools._files.naming import file_name
from tools._images.bad_images import BadImages
from tools._images.encoding import ImageFormat
from tools._images.fields import image_field

_ENDINGS = {
    b"\xff\xd8": ".jpg", b"\x89PNG": ".png", b"BM": ".bmp", b"GIF8": ".gif", b"II*\0": ".tif", b"MM\0*": ".tif",
    b"II+\0": ".tif", b"MM\0+": ".tif", b"RIFF": ".webp", b"\0\0\0\x0cjP": ".jp2", b"\xffO\xffQ": ".j2k",
    b"P1": ".pbm", b"P2": ".pgm", b"P3": ".ppm", b"P4": ".pbm", b"P5": ".pgm", b"P6": ".ppm",
}  # fmt: skip
_IMAGE_ENDING = re.compile(r"\.(avif|bmp|gif|j2k|jfif|jp2|jpe?g|png|p[bgp]m|tiff?|webp)\Z", re.IGNORECASE)


class ImageOutputConfig(Config):
    path: FolderPath
    """The folder to write to; it is made where it does not exist yet, in a folder that does."""
    image: Annotated[str, hint("field", meaning="image", none="Automatic")] = ""
    """The field with the images; empty: the one that is known to hold them."""
    name: Annotated[str, hint("field", label="File names from", none="Automatic")] = ""
    """The field with the names of the files, of which only the last part of a path counts; empty: `FileName`, or else
    `FullPath`, or else the images are numbered."""
    folder: Annotated[str, hint("field", label="Folders from", none="All in one folder")] = ""
    """A field, such as the label, whose values name folders inside the folder; empty: all in one folder."""
    format: Literal["as_is"] | ImageFormat = "as_is"
    """What kind of files: as they are, byte by byte, or bmp, png or jpeg."""
    overwrite: bool = True
    """Whether files that exist are replaced; otherwise one that exists is an error."""
    on_bad_image: Literal["stop", "skip"] = "stop"
    """What happens to images that cannot be read: stop, or leave them out. Null is left out silently."""


class ImageOutput(Sink[ImageOutputConfig]):
    """Write images to a folder, a file each.

    Files are named by a field; characters that no file name can have become `_`, and the ending is that of the image. A
    name that comes twice gets `_2`, `_3`, ... With `folder: Class` each class has a folder of its own, so that
    Directory and ImageInput find the labels again.

    No file stands under its name before all have been written: a run that fails leaves the folder as it was.

    Example: `{tool: ImageOutput, path: sorted, folder: Predicted, format: png}`
    """

    keywords = ("save", "export", "write", "picture", "files", "folder")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        image_field(self.config.image, entering, "image")
        self._name_field(entering)
        if self.config.folder:
            find_field(entering, self.config.folder, setting="folder")
        return {}

    def _name_field(self, schema: pa.Schema) -> Field | None:
        if self.config.name:
            return find_field(schema, self.config.name, setting="name")
        known = {name.casefold(): name for name in schema.names}
        found = known.get("filename") or known.get("fullpath")
        return find_field(schema, found) if found else None

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._root = self.home.path(self.config.path)
        if self._root.exists() and not self._root.is_dir():
            raise ToolError(f"{self._root} is a file, not a folder.", setting="path")
        if not self._root.parent.is_dir():
            raise ToolError(f"The folder {self._root.parent} does not exist.", setting="path")
        self._image = image_field(self.config.image, entering, "image").name
        self._name = self._name_field(entering)
        self._bad = BadImages(context, self.config.on_bad_image, nullable=False)
        self._files: list[NewFile] = []
        self._taken: set[str] = set()
        self._made: list[Path] = []
        self._records = 0

    def write(self, batch: pa.RecordBatch) -> None:
        images = batch.column(self._image).to_pylist()
        names = batch.column(self._name.name).to_pylist() if self._name else [None] * len(images)
        folder = find_field(batch.schema, self.config.folder).name if self.config.folder else ""
        folders = batch.column(folder).to_pylist() if folder else [""] * len(images)
        results = self.context.map(self._encoded, images)
        for result, name, inside in zip(results, names, folders, strict=True):
            self._records += 1
            label = f"Record {self._records:,}" if name is None else str(name)
            if isinstance(result, str):
                self._bad.add(label, result)
            elif result is not None:
                self._save(result, name, file_name("" if inside is None else str(inside), "Null") if folder else "")
        self.context.progress(None, f"{len(self._files):,} files")

    def _encoded(self, data: bytes | None) -> tuple[bytes, str] | str | None:
        """The bytes of a file and its ending, the reason why there are none, or None for Null."""
        from engine.images import BadImage, open_image, size_of
        from tools._images.encoding import encode

        if data is None:
            return None
        try:
            if self.config.format == "as_is":
                size_of(data)
                return data, _ending(data)
            return encode(open_image(data), self.config.format), f".{self.config.format}".replace("jpeg", "jpg")
        except BadImage as error:
            return error.message

    def _save(self, result: tuple[bytes, str], name: object, inside: str) -> None:
        data, ending = result
        folder = self._root / inside
        for missing in (self._root, folder):
            if not missing.is_dir():
                missing.mkdir()
                self._made.append(missing)
        path = self._free(folder, _stem(name, self._records), ending)
        if path.exists() and not self.config.overwrite:
            raise ToolError(f"{path} exists.", hint="Set overwrite to true to replace it.", setting="overwrite")
        file = self.context.new_file(path)
        file.temporary.write_bytes(data)
        self._files.append(file)

    def _free(self, folder: Path, stem: str, ending: str) -> Path:
        path, number = folder / f"{stem}{ending}", 1
        while str(path).casefold() in self._taken:
            number += 1
            path = folder / f"{stem}_{number}{ending}"
        self._taken.add(str(path).casefold())
        return path

    def take_note(self, note: str | int) -> None:
        self._bad.take(note)

    def commit(self) -> None:
        for file in self._files:
            self.context.check()
            file.commit()
            self.context.wrote(file.path, 1)
        self._made.clear()
        self._bad.saw(self._records)
        self._bad.sum_up()

    def close(self, failed: bool) -> None:
        if not failed:
            return
        for file in getattr(self, "_files", []):
            file.discard()
        for folder in reversed(getattr(self, "_made", [])):
            if not any(folder.iterdir()):
                folder.rmdir()


def _ending(data: bytes) -> str:
    return next((ending for start, ending in _ENDINGS.items() if data.startswith(start)), ".avif")


def _stem(name: object, number: int) -> str:
    if name is None:
        return f"image_{number:06}"
    last = re.split(r"[/\\]", str(name))[-1]
    return file_name(_IMAGE_ENDING.sub("", last), f"image_{number:06}")

"""Image Input: image files into a Blob field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeAlias

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError, listed
from engine.tool import Anchor, Config, Emission, FolderPath, Schemas, TextName, Tool, hint
from engine.types import TEXTS, Field, FieldType, Meaning, fields_of, find_field, schema_of
from tools._files.contents import PORTION, Paths, portions
from tools._files.listing import Listing, readable
from tools._images.bad_images import BadImages, OnBadImage
from tools._images.fields import check_free
from tools._images.reading import PATTERN, read_images

Page: TypeAlias = tuple[str, int, bytes | None]
"""A record of a folder: the path of the file, the page counted from 1, the image."""


class ImageInputConfig(Config):
    field: Annotated[TextName, hint(fed=True, none="Automatic")] = ""
    """The field of the input that holds the path of each image. Left out: FullPath, else the first text field."""
    path: Annotated[FolderPath, hint(fed=False)] = ""
    """A folder to read, or a single image file, where no input is connected."""
    pattern: Annotated[str, hint(fed=False)] = PATTERN
    """Which files of the folder to take: patterns such as `*.jpg`, separated by semicolons; capitals do not matter."""
    recurse: Annotated[bool, hint(fed=False)] = False
    """Also read the folders inside."""
    output: Annotated[str, hint(label="New field")] = ConfigField(default="image", min_length=1)
    """The name of the field for the images."""
    on_bad_image: OnBadImage = "stop"
    """What to do with a file that is missing or no image: stop the run, skip the record, or keep it with null."""


class ImageInput(Tool[ImageInputConfig]):
    """Read images into a field.

    With an input (a `Directory`, or any list of paths) each record gets its image in the field `image`; all other
    fields stay, so that a label stands beside its picture. Without an input, the folder `path` is read: one record an
    image with the fields `file`, `page` and `image`, and one record a page for a TIFF with several (with an input,
    its first page). Of an animation the first picture counts.

    The image is the whole file (BMP, JPEG, PNG, TIFF, GIF, WebP, ...). What is missing, empty, no image, or larger
    than 179 megapixels shows in its first bytes and is treated as `on_bad_image` says; pixels are decoded by the
    tools that follow, such as `ImageProcessing`. Relative paths start at the workflow file.

    Example: `{tool: ImageInput, field: FullPath, on_bad_image: skip}`
    """

    version = 2
    inputs = (Anchor("in", "Records with the path of an image each.", optional=True),)
    stateless = True
    keywords = ("picture", "photo", "read", "pdf", "blob")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        image = Field(self.config.output, FieldType.Blob, meaning=Meaning.image)
        if "in" not in inputs:
            self._check_folder()
            return {"out": schema_of(Field("file", FieldType.V_WString), Field("page", FieldType.Int32), image)}
        if self.config.path:
            raise ToolError(
                "Both an input and a path say which images to read.",
                hint="Clear path: it is for reading a folder without an input.",
                setting="path",
            )
        _path_field(self.config.field, inputs["in"])
        check_free(self.config.output, inputs["in"])
        return {"out": inputs["in"].append(image.arrow())}

    def reads(self) -> Iterator[str]:
        return self._files([]) if self.config.path else iter(())

    def open(self, context: Context) -> None:
        super().open(context)
        self._bad = BadImages(context, self.config.on_bad_image)
        schema = context.outputs["out"]
        assert schema is not None
        self._schema = schema
        if "in" in context.inputs:
            self._column = context.inputs["in"].names.index(_path_field(self.config.field, context.inputs["in"]))
        else:
            self._check_folder()

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        start = 0
        for paths in portions([self._resolve(text) for text in batch.column(self._column).to_pylist()]):
            self.context.has_read(path for path in paths if path is not None)
            yield "out", self._with_images(batch.slice(start, len(paths)), paths, start)
            start += len(paths)

    def _with_images(self, batch: pa.RecordBatch, paths: Paths, start: int) -> pa.RecordBatch:
        images = pa.array(self._images(paths, start), pa.binary())
        full = pa.RecordBatch.from_arrays([*batch.columns, images], schema=self._schema)
        return full.filter(images.is_valid()) if self.config.on_bad_image == "skip" and images.null_count else full

    def complete(self) -> Iterator[Emission]:
        if "in" not in self.context.inputs:
            problems: list[str] = []
            files = list(self._files(problems))
            if not files:
                self.context.warning(f"No image in {self.config.path} matches {self.config.pattern}.")
            for problem in problems:
                self.context.warning(problem)
            start = 0
            for paths in portions(files):
                for rows in _cut(self._pages(paths, start)):
                    columns = zip(zip(*rows, strict=True), self._schema, strict=True)
                    arrays = [pa.array(column, field.type) for column, field in columns]
                    yield "out", pa.RecordBatch.from_arrays(arrays, schema=self._schema)
                start += len(paths)
        self._bad.sum_up()

    def take_note(self, note: str | int) -> None:
        self._bad.take(note)

    def _images(self, paths: Paths, start: int) -> Iterator[bytes | None]:
        """The images, None for each bad one, which is taken note of; the first is record `start` of the batch."""
        for index, (path, outcome) in enumerate(zip(paths, read_images(self.context, paths), strict=True), start):
            if isinstance(outcome, str):
                self._bad.add(readable(path) if path else f"Record {self.context.record(index)}", outcome)
            yield None if isinstance(outcome, str) else outcome
        self._bad.saw(len(paths))
        self.context.progress(None, f"{self.context.before + start + len(paths):,} images")

    def _pages(self, paths: Paths, start: int) -> Iterator[Page]:
        """A record an image, or several for a file of several pages."""
        for path, data in zip(paths, self._images(paths, start), strict=True):
            name = readable(path or "")
            pages = [None] if data is None else self._pages_of(name, data)
            for page, image in enumerate(pages, 1):
                if image is not None or self.config.on_bad_image == "null":
                    yield name, page, image

    def _pages_of(self, name: str, data: bytes) -> Iterable[bytes | None]:
        """The images of a file; None for a page, or a whole file, that is damaged."""
        from engine.images import BadImage, pages_of

        try:
            count = pages_of(data)
        except BadImage as error:
            self._bad.add(name, error.message)
            return [None]
        return [data] if count == 1 else (self._page(name, data, page) for page in range(1, count + 1))

    def _page(self, name: str, data: bytes, page: int) -> bytes | None:
        from engine.images import BadImage, open_image
        from tools._images.encoding import encode

        self.context.check()
        try:
            return encode(open_image(data, page=page - 1), "png")
        except BadImage as error:
            self._bad.add(f"{name}, page {page}", error.message)
            return None

    def _resolve(self, text: str | None) -> str | None:
        # Most paths are absolute, and a Path object for each costs as much as reading its file.
        return text if not text or text.startswith("/") else str(self.home.path(text))

    def _files(self, problems: list[str]) -> Iterator[str]:
        """The files to read, in order of path; what cannot be listed goes to `problems`."""
        root = self.home.path(self.config.path)
        if root.is_file():
            yield str(root)
            return
        listing = Listing(str(root), self.config.pattern, recurse=self.config.recurse)
        yield from listing.paths()
        problems += listing.problems

    def _check_folder(self) -> None:
        if not self.config.path:
            raise ToolError(
                "Nothing says which images to read.",
                hint="Connect a tool that lists them, such as Directory, or set path to a folder.",
                setting="path",
            )
        path = self.home.path(self.config.path)
        if not path.exists():
            raise ToolError(f"There is no folder or file {path}.", setting="path")


def _path_field(name: str, schema: pa.Schema) -> str:
    """The name of the field that holds the paths."""
    texts = [field.name for field in fields_of(schema) if field.type in TEXTS]
    if name:
        field = find_field(schema, name, setting="field")
        if field.name not in texts:
            raise ToolError(f"[{field.name}] holds {field.type}; the path of an image is text.", setting="field")
        return field.name
    if not texts:
        raise ToolError(f"No field holds text, such as a path; the input has {listed(schema.names)}.", setting="field")
    return next((text for text in texts if text.casefold() == "fullpath"), texts[0])


def _cut(pages: Iterable[Page]) -> Iterator[list[Any]]:
    """The records in lists that make up a batch each: the pages of a file may be larger than the file."""
    rows: list[Page] = []
    size = 0
    for page in pages:
        rows.append(page)
        size += len(page[2] or b"")
        if size >= PORTION:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows

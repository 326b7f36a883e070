"""Image Processing: a list of steps done to each image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import Field, FieldType, Meaning
from tools._images.bad_images import BadImages, OnBadImage
from tools._images.encoding import ImageFormat
from tools._images.fields import check_free, image_field, name_column, record_name
from tools._images.geometry import Align
from tools._images.steps import AnyStep

if TYPE_CHECKING:
    from PIL import Image

    from tools._images.pipeline import Outcome, Part, Size

REPLACE = "replace"

_PORTION = 2 << 20  # bytes of images in a batch: with 12 MiB, fresh memory for each costs a quarter of the time


class ImageProcessingConfig(Config):
    image: Annotated[str, hint("field", meaning="image", none="Automatic")] = ""
    """The field that holds the images. Left out: the first one that does."""
    steps: Annotated[list[AnyStep], ConfigField(json_schema_extra={"widget": "steps"})] = []
    """What to do to each image, in order; shift, if there is one, always comes first."""
    output: str = ConfigField(default=REPLACE, min_length=1)
    """`replace` puts the new images in the place of the old; any other name makes a new field."""
    format: ImageFormat = "bmp"
    """How images are stored: bmp is by far the fastest, png smaller and as exact, jpeg the smallest."""
    on_bad_image: OnBadImage = "stop"
    """What to do with an image that is damaged: stop the run, skip the record, or keep it with null."""


class ImageProcessing(Tool[ImageProcessingConfig]):
    """Scale, crop and clean up images, step by step.

    Each image is decoded, turned upright if its camera says so, and made RGB (or greyscale, where it has no colour);
    what is transparent becomes white. Then the steps are done in their order, except that `shift`, if present, always
    comes first, as in Alteryx:

    - `scale` {width, height, unit: px | percent, keep_aspect, fill, method}
    - `crop` {left, top, width, height}
    - `shift` {x, y, fill}
    - `align` {to: text | template, max_angle}: straighten a scan, or lay it onto the image of the anchor `template`
    - `brightness` {auto, brightness, contrast}
    - `greyscale`
    - `threshold` {method: otsu | value | adaptive, value, block, offset, invert}
    - `rotate` {angle}, `flip` {direction}, `denoise` {size}, `blur` {radius}, `sharpen` {radius, percent}

    A model needs images of one size, and the same steps for training and for prediction. Null stays null.

    Example: `{tool: ImageProcessing, steps: [{step: scale, width: 128, height: 128}, {step: greyscale}]}`
    """

    inputs = (
        Anchor("in", "Records with an image each."),
        Anchor("template", "One record: the image that align lays the others onto.", optional=True),
    )
    first = ("template",)
    stateless = True
    keywords = ("picture", "resize", "crop", "deskew", "greyscale", "grayscale", "binarize", "rotate")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._check_template(inputs)
        entering = inputs["in"]
        image = image_field(self.config.image, entering, "image")
        if self.config.output == REPLACE:
            place = entering.names.index(image.name)
            return {"out": entering.set(place, image.with_(meaning=Meaning.image).arrow())}
        check_free(self.config.output, entering)
        new = Field(self.config.output, FieldType.Blob, meaning=Meaning.image)
        return {"out": entering.append(new.arrow())}

    def _check_template(self, inputs: Schemas) -> None:
        wanted = [i for i, step in enumerate(self.config.steps) if isinstance(step, Align) and step.to == "template"]
        if wanted and "template" not in inputs:
            raise ToolError(
                "A step aligns to a template, but nothing is connected to the anchor 'template'.",
                hint="Connect an ImageInput that reads the template, or set to: text to straighten pages.",
                setting=f"steps.{wanted[0]}.to",
            )
        if "template" in inputs:
            image_field("", inputs["template"], "")

    def open(self, context: Context) -> None:
        super().open(context)
        entering, leaving = context.inputs["in"], context.outputs["out"]
        assert leaving is not None
        self._schema = leaving
        self._column = entering.names.index(image_field(self.config.image, entering, "image").name)
        self._name_column = name_column(entering)
        self._steps = sorted(self.config.steps, key=lambda step: step.step != "shift")
        self._template: Image.Image | None = None
        self._bad = BadImages(context, self.config.on_bad_image)
        self._summary = Summary()

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "template":
            self._take_template(batch)
            return
        done: list[pa.Array] = []
        start = row = 0
        for part in self._work(batch.column(self._column)):
            self._note(part, batch, row)
            done.append(part.images)
            row += len(part.images)
            if row == batch.num_rows or sum(images.nbytes for images in done) >= _PORTION:
                yield "out", self._with_images(batch.slice(start, row - start), done)
                start = row

    def finish(self, anchor: str) -> Iterator[Emission]:
        aligns = any(isinstance(step, Align) and step.to == "template" for step in self._steps)
        if anchor == "template" and aligns and self._template is None:
            raise ToolError("The anchor 'template' got no record.", hint="Send one record with the template's image.")
        yield from ()

    def complete(self) -> Iterator[Emission]:
        if self._summary.count:
            self.context.info(str(self._summary))
        self._bad.sum_up()
        yield from ()

    def take_note(self, note: Summary | str | int) -> None:
        if isinstance(note, Summary):
            self._summary.add(note)
        else:
            self._bad.take(note)

    def _work(self, files: pa.Array) -> Iterator[Part]:
        from tools._images.pipeline import Pipeline, tasks

        pipeline = Pipeline(self._steps, self.config.format, self._template, self.context.memo)
        for task, part in self.context.map(lambda task: (task, pipeline(task)), tasks(files)):
            yield part
            done = len(part.images)
            while done < len(task):
                part = pipeline(task.slice(done))
                yield part
                done += len(part.images)

    def _note(self, part: Part, batch: pa.RecordBatch, start: int) -> None:
        """Count images, and report bad ones by the names of their records; the first is record `start` of the batch."""
        for row, outcome in enumerate(part.outcomes, start):
            if outcome.reason:
                name = record_name(batch, self._name_column, row)
                self._bad.add(name or f"Record {self.context.record(row)}", outcome.reason, self._place(outcome.step))
        self.context.note(Summary.of(part.outcomes))
        self._bad.saw(len(part.outcomes))
        self.context.progress(None, f"{self.context.before + start + len(part.outcomes):,} images")

    def _place(self, step: AnyStep | None) -> str:
        """Where a step stands in the settings."""
        return next((f"steps.{index}" for index, one in enumerate(self.config.steps) if one is step), "")

    def _with_images(self, batch: pa.RecordBatch, images: list[pa.Array]) -> pa.RecordBatch:
        """The records with their new images, which are taken out of the list."""
        new, old = pa.concat_arrays(images), batch.column(self._column)
        images.clear()
        columns = list(batch.columns)
        if self.config.output == REPLACE:
            columns[self._column] = new
        else:
            columns.append(new)
        full = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        if self.config.on_bad_image != "skip" or new.null_count == old.null_count:
            return full
        return full.filter(pc.or_(new.is_valid(), old.is_null()))

    def _take_template(self, batch: pa.RecordBatch) -> None:
        from engine.images import BadImage, open_image

        if batch.num_rows > 1 or (batch.num_rows and self._template is not None):
            raise ToolError("The anchor 'template' got several records.", hint="Send one record only.")
        field = image_field("", batch.schema, "")
        for data in batch.column(batch.schema.names.index(field.name)).to_pylist():
            try:
                self._template = open_image(data or b"")
            except BadImage as error:
                raise ToolError(f"The template cannot be used: {error.message}.") from error


class Summary:
    """The sizes of images before and after, for one line at the end."""

    def __init__(self) -> None:
        self.count = 0
        self._before: set[Size] = set()
        self._after: set[Size] = set()

    @classmethod
    def of(cls, outcomes: list[Outcome]) -> Self:
        """Of what became of some images."""
        summary = cls()
        sizes = [(outcome.before, outcome.after) for outcome in outcomes if outcome.before and outcome.after]
        summary.count = len(sizes)
        summary._before, summary._after = {before for before, _ in sizes}, {after for _, after in sizes}
        return summary

    def add(self, other: Self) -> None:
        """Count the images of another summary too."""
        self.count += other.count
        self._before |= other._before
        self._after |= other._after

    def __str__(self) -> str:
        noun = "image" if self.count == 1 else "images"
        return f"{self.count:,} {noun}, {_range(self._before)} -> {_range(self._after)} pixels."


def _range(sizes: set[Size]) -> str:
    small, large = (pick(sizes, key=lambda size: size[0] * size[1]) for pick in (min, max))
    text = f"{small[0]} x {small[1]}"
    return text if len(sizes) == 1 else f"{text} to {large[0]} x {large[1]}"

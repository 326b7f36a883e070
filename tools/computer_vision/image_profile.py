"""ImageProfile: measure images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import Field
from tools._images.bad_images import BadImages, OnBadImage
from tools._images.fields import image_field, name_column, record_name

Profile = Literal["base", "exif", "summary"]


class ImageProfileConfig(Config):
    image: Annotated[str, hint("field", meaning="image", none="Automatic")] = ""
    """The field with the images; empty: the one that is known to hold them."""
    profiles: list[Profile] = ConfigField(["base", "exif", "summary"], min_length=1)
    """What is measured: base (size, colours), exif (what the camera noted) and summary (statistics of the channels)."""
    on_bad_image: OnBadImage = "null"
    """What happens to images that cannot be read: stop, leave their records out, or keep them with Null."""


class ImageProfile(Tool[ImageProfileConfig]):
    """Measure images: size, colours, statistics of the channels, EXIF data.

    Base: colour mode of the file, width, height, channels; least and greatest level of each channel; the most common
    colour; how many pixels are dark (grey level up to 30) or bright (from 220).

    Exif: everything the camera noted as JSON, and where it was: latitude and longitude in degrees (south and west
    negative), altitude in metres, speed with its unit (K, M or N: km/h, mph, knots), direction of movement, time (UTC).

    Summary, for each channel: sum, sum of squares, mean, median, root mean square, variance, standard deviation.

    Levels are those of red, green and blue from 0 to 255; a grey image has the same in all three, transparent parts
    count as white. Images stand upright, as their EXIF data says. A record without an image has Null everywhere.

    Example: `{tool: ImageProfile, profiles: [base]}`
    """

    inputs = (Anchor("in", "Records with an image each."),)
    stateless = True
    keywords = ("picture", "statistics", "exif", "gps", "colour", "histogram", "brightness")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        image_field(self.config.image, entering, "image")
        taken = {name.casefold() for name in entering.names}
        new = self._fields()
        for field in new:
            if field.name.casefold() in taken:
                raise ToolError(f"The input already has a field [{field.name}].", hint="Rename it with Select first.")
        return {"out": pa.schema([*entering, *(field.arrow() for field in new)], entering.metadata)}

    def _fields(self) -> list[Field]:
        from tools._images.profile import BASE, EXIF, SUMMARY

        measured = {"base": BASE, "exif": EXIF, "summary": SUMMARY}
        return [field for name, fields in measured.items() if name in self.config.profiles for field in fields]

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._column = entering.names.index(image_field(self.config.image, entering, "image").name)
        self._name = name_column(entering)
        self._new = self._fields()
        self._bad = BadImages(context, self.config.on_bad_image)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        rows: list[list[Any]] = []
        kept: list[bool] = []
        for index, measured in enumerate(self.context.map(self._measure, batch.column(self._column))):
            if isinstance(measured, str):
                name = record_name(batch, self._name, index)
                self._bad.add(name or f"Record {self.context.record(index)}", measured)
            kept.append(not isinstance(measured, str) or self.config.on_bad_image != "skip")
            rows.append(measured if isinstance(measured, list) else [None] * len(self._new))
        self._bad.saw(batch.num_rows)
        self.context.progress(None, f"{self.context.before + batch.num_rows:,} images")
        new = [pa.array([row[place] for row in rows], field.arrow_type) for place, field in enumerate(self._new)]
        full = pa.RecordBatch.from_arrays([*batch.columns, *new], schema=self._out)
        yield "out", full if all(kept) else pc.filter(full, pa.array(kept))

    def _measure(self, image: pa.BinaryScalar) -> list[Any] | str | None:
        """The values of an image, the reason why there are none, or None for Null."""
        from engine.images import BadImage
        from tools._images import profile

        data = image.as_py()
        if data is None:
            return None
        values: list[Any] = []
        try:
            for name, measure in (("base", profile.base), ("exif", profile.exif), ("summary", profile.summary)):
                values += measure(data) if name in self.config.profiles else []
        except BadImage as error:
            return error.message
        return values

    def take_note(self, note: str | int) -> None:
        self._bad.take(note)

    def complete(self) -> Iterator[Emission]:
        self._bad.sum_up()
        yield from ()

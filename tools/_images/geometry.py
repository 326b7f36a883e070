"""Steps that move pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from engine.tool import hint
from tools._images.step import MAX_PIXELS, Colour, Side, Step, check_size

if TYPE_CHECKING:
    from PIL import Image


class Scale(Step):
    """Change the size."""

    step: Literal["scale"]
    width: Annotated[float, Field(gt=0, le=30_000)] = 128
    """The new width, in `unit`."""
    height: Annotated[float, Field(gt=0, le=30_000)] = 128
    """The new height, in `unit`."""
    unit: Literal["px", "percent"] = "px"
    """Pixels, or percent of the size that the picture has."""
    keep_aspect: bool = False
    """Keep the proportions: the picture becomes as large as fits into width and height."""
    fill: Annotated[Colour | None, hint(none="No bars", when={"keep_aspect": [True]})] = None
    """With keep_aspect: the colour of the bars that fill the picture up to exactly width and height. Left out: none."""
    method: Literal["nearest", "box", "bilinear", "bicubic", "lanczos"] = "bilinear"
    """How pixels are computed; bilinear is quick and good, lanczos the sharpest, nearest keeps exact colours."""

    @model_validator(mode="after")
    def _not_huge(self) -> Scale:
        if self.unit == "px" and self.width * self.height > MAX_PIXELS:
            raise ValueError(f"at most {MAX_PIXELS // 10**6} megapixels can be made")
        return self

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import Image, ImageColor

        whole = self._size(image)
        size = whole
        if self.keep_aspect:
            factor = min(whole[0] / image.width, whole[1] / image.height)
            size = max(round(image.width * factor), 1), max(round(image.height * factor), 1)
        check_size(*size)
        scaled = image.resize(size, Image.Resampling[self.method.upper()])
        if self.fill is None or size == whole:
            return scaled
        canvas = Image.new(image.mode, whole, ImageColor.getcolor(self.fill, image.mode))
        canvas.paste(scaled, ((whole[0] - size[0]) // 2, (whole[1] - size[1]) // 2))
        return canvas

    def _size(self, image: Image.Image) -> tuple[int, int]:
        if self.unit == "px":
            return round(self.width) or 1, round(self.height) or 1
        return max(round(image.width * self.width / 100), 1), max(round(image.height * self.height / 100), 1)

    @property
    def enough(self) -> tuple[int, int] | None:
        """Width and height from which scaling down gives the same picture as from more; None where unknown."""
        if self.unit == "percent" or self.method == "nearest":
            return None
        return round(2 * self.width), round(2 * self.height)


class Crop(Step):
    """Keep a rectangle; what lies outside of the picture is left out."""

    step: Literal["crop"]
    left: Annotated[int, Field(ge=0)] = 0
    """Pixels from the left edge."""
    top: Annotated[int, Field(ge=0)] = 0
    """Pixels from the top edge."""
    width: Annotated[Side, Field(examples=[128])]
    """Width of what is kept, in pixels."""
    height: Annotated[Side, Field(examples=[128])]
    """Height of what is kept, in pixels."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from engine.images import BadImage

        right, bottom = min(self.left + self.width, image.width), min(self.top + self.height, image.height)
        if right <= self.left or bottom <= self.top:
            raise BadImage(
                f"nothing is left to crop: the rectangle starts at {self.left}, {self.top}, "
                f"the picture has {image.width} x {image.height} pixels"
            )
        return image.crop((self.left, self.top, right, bottom))


class Shift(Step):
    """Move the picture; its size stays. Always done first."""

    step: Literal["shift"]
    x: Annotated[int, Field(ge=-30_000, le=30_000)] = 0
    """Pixels to the right; negative: to the left."""
    y: Annotated[int, Field(ge=-30_000, le=30_000)] = 0
    """Pixels down; negative: up."""
    fill: Colour = "white"
    """The colour of the edges laid bare."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import Image, ImageColor

        canvas = Image.new(image.mode, image.size, ImageColor.getcolor(self.fill, image.mode))
        canvas.paste(image, (self.x, self.y))
        return canvas


class Rotate(Step):
    """Turn the picture."""

    step: Literal["rotate"]
    angle: Annotated[float, Field(ge=-360, le=360)]
    """Degrees clockwise."""
    expand: bool = True
    """Grow the picture so that its corners stay in it."""
    fill: Colour = "white"
    """The colour of the corners laid bare."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import Image

        if self.expand:
            cos, sin = abs(math.cos(math.radians(self.angle))), abs(math.sin(math.radians(self.angle)))
            check_size(round(image.width * cos + image.height * sin), round(image.width * sin + image.height * cos))
        return image.rotate(-self.angle, Image.Resampling.BICUBIC, expand=self.expand, fillcolor=self.fill)


class Flip(Step):
    """Mirror the picture."""

    step: Literal["flip"]
    direction: Literal["horizontal", "vertical"] = "horizontal"
    """Exchange left and right, or top and bottom."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageOps

        return ImageOps.mirror(image) if self.direction == "horizontal" else ImageOps.flip(image)


class Align(Step):
    """Straighten a scanned page, or lay the picture onto a template."""

    step: Literal["align"]
    to: Literal["text", "template"] = "text"
    """`text`: turn the picture until its lines of text are level. `template`: turn and move it until it matches the
    image of the template anchor, whose size it takes."""
    max_angle: Annotated[float, Field(gt=0, le=45)] = 10
    """Degrees by which the picture may be off."""
    fill: Colour = "white"
    """The colour of the corners laid bare."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from tools._images.filters import onto, straighten

        if self.to == "text":
            return straighten(image, self.max_angle, self.fill)
        assert template is not None, "the tool checks that the anchor is connected"
        return onto(image, template, self.max_angle, self.fill)

"""Steps that change brightness and detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.tool import hint
from tools._images.step import Step

if TYPE_CHECKING:
    from PIL import Image


class Greyscale(Step):
    """Keep only the brightness."""

    step: Literal["greyscale"]

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        return image.convert("L")


class Brightness(Step):
    """Balance the brightness."""

    step: Literal["brightness"]
    auto: bool = True
    """Spread the brightness so that the darkest hundredth becomes black and the brightest white; colours stay."""
    brightness: Annotated[int, Field(ge=-100, le=100)] = 0
    """How much lighter (100: all white) or darker (-100: all black), after `auto`."""
    contrast: Annotated[int, Field(ge=-100, le=100)] = 0
    """How much more (100: twice) or less (-100: none) contrast, after `auto`."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageEnhance, ImageOps

        if self.auto:
            image = ImageOps.autocontrast(image, cutoff=1, preserve_tone=True)
        if self.contrast:
            image = ImageEnhance.Contrast(image).enhance(1 + self.contrast / 100)
        added = round(255 * self.brightness / 100)
        levels = [min(max(level + added, 0), 255) for level in range(256)]
        return image.point(levels * len(image.getbands())) if added else image


class Threshold(Step):
    """Make each pixel black or white."""

    step: Literal["threshold"]
    method: Literal["otsu", "value", "adaptive"] = "otsu"
    """`otsu` finds the level that best parts dark from bright in each picture; `value` takes a fixed one; `adaptive`
    compares each pixel with its surroundings, for pages that are not evenly lit."""
    value: Annotated[int, hint(when={"method": ["value"]}), Field(ge=0, le=255)] = 128
    """With `value`: brightness from which a pixel becomes white, 0 to 255."""
    block: Annotated[int, hint(when={"method": ["adaptive"]}), Field(ge=3, le=999)] = 31
    """With `adaptive`: width of the surroundings, in pixels."""
    offset: Annotated[int, hint(when={"method": ["adaptive"]}), Field(ge=-255, le=255)] = 10
    """With `adaptive`: how much darker than its surroundings a pixel must be to become black."""
    invert: bool = False
    """Exchange black and white."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageChops

        grey = image.convert("L")
        white = self._adaptive(grey) if self.method == "adaptive" else self._global(grey)
        return ImageChops.invert(white) if self.invert else white

    def _global(self, grey: Image.Image) -> Image.Image:
        from tools._images.filters import otsu

        level = self.value if self.method == "value" else otsu(grey)
        return grey.point([0] * level + [255] * (256 - level))

    def _adaptive(self, grey: Image.Image) -> Image.Image:
        from PIL import ImageChops, ImageFilter

        mean = grey.filter(ImageFilter.BoxBlur(self.block // 2))
        # 128 stands for equal: (grey - mean) / 2 + 128 is never cut off.
        difference = ImageChops.subtract(grey, mean, scale=2, offset=128)
        level = min(max(128 - round(self.offset / 2), 0), 256)
        return difference.point([0] * level + [255] * (256 - level))


class Denoise(Step):
    """Take out specks: each pixel becomes the median of its surroundings."""

    step: Literal["denoise"]
    size: Literal[3, 5, 7, 9] = 3
    """Width of the surroundings in pixels; more takes out larger specks, and more detail."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageFilter

        return image.filter(ImageFilter.MedianFilter(self.size))


class Blur(Step):
    """Soften the picture."""

    step: Literal["blur"]
    radius: Annotated[float, Field(gt=0, le=100)] = 2
    """How far each pixel spreads, in pixels."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageFilter

        return image.filter(ImageFilter.GaussianBlur(self.radius))


class Sharpen(Step):
    """Bring out the edges."""

    step: Literal["sharpen"]
    radius: Annotated[float, Field(gt=0, le=100)] = 2
    """How wide the edges are, in pixels."""
    percent: Annotated[int, Field(gt=0, le=500)] = 100
    """How strongly."""

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        from PIL import ImageFilter

        return image.filter(ImageFilter.UnsharpMask(self.radius, self.percent, threshold=2))

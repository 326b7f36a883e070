"""What a step of Image Processing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from engine.tool import Config, hint

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 100_000_000
"""The largest picture that a step may make."""


def _known_colour(text: str) -> str:
    from PIL import ImageColor

    try:
        ImageColor.getrgb(text)
    except ValueError:
        raise ValueError("a colour is a name such as white, or #rrggbb") from None
    return text


Colour = Annotated[str, AfterValidator(_known_colour), hint("colour")]
"""A colour by name (`white`) or as `#rrggbb`."""
Side = Annotated[int, Field(ge=1, le=30_000)]
"""A width or height in pixels."""


class Step(Config):
    """A small set of settings, and what they do to a picture: a Pillow image of mode RGB or L (greyscale).

    Pillow is loaded when a step first works, so that a workflow is checked without it.
    """

    def apply(self, image: Image.Image, template: Image.Image | None) -> Image.Image:
        """The picture after this step. `template` is the image of the template anchor, where one is connected.

        Raises:
            BadImage: the step cannot be done on this picture.
        """
        raise NotImplementedError


def check_size(width: int, height: int) -> None:
    """Refuse to make a picture of more than `MAX_PIXELS`.

    Raises:
        BadImage: it would be larger.
    """
    from engine.images import BadImage

    if width * height > MAX_PIXELS:
        raise BadImage(f"it would become {width:,} x {height:,} pixels; at most {MAX_PIXELS // 10**6} megapixels")

"""Image files as plain pixels, safely: bounded before anything is decoded, whole, upright, RGB or greyscale.

Everything here may be called from several threads at once; Pillow releases the GIL where the work is.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import ToolError

Pixels: TypeAlias = npt.NDArray[np.uint8]

MAX_PIXELS = 178_956_970
"""The largest image that is decoded: half a gigabyte as RGB, and where Pillow itself refuses by default."""
FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""What is read; Pillow knows more, among them some that start other programs."""

_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftyphevx")
_ORIENTATION = 0x0112
_EXIF = 0xE1  # the JPEG segment that may hold it
_FRAMES = (0xC0, 0xC1, 0xC2)  # the JPEG segments that hold the size: baseline, extended, progressive
_SIDEWAYS = 5  # EXIF orientations from here on exchange width and height

# One limit for the process, refused rather than warned of. What else Pillow warns of is odd metadata.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())  # else what it logs goes to the terminal
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class BadImage(ToolError):
    """These bytes are no image that can be used; the message is the reason, without the name of the file."""


def decode(data: bytes) -> Pixels:
    """The pixels of an image file: uint8, height x width x 3, red first.

    Raises:
        BadImage: the bytes are no image, are cut off or damaged, or hold more than `MAX_PIXELS`.
    """
    return np.asarray(open_image(data).convert("RGB"))


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as `decode` would give them, from the header alone.

    Raises:
        BadImage: the header is no image's, or announces more than `MAX_PIXELS`.
    """
    size = _plain_jpeg_size(data)
    if size and 0 < size[0] * size[1] <= MAX_PIXELS:
        return size
    with _reasons(data):
        image = _header(data)
        width, height = image.size
        return (height, width) if _orientation(image) >= _SIDEWAYS else (width, height)


def open_image(
    data: bytes, *, at_least: tuple[int, int] | None = None, page: int = 0, for_the_eye: bool = False
) -> Image.Image:
    """A decoded image, upright, of mode RGB or L (greyscale); transparent parts become white.

    Args:
        data: a whole image file.
        at_least: width and height that will do; a JPEG much larger is decoded at 1/2, 1/4 or 1/8 of its size, which
            is several times faster. Scaling down from twice the final size gives the same picture.
        page: which page, or frame, of a file with several; counts from 0.
        for_the_eye: spread 16-bit grey over black to white; else all such images keep one scale, to be compared.

    Raises:
        BadImage: as `decode`.
    """
    with _reasons(data):
        image = _header(data)
        if page:
            image.seek(page)
        if at_least is not None:
            width, height = at_least
            image.draft(None, (height, width) if _orientation(image) >= _SIDEWAYS else (width, height))
        image.load()
        if for_the_eye and image.mode.startswith("I;16"):
            return _stretched(np.asarray(image).astype(np.float64))
        return _plain(ImageOps.exif_transpose(image) if _orientation(image) > 1 else image)


def pages_of(data: bytes) -> int:
    """How many pages a TIFF has; 1 for every other format, an animation included.

    Raises:
        BadImage: as `size_of`.
    """
    with _reasons(data):
        image = _header(data)
        return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def format_of(data: bytes) -> str:
    """Pillow's name of a file's format, such as `JPEG`, from the header alone.

    Raises:
        BadImage: as `size_of`.
    """
    with _reasons(data):
        return _header(data).format or ""


class Header(NamedTuple):
    """What an image file says of itself: its size in pixels as `decode` gives it, Pillow's mode, and its format."""

    width: int
    height: int
    mode: str
    format: str


def header_of(data: bytes) -> Header:
    """The header of an image file.

    Raises:
        BadImage: as `size_of`.
    """
    with _reasons(data):
        image = _header(data)
        width, height = image.size
        width, height = (height, width) if _orientation(image) >= _SIDEWAYS else (width, height)
        return Header(width, height, image.mode, image.format or "")


def _plain_jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG without EXIF; None where Pillow must look. It takes ten times as long, as much as
    reading the file."""
    place = 2
    while data[:2] == b"\xff\xd8" and place + 9 <= len(data) and data[place] == 0xFF and data[place + 1] != _EXIF:
        if data[place + 1] in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _header(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{image.width * image.height} pixels")
    return image


def _orientation(image: Image.Image) -> int:
    # Pillow itself turns a TIFF; a PNG without the entry would be decoded by getexif() in search of one.
    if image.format == "TIFF" or "exif" not in image.info:
        return 1
    found = image.getexif().get(_ORIENTATION)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


@contextmanager
def _reasons(data: bytes) -> Iterator[None]:
    try:
        yield
    except BadImage:
        raise
    except Exception as error:  # what a decoder raises on damaged bytes is not documented, and anything was seen
        raise BadImage(_reason(error, data)) from error


def _reason(error: Exception, data: bytes) -> str:
    text = str(error)
    if not data:
        return "empty (0 bytes)"
    if data.startswith(b"%PDF"):
        return "a PDF; convert its pages to PNG or TIFF first"
    if data[4:12] in _HEIC:
        return "a HEIC photo; convert it to JPEG or PNG first"
    if isinstance(error, UnidentifiedImageError):
        return "not an image, or cut off at its very start"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        pixels = next(int(word) for word in text.replace("(", " ").split() if word.isdigit())
        return f"too large: {pixels / 1e6:,.0f} megapixels, at most {MAX_PIXELS / 1e6:,.0f}"
    if isinstance(error, EOFError) or "truncated" in text.casefold():
        return "truncated: the end of the file is missing"
    return f"damaged ({text or type(error).__name__})"


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in mode RGB or L."""
    if image.mode in ("RGB", "L"):
        return image if "transparency" not in image.info else _on_white(image)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_white(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image).astype(np.float64))
    return image.convert("L" if image.mode == "1" else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    grey = image.mode in ("L", "LA", "La")
    with_alpha = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, with_alpha).convert("L" if grey else "RGB")


def _stretched(values: npt.NDArray[np.float64]) -> Image.Image:
    """Grey levels of a file that does not say what is white: its darkest value is black, its brightest white."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    within = np.nan_to_num(np.clip(values, low, high), nan=low)
    return Image.fromarray(((within - low) * (255 / ((high - low) or 1))).astype(np.uint8))

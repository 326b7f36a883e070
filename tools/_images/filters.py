"""What takes more than a call of Pillow: levels and angles that are found in the picture itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor

Floats = npt.NDArray[np.float64]

_TEXT_SIDE = 800  # pixels at which lines of text are still apart
_COARSE_SIDE, _FINE_SIDE = 256, 1024  # pixels at which two pictures are compared for angle, then for place


def otsu(grey: Image.Image) -> int:
    """The level from which a pixel counts as bright: where the variance between dark and bright is largest.

    Nobuyuki Otsu, A threshold selection method from gray-level histograms, 1979.
    """
    counts = np.asarray(grey.histogram(), dtype=np.float64)
    levels = np.arange(256)
    dark = np.cumsum(counts)
    bright = dark[-1] - dark
    dark_sum = np.cumsum(counts * levels)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = dark * bright * (dark_sum / dark - (dark_sum[-1] - dark_sum) / bright) ** 2
    apart = np.nan_to_num(apart)
    if not apart.max():
        return 128  # a single level: nothing to part
    return int(np.flatnonzero(apart == apart.max()).mean()) + 1


def straighten(image: Image.Image, max_angle: float, fill: str) -> Image.Image:
    """Turn a page so that its lines of text are level; a page without any stays as it is."""
    small = _shrunk(image.convert("L"), _TEXT_SIDE)
    ink = np.asarray(small) < otsu(small)
    ys, xs = np.nonzero(ink if ink.mean() <= 0.5 else ~ink)
    if not len(ys):
        return image
    step = -(-len(ys) // 50_000)

    def evenness(angle: float) -> float:
        """How sharply rows of ink and rows of paper alternate in the picture turned by `angle`."""
        rows = ys[::step] * np.cos(np.radians(angle)) - xs[::step] * np.sin(np.radians(angle))
        profile = np.bincount((rows - rows.min()).astype(np.intp))
        return float(np.sum(np.diff(profile.astype(np.float64)) ** 2))

    angle = _best(evenness, max_angle, coarse=0.5, fine=0.05)
    return _turned(image, angle, fill) if abs(angle) >= 0.05 else image


def onto(image: Image.Image, template: Image.Image, max_angle: float, fill: str) -> Image.Image:
    """Turn and move a picture until it matches the template; it takes the template's size.

    Angle and place are those of the highest peak of phase correlation (Kuglin and Hines, 1975).
    """
    grey, target = image.convert("L"), template.convert("L")
    scale = min(1.0, _COARSE_SIDE / max(*grey.size, *target.size))
    small, small_target = _scaled(grey, scale), _scaled(target, scale)

    def likeness(angle: float) -> float:
        return _offset(_turned(small, angle, "black"), small_target)[0]

    angle = _best(likeness, max_angle, coarse=1, fine=0.1)
    scale = min(1.0, _FINE_SIDE / max(*grey.size, *target.size))
    _, x, y = _offset(_turned(_scaled(grey, scale), angle, "black"), _scaled(target, scale))
    canvas = Image.new(image.mode, template.size, ImageColor.getcolor(fill, image.mode))
    canvas.paste(_turned(image, angle, fill), (round(x / scale), round(y / scale)))
    return canvas


def _best(score: Callable[[float], float], most: float, coarse: float, fine: float) -> float:
    """The angle of the best score, looked for between -most and most in large steps, then near it in small ones."""
    centre = max((-most + step * coarse for step in range(round(2 * most / coarse) + 1)), key=score)
    steps = round(coarse / fine)
    return max((centre + step * fine for step in range(-steps, steps + 1)), key=score)


def _offset(image: Image.Image, target: Image.Image) -> tuple[float, int, int]:
    """How well the image fits the target where it fits best, and the place of its left top corner there."""
    side = max(*image.size, *target.size)
    product = np.fft.rfft2(_padded(target, side)) * np.conj(np.fft.rfft2(_padded(image, side)))
    peaks = np.fft.irfft2(product / (np.abs(product) + 1e-9), s=(side, side))
    y, x = divmod(int(peaks.argmax()), side)
    return float(peaks.max()), x - side * (x > side // 2), y - side * (y > side // 2)


def _padded(image: Image.Image, side: int) -> Floats:
    """The picture around its mean, faded out towards its edges, on a square."""
    levels = np.asarray(image, dtype=np.float64)
    window = np.outer(np.hanning(image.height + 2)[1:-1], np.hanning(image.width + 2)[1:-1])
    square = np.zeros((side, side))
    square[: image.height, : image.width] = (levels - levels.mean()) * window
    return square


def _turned(image: Image.Image, angle: float, fill: str) -> Image.Image:
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=fill)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    return _scaled(image, min(1.0, side / max(image.size)))


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    if scale == 1:
        return image
    size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    return image.resize(size, Image.Resampling.BOX)

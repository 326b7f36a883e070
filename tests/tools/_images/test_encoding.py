"""Pictures as files."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.tools._images.pictures import picture
from tools._images.encoding import ImageFormat, encode


@pytest.mark.parametrize("format_", ["bmp", "png"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 2), (5, 7), (128, 128)])
def test_keeps_every_pixel(size: tuple[int, int], mode: str, format_: ImageFormat) -> None:
    image = picture(*size, mode=mode)
    again = Image.open(io.BytesIO(encode(image, format_)))
    assert (again.format, again.mode) == (format_.upper(), mode)
    assert again.tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_jpeg_keeps_what_one_sees(mode: str) -> None:
    image = picture(60, 40, mode)
    again = Image.open(io.BytesIO(encode(image, "jpeg")))
    assert (again.format, again.mode) == ("JPEG", mode)
    assert np.abs(np.asarray(again).astype(int) - np.asarray(image)).mean() < 2


def test_a_bmp_is_as_long_as_it_says() -> None:
    data = encode(picture(), "bmp")
    assert int.from_bytes(data[2:6], "little") == len(data) == 54 + 20 * 92

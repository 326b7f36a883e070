"""The steps of Image Processing, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pydantic import TypeAdapter, ValidationError

from engine.images import BadImage
from tests.tools._images.pictures import picture
from tools._images.filters import otsu
from tools._images.step import Step
from tools._images.steps import AnyStep

STEPS: TypeAdapter[Step] = TypeAdapter(AnyStep)


def after(image: Image.Image, template: Image.Image | None = None, **settings: Any) -> Image.Image:
    return STEPS.validate_python(settings).apply(image, template)


def levels(image: Image.Image) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(image).astype(np.int64)


def page(angle: float = 0, size: tuple[int, int] = (400, 500)) -> Image.Image:
    """Lines of text, turned clockwise by `angle` degrees."""
    paper = Image.new("L", size, 240)
    draw = ImageDraw.Draw(paper)
    for y in range(100, size[1] - 100, 24):
        for x in range(90, size[0] - 90, 22):
            draw.rectangle((x, y, x + 12 + (x * y) % 7, y + 9), fill=20)
    return paper.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=240)


def test_scale_to_pixels() -> None:
    assert after(picture(300, 200), step="scale").size == (128, 128)
    assert after(picture(300, 200), step="scale", width=40, height=10).size == (40, 10)


def test_scale_by_percent() -> None:
    assert after(picture(30, 20), step="scale", unit="percent", width=50, height=200).size == (15, 40)
    assert after(picture(3, 2), step="scale", unit="percent", width=1, height=1).size == (1, 1)


def test_scale_keeping_the_proportions() -> None:
    assert after(picture(300, 150), step="scale", width=100, height=100, keep_aspect=True).size == (100, 50)
    filled = after(picture(300, 150), step="scale", width=100, height=100, keep_aspect=True, fill="white")
    assert filled.size == (100, 100)
    assert filled.getpixel((50, 10)) == (255, 255, 255)
    assert filled.getpixel((5, 27)) != (255, 255, 255)


def test_scale_refuses_what_would_be_huge() -> None:
    with pytest.raises(ValidationError, match="at most 100 megapixels"):
        after(picture(), step="scale", width=20_000, height=20_000)
    with pytest.raises(BadImage, match="at most 100 megapixels"):
        after(picture(300, 200), step="scale", unit="percent", width=5000, height=5000)


def test_crop_keeps_a_rectangle_and_clips_it() -> None:
    image = picture(30, 20)
    assert (
        levels(after(image, step="crop", left=5, top=2, width=10, height=4)).tolist()
        == levels(image)[2:6, 5:15].tolist()
    )
    assert after(image, step="crop", left=25, top=15, width=100, height=100).size == (5, 5)
    with pytest.raises(BadImage, match=r"starts at 30, 0, the picture has 30 x 20"):
        after(image, step="crop", left=30, width=1, height=1)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_shift_moves_and_fills(mode: str) -> None:
    image = picture(30, 20, mode)
    moved = levels(after(image, step="shift", x=4, y=-3))
    assert moved[:17, 4:].tolist() == levels(image)[3:, :26].tolist()
    assert moved[17:].min() == moved[:, :4].min() == 255
    assert levels(after(image, step="shift", x=-99, y=99, fill="black")).max() == 0


def test_greyscale() -> None:
    assert after(picture(), step="greyscale").mode == "L"


def test_brightness_spreads_levels_over_the_whole_range() -> None:
    dull = picture(mode="L").point([100 + level // 8 for level in range(256)])
    spread = levels(after(dull, step="brightness"))
    assert (spread.min(), spread.max()) == (0, 255)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_brightness_by_numbers(mode: str) -> None:
    image = picture(mode=mode)
    assert levels(after(image, step="brightness", auto=False)).tolist() == levels(image).tolist()
    lighter = levels(after(image, step="brightness", auto=False, brightness=20))
    assert lighter.tolist() == np.minimum(levels(image) + 51, 255).tolist()
    assert levels(after(image, step="brightness", auto=False, brightness=-100)).max() == 0
    assert np.ptp(levels(after(image, step="brightness", auto=False, contrast=-100))) == 0


def test_threshold_by_value() -> None:
    grey = picture(256, 1, "L").point(list(range(256)))
    white = levels(after(grey, step="threshold", method="value", value=100))
    assert white.tolist() == np.where(levels(grey) >= 100, 255, 0).tolist()
    inverted = levels(after(grey, step="threshold", method="value", value=100, invert=True))
    assert inverted.tolist() == (255 - white).tolist()


def test_threshold_finds_the_level_between_dark_and_bright() -> None:
    two = Image.fromarray(np.array([[30, 35, 40, 200, 205, 210]], dtype=np.uint8))
    assert 40 < otsu(two) <= 200
    assert levels(after(two, step="threshold")).tolist() == [[0, 0, 0, 255, 255, 255]]


@pytest.mark.parametrize(("level", "becomes"), [(0, 0), (90, 0), (200, 255), (255, 255)])
def test_threshold_of_a_single_level(level: int, becomes: int) -> None:
    assert set(after(Image.new("L", (3, 3), level), step="threshold").get_flattened_data()) == {becomes}


def test_adaptive_threshold_reads_a_page_that_is_not_evenly_lit() -> None:
    shade = np.linspace(0.3, 1, 400)[None, :]
    uneven = Image.fromarray((levels(page()) * shade).astype(np.uint8))
    expected = levels(page()) > 128
    assert ((levels(after(uneven, step="threshold", method="adaptive")) == 255) == expected).mean() > 0.97
    assert ((levels(after(uneven, step="threshold", method="otsu")) == 255) == expected).mean() < 0.85


def test_rotate_is_clockwise_and_grows() -> None:
    image = picture(30, 20)
    turned = after(image, step="rotate", angle=90)
    assert turned.tobytes() == image.transpose(Image.Transpose.ROTATE_270).tobytes()
    grown = after(image, step="rotate", angle=45)
    assert grown.size == (36, 36)
    assert grown.getpixel((0, 0)) == (255, 255, 255)
    assert after(image, step="rotate", angle=45, expand=False).size == (30, 20)


def test_flip() -> None:
    image = levels(picture())
    assert levels(after(picture(), step="flip")).tolist() == image[:, ::-1].tolist()
    assert levels(after(picture(), step="flip", direction="vertical")).tolist() == image[::-1].tolist()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_denoise_takes_out_specks(mode: str) -> None:
    speckled = Image.new(mode, (20, 20), "white")
    for place in ((3, 3), (10, 15), (17, 5)):
        speckled.putpixel(place, 0 if mode == "L" else (0, 0, 0))
    assert levels(after(speckled, step="denoise")).min() == 255


def test_blur_and_sharpen_are_opposites() -> None:
    edge = Image.new("L", (40, 40), 60)
    edge.paste(180, (20, 0, 40, 40))

    def steepest(image: Image.Image) -> int:
        return int(np.abs(np.diff(levels(image), axis=1)).max())

    assert steepest(after(edge, step="blur")) < steepest(edge) < steepest(after(edge, step="sharpen"))


@pytest.mark.parametrize("angle", [-7.3, -1.5, 0.0, 4.2, 9.0])
def test_align_straightens_a_page(angle: float) -> None:
    straight = levels(after(page(angle), step="align"))
    inner = np.s_[60:-60, 60:-60]
    assert np.abs(straight - levels(page()))[inner].mean() < 14
    if angle:
        assert np.abs(levels(page(angle)) - levels(page()))[inner].mean() > 20


def test_align_leaves_a_page_without_text() -> None:
    blank = Image.new("RGB", (50, 40), "white")
    assert after(blank, step="align").tobytes() == blank.tobytes()
    assert after(Image.new("L", (1, 1)), step="align").size == (1, 1)


@pytest.mark.parametrize(("angle", "x", "y"), [(0, 0, 0), (0, 25, -14), (3, 0, 0), (-6, 12, 20)])
def test_align_to_a_template(angle: float, x: int, y: int) -> None:
    spots = np.random.default_rng(1).integers(0, 255, (24, 32), dtype=np.uint8)
    template = Image.fromarray(spots).resize((640, 480), Image.Resampling.BICUBIC)
    off = after(template.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), step="shift", x=x, y=y)
    aligned = after(off, template, step="align", to="template")
    assert aligned.size == template.size
    inner = np.s_[90:-90, 90:-90]
    assert np.abs(levels(aligned) - levels(template))[inner].mean() < 12
    if angle or x or y:
        assert np.abs(levels(off) - levels(template))[inner].mean() > 25


def test_align_takes_the_size_of_the_template() -> None:
    template = picture(60, 50)
    assert after(picture(30, 80), template, step="align", to="template").size == (60, 50)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"step": "scal"}, "scale"),
        ({"step": "scale", "width": 0}, "greater than 0"),
        ({"step": "crop"}, "width"),
        ({"step": "shift", "fill": "whitish"}, "a colour is a name such as white, or #rrggbb"),
        ({"step": "shift", "x": 10**12}, "less than or equal to 30000"),
        ({"step": "denoise", "size": 4}, "3, 5, 7 or 9"),
        ({"step": "scale", "with": 3}, "not permitted"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        STEPS.validate_python(settings)

"""Opening image files: whatever comes in, plain upright pixels come out, or a reason."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.images import BadImage, decode, open_image, pages_of, size_of
from tests.tools._images.pictures import BAD, file_of, picture


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_says_why_an_image_cannot_be_used(data: bytes, reason: str) -> None:
    with pytest.raises(BadImage, match=reason):
        decode(data)


@pytest.mark.parametrize("name", ["text", "empty", "bomb", "bomb of 200 megapixels", "JPEG bomb", "PDF"])
def test_finds_the_worst_by_the_header_alone(name: str) -> None:
    data, reason = BAD[name]
    with pytest.raises(BadImage, match=reason):
        size_of(data)


@pytest.mark.parametrize("format_", ["png", "bmp", "tiff", "ppm", "webp", "gif", "jpeg", "jpeg2000", "avif"])
def test_reads_the_usual_formats(format_: str) -> None:
    data = file_of(picture(), format_, **({"lossless": True} if format_ == "webp" else {}))
    pixels = decode(data)
    assert pixels.shape == (20, 30, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - np.asarray(picture())).mean() < 12
    assert size_of(data) == (30, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_greyscale_stays_greyscale(mode: str) -> None:
    image = open_image(file_of(picture(mode=mode)))
    assert image.mode == "L"
    assert list(image.get_flattened_data()) == list(picture(mode=mode).convert("L").get_flattened_data())


@pytest.mark.parametrize(
    ("mode", "format_"),
    [
        ("P", "png"),
        ("P", "gif"),
        ("RGBA", "png"),
        ("CMYK", "jpeg"),
        ("CMYK", "tiff"),
        ("YCbCr", "jpeg"),
        ("LAB", "tiff"),
    ],
)
def test_colour_becomes_rgb(mode: str, format_: str) -> None:
    image = open_image(file_of(picture(mode=mode), format_))
    assert image.mode == "RGB"
    assert np.abs(np.asarray(image).astype(int) - np.asarray(picture(mode=mode).convert("RGB"))).mean() < 12


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_becomes_white(mode: str) -> None:
    black = Image.new(mode, (4, 2), (0,) * len(mode))
    black.putpixel((0, 0), (0,) * (len(mode) - 1) + (255,))
    assert decode(file_of(black))[0, :2, 0].tolist() == [0, 255]


def test_transparent_colour_of_a_palette_becomes_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 0, 0, 0, 0, 200])
    image.putpixel((1, 0), 1)
    assert decode(file_of(image, "png", transparency=0)).tolist() == [[[255, 255, 255], [0, 0, 200]]]
    assert decode(file_of(image, "png", transparency=b"\x00\xff")).tolist() == [[[255, 255, 255], [0, 0, 200]]]


def test_transparent_colour_without_an_alpha_channel_becomes_white() -> None:
    image = Image.new("RGB", (1, 1), (10, 20, 30))
    assert decode(file_of(image, "png", transparency=(10, 20, 30))).tolist() == [[[255, 255, 255]]]


def test_16_bits_become_8() -> None:
    levels = np.array([[0, 32768, 65535]], dtype=np.uint16)
    assert decode(file_of(Image.fromarray(levels)))[0, :, 0].tolist() == [0, 128, 255]


def test_levels_without_a_known_white_are_stretched() -> None:
    levels = np.array([[-1.0, 0.0, 1.0]], dtype=np.float32)
    assert decode(file_of(Image.fromarray(levels), "tiff"))[0, :, 0].tolist() == [0, 127, 255]


@pytest.mark.filterwarnings("error")
def test_levels_that_are_no_numbers_do_not_count_in_stretching() -> None:
    levels = np.array([[np.nan, -np.inf, 2, 3, 4, np.inf]], dtype=np.float32)
    assert decode(file_of(Image.fromarray(levels), "tiff"))[0, :, 0].tolist() == [0, 0, 0, 127, 255, 255]
    assert decode(file_of(Image.fromarray(levels[:, :1]), "tiff")).tolist() == [[[0, 0, 0]]]


def test_one_pixel() -> None:
    assert decode(file_of(Image.new("RGB", (1, 1), "red"))).tolist() == [[[255, 0, 0]]]


def test_first_picture_of_an_animation() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = file_of(frames[0], "gif", save_all=True, append_images=frames[1:])
    assert decode(data)[0, 0].tolist() == [255, 0, 0]
    assert pages_of(data) == 1


def test_pages_of_a_tiff() -> None:
    pages = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = file_of(pages[0], "tiff", save_all=True, append_images=pages[1:])
    assert pages_of(data) == 2
    assert open_image(data, page=1).getpixel((0, 0)) == (0, 0, 255)
    with pytest.raises(BadImage):
        open_image(data, page=2)


@pytest.mark.parametrize("format_", ["jpeg", "png", "tiff", "webp"])
@pytest.mark.parametrize(("orientation", "turn"), [(3, 180), (6, -90), (8, 90)])
def test_a_camera_held_sideways(format_: str, orientation: int, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(picture(48, 32), format_, exif=exif)
    expected = np.asarray(picture(48, 32).rotate(turn, expand=True)).astype(int)
    assert size_of(data) == (expected.shape[1], expected.shape[0])
    assert np.abs(decode(data) - expected).mean() < 6


@pytest.mark.parametrize(
    "entry", [b"\x00\x03\x00\x00\x00\x01\x00\x09\x00\x00", b"\x00\x02\x00\x00\x00\x04abc\x00", b"\xff" * 10]
)
def test_a_damaged_note_of_the_camera_does_no_harm(entry: bytes) -> None:
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12" + entry + bytes(4)
    data = file_of(picture(), "jpeg", exif=exif)
    assert size_of(data) == (30, 20)
    assert decode(data).shape == (20, 30, 3)


def test_size_by_a_quick_look_at_a_jpeg_is_what_pillow_says() -> None:
    for options in ({}, {"progressive": True}, {"quality": 20, "optimize": True}, {"comment": b"x" * 70}):
        data = file_of(picture(1234, 7), "jpeg", **options)
        assert size_of(data) == Image.open(io.BytesIO(data)).size == (1234, 7)


@pytest.mark.parametrize("length", range(2, 40))
def test_a_jpeg_cut_anywhere_in_its_header_is_refused(length: int) -> None:
    with pytest.raises(BadImage):
        size_of(file_of(picture(), "jpeg")[:length])


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_jpeg_is_decoded_as_small_as_will_do(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(picture(800, 400), "jpeg", exif=exif)
    wanted = (200, 100) if orientation == 1 else (100, 200)
    assert open_image(data, at_least=wanted).size == wanted
    assert open_image(data, at_least=(wanted[0] + 1, wanted[1])).size == (2 * wanted[0], 2 * wanted[1])


def test_decoding_small_first_gives_nearly_the_same_picture() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    data = file_of(Image.fromarray(noise).resize((800, 600), Image.Resampling.BICUBIC), "jpeg")
    small, exact = (
        np.asarray(image.resize((128, 128), Image.Resampling.BILINEAR)).astype(int)
        for image in (open_image(data, at_least=(256, 256)), open_image(data))
    )
    assert np.abs(small - exact).mean() < 1.5

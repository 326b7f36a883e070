"""Image files for tests, good and bad, made in memory."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image


def picture(width: int = 30, height: int = 20, mode: str = "RGB") -> Image.Image:
    """Red grows to the right, green downwards, blue is 90; other modes by conversion."""
    red, green = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    levels = np.stack([red, green, np.full_like(red, 90)], axis=2).astype(np.uint8)
    return Image.fromarray(levels).convert(mode)


def file_of(image: Image.Image, format_: str = "png", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG that announces far more pixels than it holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


JPEG = file_of(picture(160, 120), "jpeg")
BAD = {
    "text": (b"not at all a picture", "not an image"),
    "empty": (b"", "empty"),
    "bomb": (bomb(), "too large: 900 megapixels, at most 179"),
    "bomb of 200 megapixels": (bomb(20_000, 10_000), "too large: 200 megapixels"),
    "JPEG bomb": (
        file_of(Image.new("L", (8, 8)), "jpeg").replace(b"\x08\x00\x08\x00\x08", b"\x08\xff\xff\xff\xff"),
        "4,295 megapixels",
    ),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "truncated"),
    "start of a JPEG": (JPEG[:30], "truncated"),
    "half a PNG": (file_of(picture())[:80], "truncated"),
    "half a BMP": (file_of(picture(), "bmp")[:500], "truncated"),
    "half a TIFF": (file_of(picture(), "tiff")[:500], "truncated"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo; convert it"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not an image"),
}
"""Bytes that are no image that can be used, with words that must be in the reason."""

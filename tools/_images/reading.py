"""Image files from disk: which there are, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.context import Context
from tools._files.contents import Paths, Unreadable, contents, slices

PATTERN = "*.avif;*.bmp;*.gif;*.jfif;*.jp2;*.jpeg;*.jpg;*.png;*.ppm;*.tif;*.tiff;*.webp"


def read_images(context: Context, paths: Paths) -> Iterator[bytes | str]:
    """For each path, in order, the bytes of the file, or the reason why it is no image that can be used.

    Only the header is looked at: what is damaged further on comes to light where it is decoded.
    """
    for part in context.map(_read_slice, slices(paths)):
        yield from part


def _read_slice(paths: Paths) -> list[bytes | str]:
    return [_read(path) for path in paths]


def _read(path: str | None) -> bytes | str:
    from engine.images import BadImage, size_of

    try:
        data = contents(path)
        size_of(data)
    except BadImage as error:
        return error.message
    except Unreadable as reason:
        return str(reason)
    return data

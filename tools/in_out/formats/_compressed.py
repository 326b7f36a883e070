"""Text files as they are, or packed: .gz, .bz2, and .zip with one file in it."""

from __future__ import annotations

import bz2
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from engine.errors import ToolError, listed

PACKED = (".gz", ".bz2", ".zip")


def with_packed(*extensions: str) -> tuple[str, ...]:
    """Extensions, and the same with those of packed files after them: `.csv`, `.csv.gz`, ..."""
    return (*extensions, *(extension + packed for extension in extensions for packed in PACKED))


def open_unpacked(path: Path) -> BinaryIO:
    """The bytes that a file holds once unpacked.

    Raises:
        ToolError: a .zip that is damaged, locked, or has not exactly one file in it.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return cast(BinaryIO, gzip.open(path))
    if suffix == ".bz2":
        return cast(BinaryIO, bz2.open(path))
    return _only_member(path) if suffix == ".zip" else path.open("rb")


def _only_member(path: Path) -> BinaryIO:
    with unpacking(path), zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
        if len(inside) != 1:
            raise ToolError(
                f"{path} holds {listed(inside)}; one file can be read.", hint="Unpack it first.", setting="path"
            )
        return cast(BinaryIO, archive.open(inside[0]))


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """What is wrong with a packed file, in words for people."""
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ToolError(f"{path} is damaged and cannot be unpacked: {error}.", setting="path") from None
    except RuntimeError as error:  # zipfile's word for a password
        if "password" not in str(error):
            raise
        raise ToolError(f"{path} is locked by a password.", hint="Unpack it first.", setting="path") from None

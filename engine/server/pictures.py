"""Thumbnails: made in a few threads, bounded before anything is decoded, kept by content."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from engine.files import NewFile
from engine.server.asked import Row
from engine.server.kept import Kept
from engine.server.parts import Here
from engine.server.records import single
from engine.server.refusal import Refusal
from engine.types import find_field

if TYPE_CHECKING:
    from PIL import Image

MAX_SIZE = 1_024
_SHOWN_AS_IS = {"BMP": "bmp", "GIF": "gif", "JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_TINY = 64 * 64  # pixels up to which JPEG would blur what is to be seen
KEPT = 60_000
"""Thumbnails that stay on disk from one start to the next, about 5 kB each."""

router = APIRouter(tags=["results"])


@dataclass
class Pictures:
    """Makes thumbnails, and keeps them in `folder` under the digest of the picture and the size."""

    folder: Path
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="thumbnail"))

    def kept(self, digest: str, size: int) -> bytes | None:
        """A thumbnail that was made before, of the picture with a sha256."""
        try:
            return self._file(digest, size).read_bytes()
        except OSError:
            return None

    def make(self, data: bytes, digest: str, size: int) -> bytes:
        """A PNG or JPEG that fits into `size` x `size` pixels, of a picture with its sha256.

        Raises:
            BadImage: the bytes are no picture, are damaged, or announce too many pixels.
        """
        made = self._pool.submit(thumbnail, data, size).result()
        self._keep(self._file(digest, size), made)
        return made

    def _file(self, digest: str, size: int) -> Path:
        return self.folder / digest[:2] / f"{digest}-{size}"

    def _keep(self, file: Path, made: bytes) -> None:
        new = None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            new = NewFile(file)
            new.temporary.write_bytes(made)
            new.temporary.replace(file)  # no fsync: a thumbnail that is lost is made again
        except Exception:  # noqa: S110 - a folder that cannot be written only costs time
            pass
        finally:
            if new is not None:
                new.discard()

    def tidy(self) -> None:
        """Remove the oldest thumbnails past `KEPT`, in the background."""
        self._pool.submit(self._tidy)

    def _tidy(self) -> None:
        files = [path for path in self.folder.glob("*/*") if path.is_file()]
        for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            path.unlink(missing_ok=True)

    def close(self, wait: bool = False) -> None:
        """End the threads; what they have not begun is left, unless one waits."""
        self._pool.shutdown(wait=wait, cancel_futures=not wait)


@router.get("/api/runs/{run}/image", response_class=Response, responses={200: {"content": {"image/*": {}}}})
def image(
    run: str,
    node: str,
    row: Row,
    field: str,
    here: Here,
    anchor: str = "",
    size: Annotated[int, Query(ge=0, le=MAX_SIZE)] = 96,
    digest: Annotated[str, Query(pattern="^([0-9a-f]{64})?$")] = "",
) -> Response:
    """A thumbnail that fits into `size` pixels; size=0: the picture itself, as PNG where browsers do not show it.

    `digest`, the picture's sha256 as a page of records gives it, finds a thumbnail that any run has made before.
    """
    shown = here.pictures.kept(digest, size) if digest and size else None
    if shown is None:
        shown = _made(_bytes_of(Kept.of(here.runs.place(run), node, anchor), row, field), digest, size, here.pictures)
    return Response(shown, media_type=media_type(shown), headers=_FOREVER)


def _bytes_of(kept: Kept, row: int, field: str) -> bytes:
    data = single(kept, row, find_field(kept.schema, field))
    if not isinstance(data, bytes):
        raise Refusal(404, f"Record {row + 1} has no picture in [{field}].")
    return data


def _made(data: bytes, asked: str, size: int, pictures: Pictures) -> bytes:
    from engine.images import BadImage

    digest = hashlib.sha256(data).hexdigest()
    if asked not in ("", digest):
        raise Refusal(404, "Another picture stands there now.", hint="Look at the records again.")
    try:
        if not size:
            return _showable(data)
        return pictures.kept(digest, size) or pictures.make(data, digest, size)
    except BadImage as error:
        raise Refusal(422, f"No picture that can be shown: {error.message}.") from error


def thumbnail(data: bytes, size: int) -> bytes:
    """A PNG or JPEG that fits into `size` x `size` pixels.

    Raises:
        BadImage: the bytes are no picture, are damaged, or announce too many pixels.
    """
    from engine.images import open_image

    picture = open_image(data, at_least=(2 * size, 2 * size), for_the_eye=True)
    picture.thumbnail((size, size), reducing_gap=2.0)
    return _encoded(picture)


def _showable(data: bytes) -> bytes:
    from engine.images import format_of, open_image

    return data if format_of(data) in _SHOWN_AS_IS else _encoded(open_image(data, for_the_eye=True))


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    exact = picture.mode == "L" or picture.width * picture.height <= _TINY
    picture.save(file, "PNG" if exact else "JPEG", quality=85)
    return file.getvalue()


def media_type(data: bytes) -> str:
    """What a browser calls a picture that it can show."""
    from engine.images import format_of

    return f"image/{_SHOWN_AS_IS.get(format_of(data), 'png')}"

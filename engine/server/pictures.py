"""Thumbnails: made in a few threads, bounded before anything is decoded, kept by content."""

from __future__ import annotations

import hashlib
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from fastapi import APIRouter, Query, Response

from engine.files import NewFile
from engine.server.kept import Kept
from engine.server.parts import Here
from engine.server.records import Row, single
from engine.server.refusal import Refusal
from engine.types import find_field

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 100_000_000
MAX_SIZE = 1_024
_FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
_SHOWN_AS_IS = {"BMP": "bmp", "GIF": "gif", "JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
KEPT = 20_000
"""Thumbnails that stay on disk from one start to the next, about 5 kB each."""

router = APIRouter(tags=["results"])


@dataclass
class Pictures:
    """Makes thumbnails, and keeps them in `folder` under the digest of the picture and the size."""

    folder: Path
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="thumbnail"))

    def thumbnail(self, data: bytes, size: int) -> bytes:
        """A PNG or JPEG that fits into `size` x `size` pixels.

        Raises:
            Refusal: the bytes are no picture, are damaged, or announce too many pixels.
        """
        digest = hashlib.sha256(data).hexdigest()
        file = self.folder / digest[:2] / f"{digest}-{size}"
        try:
            return file.read_bytes()
        except OSError:
            made = self._pool.submit(_thumbnail, data, size).result()
        self._keep(file, made)
        return made

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
) -> Response:
    """A thumbnail that fits into `size` pixels; size=0: the picture itself, as PNG where browsers do not show it."""
    kept = Kept.of(here.runs.place(run), node, anchor)
    data = single(kept, row, find_field(kept.schema, field))
    if not isinstance(data, bytes):
        raise Refusal(404, f"Record {row + 1} has no picture in [{field}].")
    shown = here.pictures.thumbnail(data, size) if size else _showable(data)
    return Response(shown, media_type=f"image/{_media_type(shown)}", headers=_FOREVER)


def _thumbnail(data: bytes, size: int) -> bytes:
    from PIL import ImageOps

    with _Decoding():
        picture = _open(data)
        picture.draft(None, (2 * size, 2 * size))
        # Scaled first, turned upright then: turning a thumbnail is cheap.
        picture.thumbnail((size, size), reducing_gap=2.0)
        return _encoded(ImageOps.exif_transpose(picture))


def _showable(data: bytes) -> bytes:
    with _Decoding():
        picture = _open(data)
        return data if picture.format in _SHOWN_AS_IS else _encoded(picture)


def _open(data: bytes) -> Image.Image:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise Refusal(422, f"The picture has {picture.width} x {picture.height} pixels; that is too much to show.")
    return picture


class _Decoding:
    """Gives every failure of a decoder one form: what is raised on damaged bytes is not documented."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, Refusal):
            raise Refusal(422, f"This is no picture that can be shown: {error}.") from error


def _encoded(picture: Image.Image) -> bytes:
    """PNG where parts are transparent or there are few colours, else JPEG."""
    file = io.BytesIO()
    if picture.mode in ("RGBA", "LA", "PA", "P", "1", "L"):
        picture.convert("RGBA" if picture.mode != "L" else "L").save(file, "PNG")
    elif picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        _grey(picture).save(file, "PNG")
    else:
        picture.convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


def _grey(picture: Image.Image) -> Image.Image:
    """Deep grey values (16 bits, measurements) spread over what a screen shows."""
    values = np.asarray(picture, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    from PIL import Image

    return Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))


def _media_type(data: bytes) -> str:
    from PIL import Image

    return _SHOWN_AS_IS.get(Image.open(io.BytesIO(data), formats=_FORMATS).format or "", "png")

"""What the pictures of a field are like: sizes, modes and formats of all; the mean of many."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Iterator

import numpy as np
from pydantic import BaseModel

from engine.server.kept import Kept
from engine.server.work import Work
from engine.types import Field

_MEAN_OF = 1_000  # pictures at most, spread evenly
_MEAN_SIDE = 128  # pixels
_SHOWN = 20  # sizes, modes, formats


class Kind(BaseModel):
    """Something that pictures have in common, and how many do."""

    name: str
    count: int


class PictureProfile(BaseModel):
    """Of pictures; `bad` cannot be read. `mean` is the mean of `mean_of` of them, a PNG as a data: address."""

    bad: int
    sizes: list[Kind]
    different_sizes: int
    modes: list[Kind]
    formats: list[Kind]
    mean: str
    mean_of: int


def picture_profile(kept: Kept, field: Field, work: Work) -> PictureProfile:
    """Look at the header of each picture, and into some."""
    from engine.images import BadImage, header_of

    sizes: Counter[tuple[int, int]] = Counter()
    modes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    bad = 0
    for data in _values(kept, field, work):
        try:
            header = header_of(data)
        except BadImage:
            bad += 1
            continue
        sizes[header.width, header.height] += 1
        modes[header.mode] += 1
        formats[header.format] += 1
    mean, number = _mean(kept, field, sizes.most_common(1)[0][0], work) if sizes else ("", 0)
    return PictureProfile(
        bad=bad,
        sizes=[Kind(name=f"{width} × {height}", count=count) for (width, height), count in sizes.most_common(_SHOWN)],
        different_sizes=len(sizes),
        modes=[Kind(name=name, count=count) for name, count in modes.most_common(_SHOWN)],
        formats=[Kind(name=name, count=count) for name, count in formats.most_common(_SHOWN)],
        mean=mean,
        mean_of=number,
    )


def _values(kept: Kept, field: Field, work: Work, step: int = 1) -> Iterator[bytes]:
    """Every `step`th picture."""
    start = 0
    for batch in kept.batches([field.name]):
        for row in range(-start % step, batch.num_rows, step):
            work.go_on()
            if (data := batch.column(0)[row].as_py()) is not None:
                yield data
        start += batch.num_rows


def _mean(kept: Kept, field: Field, size: tuple[int, int], work: Work) -> tuple[str, int]:
    """The mean in the shape of the commonest size, and of how many pictures."""
    from PIL import Image

    from engine.images import BadImage, open_image

    scale = min(1.0, _MEAN_SIDE / max(size))
    shape = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    total, number = np.zeros((shape[1], shape[0], 3)), 0
    for data in _values(kept, field, work, -(-kept.count // _MEAN_OF)):
        try:
            picture = open_image(data, at_least=shape)
        except BadImage:  # cut off behind a header that is right
            continue
        total += np.asarray(picture.convert("RGB").resize(shape, Image.Resampling.BILINEAR))
        number += 1
    if not number:
        return "", 0
    file = io.BytesIO()
    Image.fromarray((total / number).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode(), number

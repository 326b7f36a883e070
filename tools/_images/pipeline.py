"""Images through steps, many at a time: what a thread of Image Processing does."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import PIL
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from engine.cache.memo import Memo
from engine.images import BadImage, open_image, size_of
from tools._images.encoding import ImageFormat, encode
from tools._images.geometry import Scale
from tools._images.steps import AnyStep
from tools._images.tone import Greyscale

_TASK_IMAGES, _TASK_BYTES = 16, 1 << 20  # a task for each image would cost as much as a small image
_REMEMBERED = 4 << 20  # bytes of the largest result that is remembered
_SIZES = struct.Struct("<4I")
_RESULT_BYTES = 32 << 20  # after which a task stops: small files may hold large images

Size: TypeAlias = tuple[int, int]


class Outcome(NamedTuple):
    """What became of an image: its size in pixels before and after, or why there is none; all empty for null.

    `step`: the one that could not be done.
    """

    before: Size | None = None
    after: Size | None = None
    reason: str = ""
    step: AnyStep | None = None


class Part(NamedTuple):
    """Images after the steps (null where there is none), and what became of each."""

    images: pa.Array
    outcomes: list[Outcome]


class Pipeline:
    """Does the steps, in their order, to images; may be called from several threads at once."""

    def __init__(
        self,
        steps: Sequence[AnyStep],
        format_: ImageFormat,
        template: Image.Image | None,
        memo: Callable[[str], Memo],
    ) -> None:
        self._memo = memo(_kind(steps, format_, template))
        self._steps = steps
        self._format = format_
        self._template = template
        first = next((step for step in steps if not isinstance(step, Greyscale)), None)
        self._enough = first.enough if isinstance(first, Scale) else None

    def __call__(self, files: pa.Array) -> Part:
        """Process image files, from the first: all of them, or fewer where the results are large.

        Each result goes straight into Arrow's memory. Kept as Python objects for a while, they would cost a tenth of
        the time in memory that is given back and asked for again.
        """
        stream = pa.BufferOutputStream()
        ends, present, outcomes = [0], [], []
        new: dict[bytes, bytes] = {}
        for data, key, known in self._with_known(files.to_pylist()):
            result, outcome = (None, Outcome()) if data is None else _unpacked(known) if known else self._one(data)
            if result is not None and not known and len(result) <= _REMEMBERED:
                new[key] = _packed(result, outcome)
            stream.write(result or b"")
            ends.append(stream.tell())
            present.append(result is not None)
            outcomes.append(outcome)
            if ends[-1] > _RESULT_BYTES:
                break
        self._memo.put(new)
        buffers = [pa.array(present).buffers()[1], pa.array(ends, pa.int32()).buffers()[1], stream.getvalue()]
        return Part(pa.Array.from_buffers(pa.binary(), len(outcomes), buffers), outcomes)

    def _with_known(self, files: list[bytes | None]) -> Iterator[tuple[bytes | None, bytes, bytes | None]]:
        """Each file with its key and, where it went through these steps before, what came out."""
        if self._memo.off:
            return ((data, b"", None) for data in files)
        keys = [hashlib.blake2b(data or b"", digest_size=16).digest() for data in files]
        return zip(files, keys, self._memo.get(keys), strict=True)

    def _one(self, data: bytes) -> tuple[bytes | None, Outcome]:
        step = None
        try:
            image = open_image(data, at_least=self._enough)
            before = size_of(data)
            for step in self._steps:
                image = step.apply(image, self._template)
            step = None
            return encode(image, self._format), Outcome(before, image.size)
        except BadImage as error:
            return None, Outcome(reason=error.message, step=step)


def _kind(steps: Sequence[AnyStep], format_: ImageFormat, template: Image.Image | None) -> str:
    """All that a result depends on besides the file."""
    shown = json.dumps([step.model_dump(mode="json") for step in steps])
    laid_onto = hashlib.sha256(template.tobytes()).hexdigest() + str(template.size) if template else ""
    return f"processed image 1, Pillow {PIL.__version__}, {shown}, {format_}, {laid_onto}"


def _packed(result: bytes, outcome: Outcome) -> bytes:
    assert outcome.before is not None
    assert outcome.after is not None
    return _SIZES.pack(*outcome.before, *outcome.after) + result


def _unpacked(known: bytes) -> tuple[bytes, Outcome]:
    sizes = _SIZES.unpack_from(known)
    return known[_SIZES.size :], Outcome(sizes[:2], sizes[2:])


def tasks(files: pa.Array) -> Iterator[pa.Array]:
    """The files in parts that are worth a task each."""
    start = size = 0
    for row, length in enumerate(pc.binary_length(files).fill_null(0).to_pylist()):
        if row > start and (size + length > _TASK_BYTES or row - start >= _TASK_IMAGES):
            yield files.slice(start, row - start)
            start, size = row, 0
        size += length
    if start < len(files):
        yield files.slice(start)

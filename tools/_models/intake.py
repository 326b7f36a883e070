"""Labelled pictures as they stream in: checked, decoded, handed to the recipe; only what that keeps stays."""

from __future__ import annotations

import hashlib
import sys
from array import array
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.context import Context
from engine.errors import ToolError
from tools._images.fields import name_column
from tools._models.frozen import BATCH
from tools._models.gathering import Gathering
from tools._models.pictures import Chunks, Picture, Size, each, reduced
from tools._models.recipe import Recipe
from tools._models.rows import Rows, Stored
from tools._models.shown import Shown, small_jpeg

MAXIMUM = 512
"""The largest side of a picture, in pixels: as in Alteryx, and as far as memory for training can be promised."""
_SCALE = (
    "Put an Image Processing tool with a scale step before this one, for training, validation and prediction alike."
)


class Sizes:
    """The one size that all pictures of a training have, and the recipe's answer to it.

    Args:
        name: of the network, for messages.
    """

    def __init__(self, recipe: Recipe, name: str) -> None:
        self._recipe, self._name = recipe, name
        self.size: Size | None = None
        self.wanted: Size = (0, 0)

    def meet(self, size: Size, where: str) -> None:
        """Take the size of the first picture as that of all; get the recipe ready.

        Raises:
            ToolError: it is too large, or too small for the network.
        """
        if self.size is not None:
            return
        width, height = size
        if max(size) > MAXIMUM:
            raise ToolError(
                f"The image of {where} is {width} × {height} pixels; at most {MAXIMUM} × {MAXIMUM} can be trained on.",
                hint=_SCALE,
            )
        if min(size) < self._recipe.minimum:
            raise ToolError(
                f"The image of {where} is {width} × {height} pixels; {self._name} needs at least "
                f"{self._recipe.minimum} a side.",
                hint=_SCALE,
            )
        self.size = size
        self.wanted = self._recipe.start(size)

    def check(self, size: Size, where: str) -> None:
        """Refuse a picture of another size.

        Raises:
            ToolError: it is of another size.
        """
        if size != self.size and self.size is not None:
            raise ToolError(
                f"The pictures have different sizes: the first is {self.size[0]} × {self.size[1]} pixels, "
                f"that of {where} is {size[0]} × {size[1]}. Training needs one size.",
                hint=_SCALE,
            )


class Intake:
    """What has come by one input anchor.

    Args:
        anchor: T or V, for messages.
        image, label: the fields.
        shown: takes the records with small pictures, where they are to be shown; closed with this.

    Attributes:
        labels: of the pictures, in their order.
        prints: a number for each picture; equal pictures have the same, others hardly ever.
    """

    def __init__(
        self,
        context: Context,
        anchor: str,
        fields: tuple[str, str],
        recipe: Recipe,
        sizes: Sizes,
        shown: Shown | None = None,
    ) -> None:
        self._context, self._anchor, self._recipe, self._sizes = context, anchor, recipe, sizes
        self._image, self._label = fields
        self._chunks = Chunks(BATCH)
        self._kept = Gathering(context, recipe)
        self._few = Rows(context) if anchor == "T" and recipe.varied else None
        self._shown = shown
        self._name = name_column(context.inputs[anchor])
        self._names: tuple[int, pa.Array] | None = None
        self.labels: list[str] = []
        self.prints = array("Q")

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch in.

        Raises:
            ToolError: an image or a label is null, a label is empty, an image is damaged or of another size.
        """
        before = len(self.labels)
        if self._name is not None:
            self._names = before, batch.column(self._name)
        self._check_nulls(batch, before)
        labels = pc.cast(batch.column(self._label), pa.string())
        self._check_empty(labels, before)
        self.labels += map(sys.intern, labels.to_pylist())  # few, many times
        images = batch.column(self._image)
        if not len(images):
            return
        self._meet_first(images[0].as_py())
        small: list[bytes] = []
        for pictures in each(self._context, images, lambda index, data: self._picture(before + index, data)):
            small += [shown for _, shown, _ in pictures]
            self.prints.extend(number for _, _, number in pictures)
            for full in self._chunks.add([seen for seen, _, _ in pictures]):
                self._keep(np.stack(full))
            self._context.progress(None, f"{self._anchor}: {len(self._kept):,} pictures read")
        if self._shown is not None:
            self._shown.add(batch, small)

    def finish(self) -> None:
        """Nothing more comes here."""
        for rest in self._chunks.rest():
            self._keep(np.stack(rest))
        self._kept.finish()

    def inputs(self) -> Stored:
        """What the recipe kept, in the order of the records."""
        return self._kept.array()

    def pictures(self) -> Stored | None:
        """The pictures themselves, where the recipe wants them and they are few."""
        return self._few.array() if self._few is not None else None

    def _keep(self, pictures: NDArray[np.uint8]) -> None:
        self._kept.add(pictures)
        if self._few is not None:
            self._few.append(pictures)
            if len(self._few) > self._recipe.varied:
                self._few.close()
                self._few = None

    def close(self) -> None:
        """Let go of everything."""
        self._kept.close()
        if self._few is not None:
            self._few.close()
        if self._shown is not None:
            self._shown.close()

    def _check_nulls(self, batch: pa.RecordBatch, before: int) -> None:
        for name, what in ((self._image, "image"), (self._label, "label")):
            column = batch.column(name)
            if column.null_count:
                first = pc.index(column.is_null(), True).as_py()
                raise ToolError(
                    f"No {what} in {self._record(before + first)}: its field [{name}] is null.",
                    hint=f"Take such records out before training: a Filter with !IsNull([{name}]).",
                )

    def _check_empty(self, labels: pa.Array, before: int) -> None:
        first = pc.index(pc.utf8_trim_whitespace(labels), "").as_py()
        if first >= 0:
            raise ToolError(
                f"No label in {self._record(before + first)}: its field [{self._label}] is empty.",
                hint=f'Take such records out before training: a Filter with Trim([{self._label}]) != "".',
            )

    def _record(self, index: int) -> str:
        """The name of a record of the batch at hand, for messages."""
        name = None if self._names is None else self._names[1][index - self._names[0]].as_py()
        return f"record {index + 1:,} of {self._anchor}" + (f" ({name})" if name else "")

    def _meet_first(self, data: bytes) -> None:
        if self._sizes.size is None:
            from engine.images import size_of

            self._sizes.meet(_or_say_where(size_of, data, self._record(0)), self._record(0))

    def _picture(self, index: int, data: bytes | None) -> tuple[Picture, bytes, int]:
        """What the network sees, what people see, and the picture's number among `prints`."""
        from engine.images import decode, size_of

        assert data is not None
        where = self._record(index)
        self._sizes.check(_or_say_where(size_of, data, where), where)
        picture = _or_say_where(decode, data, where)
        seen = reduced(picture, self._sizes.wanted)
        number = int.from_bytes(hashlib.blake2b(seen.data, digest_size=8).digest())
        return seen, small_jpeg(picture) if self._shown is not None else b"", number


def _or_say_where(read: Any, data: bytes, where: str) -> Any:
    try:
        return read(data)
    except ToolError as error:
        raise ToolError(
            f"The image of {where} cannot be read: {error.message}.",
            hint="Put Image Processing before this tool, and set its `on_bad_image` to skip.",
        ) from error

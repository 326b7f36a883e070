"""Several models on the same pictures: each picture decoded once, one model in memory at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.context import Context
from tools._models.model_record import Arrays, Model
from tools._models.pictures import Picture, Size, each, reduced, scaled
from tools._models.rows import Rows, Stored

Sizes = tuple[Size, Size]
"""The size of a model's training pictures, and that at which it looks at them."""


def sizes_of(model: Model) -> Sizes:
    """The sizes that a picture goes through on its way into a model."""
    return (model.width, model.height), (model.input_width, model.input_height)


class Holdout:
    """Labelled pictures, decoded at every size that a model wants.

    Attributes:
        labels: of the pictures that could be read, as text.
        unread: how many records have no picture that can be read, or no label.
    """

    def __init__(self, context: Context, sizes: Iterable[Sizes]) -> None:
        self._context = context
        self._pictures = {wanted: Rows(context) for wanted in sizes}
        self.labels: list[str] = []
        self.unread = 0

    def add(self, images: pa.Array, labels: pa.Array) -> None:
        """Take records in."""
        truth = pc.cast(labels, pa.string()).to_pylist()

        def read(index: int, data: bytes | None) -> tuple[str, list[Picture]] | None:
            label = truth[index]
            return None if data is None or label is None else self._at_all_sizes(label, data)

        for found in each(self._context, images, read):
            known = [one for one in found if one is not None]
            self.unread += len(found) - len(known)
            self._keep(known)
            self._context.progress(None, f"D: {len(self.labels):,} pictures read")

    def _at_all_sizes(self, label: str, data: bytes) -> tuple[str, list[Picture]] | None:
        from engine.images import BadImage, decode

        try:
            picture = decode(data)
        except BadImage:
            return None  # counted, and told at the end
        return label, [reduced(scaled(picture, trained), seen) for trained, seen in self._pictures]

    def _keep(self, known: list[tuple[str, list[Picture]]]) -> None:
        if known:
            labels, pictures = zip(*known, strict=True)
            self.labels += labels
            for rows, block in zip(self._pictures.values(), zip(*pictures, strict=True), strict=True):
                rows.append(np.stack(block))

    def pictures(self, model: Model) -> Stored:
        """All pictures as `model` looks at them, shape (pictures, height, width, 3)."""
        return self._pictures[sizes_of(model)].array()

    def close(self) -> None:
        """Let go of everything."""
        for rows in self._pictures.values():
            rows.close()


def judge(
    model: Model, weights: Arrays, source: str | Path, pictures: Stored, context: Context, name: str
) -> tuple[NDArray[np.object_], float, float]:
    """The label that a model gives each picture; seconds until it ran, seconds of running.

    Args:
        source: of the backbone's weights, where the model holds its head alone.
        name: for messages about progress.
    """
    from tools._models.classifier import Classifier
    from tools._models.frozen import BATCH

    began = time.perf_counter()
    classifier = Classifier(model, weights, source, flip=model.mirror, context=context, anew=True)
    classifier(pictures[:1])  # the first call compiles
    ready = time.perf_counter()
    codes = _codes(classifier, pictures, BATCH, lambda done: context.progress(None, f"{name}: {done:,} pictures"))
    done = time.perf_counter()
    classifier.close()
    return np.array(model.labels, object)[codes], ready - began, done - ready


def _codes(classifier: Any, pictures: Stored, at_once: int, told: Callable[[int], None]) -> NDArray[np.intp]:
    codes = np.empty(len(pictures), np.intp)
    for start in range(0, len(pictures), at_once):
        codes[start : start + at_once] = classifier(pictures[start : start + at_once]).argmax(1)
        told(min(start + at_once, len(pictures)))
    return codes

"""Labels as text, and as the numbers that a network gives out."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from engine.errors import ToolError, listed

MOST = 10_000
"""Labels of one model: more are a field of another kind, such as a file name."""


def label_set(training: list[str], validation: list[str]) -> list[str]:
    """The labels of a training, sorted: the order of the model's outputs.

    Raises:
        ToolError: there are no records, fewer than two labels, or a label is in validation alone.
    """
    for anchor, what, labels in (("T", "training", training), ("V", "validation", validation)):
        if not labels:
            raise ToolError(
                f"No records came by {anchor}: there are no {what} images.",
                hint="Create Samples splits one stream into both: connect its E to T and its V to V.",
            )
    known = sorted(set(training))
    if len(known) < 2:
        raise ToolError(
            f"All training images have the label '{known[0]}'; at least two labels are needed to tell apart.",
            setting="training.label",
        )
    if len(known) > MOST:
        raise ToolError(
            f"The training images have {len(known):,} labels, at most {MOST:,} are possible: {listed(known, 3)}.",
            hint="Is this the field with the labels?",
            setting="training.label",
        )
    unknown = Counter(label for label in validation if label not in set(known))
    if unknown:
        spelt_otherwise = {plain(label) for label in unknown} <= {plain(label) for label in known}
        raise ToolError(
            f"Labels in V that T does not have: {listed(sorted(unknown))} ({unknown.total():,} records). "
            f"T has {listed(known)}.",
            hint="They differ from labels of T only in capitals or spaces: let Data Cleansing make them the same."
            if spelt_otherwise
            else "Train on them too (`stratify` of Create Samples deals every label to both), or filter them out of V.",
        )
    return known


def plain(label: str) -> str:
    """A label without what sets only its spelling apart: capitals, and spaces around it or more than one between."""
    return " ".join(label.casefold().split())


def coded(labels: list[str], known: list[str]) -> NDArray[np.int32]:
    """The position of each label in `known`."""
    position = {label: index for index, label in enumerate(known)}
    return np.array([position[label] for label in labels], np.int32)


def label_weights(codes: NDArray[np.int32], labels: int, *, balanced: bool) -> NDArray[np.float32]:
    """How much each label counts, shape (labels,): 1, or inversely to its frequency with a mean of 1 a record."""
    if not balanced:
        return np.ones(labels, np.float32)
    return (len(codes) / (labels * np.bincount(codes, minlength=labels))).astype(np.float32)

"""What a classifier adds to records: the label it predicts, how probable that is, and the probability of each label."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine import types
from engine.types import FieldType, Meaning

PREDICTED, PROBABILITY = "Predicted", "Probability"


def fields(schema: pa.Schema, labels: list[str], top: int = 1, *, each: bool = True) -> list[pa.Field]:
    """The fields that are added to `schema`, under names that are free there.

    Args:
        labels: those of the model, in its order; none where they are not known yet.
        top: how many of the most probable labels.
        each: whether the probability of every label, too.
    """
    taken = {name.casefold() for name in schema.names}
    added = []
    for rank in range(1, min(top, len(labels) or 1) + 1):
        tail = f"_Top{rank}" if rank > 1 else ""
        added.append(types.Field(PREDICTED + tail, FieldType.V_WString, meaning=Meaning.label))
        added.append(types.Field(PROBABILITY + tail, FieldType.Double, meaning=Meaning.probability))
    if each:
        names = [f"{PROBABILITY}_{label}" for label in labels]
        added += [types.Field(name, FieldType.Double, meaning=Meaning.probability) for name in names]
    return [field.with_(name=free(field.name, taken)).arrow() for field in added]


def columns(
    probabilities: NDArray[np.floating[Any]], labels: list[str], top: int = 1, *, each: bool = True
) -> Iterator[NDArray[Any]]:
    """The values of `fields`, from probabilities of shape (records, labels)."""
    table = probabilities.astype(np.float64)
    ranked = np.argsort(-table, axis=1, kind="stable")
    for rank in range(min(top, len(labels))):
        yield np.array(labels, object)[ranked[:, rank]]
        yield np.take_along_axis(table, ranked[:, rank : rank + 1], 1)[:, 0]
    if each:
        yield from table.T


def free(name: str, taken: set[str]) -> str:
    """The name, or the first of name2, name3, ... that is not `taken` (names in small letters); takes it."""
    numbered = (f"{name}{number}" for number in itertools.count(2))
    free = next(candidate for candidate in itertools.chain([name], numbered) if candidate.casefold() not in taken)
    taken.add(free.casefold())
    return free

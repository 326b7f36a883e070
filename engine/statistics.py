"""Exact statistics of a field, from its values in order with how often each comes."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.types import NUMBERS, TEXTS, Field

_TOP = 10
Floats = npt.NDArray[np.float64]


@dataclass
class Numbers:
    """Statistics of numbers. NaN counts as a value, and makes sum, mean and deviation NaN; `infinite` counts it too."""

    count: int = 0
    infinite: int = 0
    total: float = 0.0
    mean: float = 0.0
    squares: float = 0.0  # summed squared differences from the mean
    zeros: int = 0
    negatives: int = 0
    quartiles: list[float] = dataclasses.field(default_factory=list)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of a sample; None for fewer than two values."""
        return float(np.sqrt(self.squares / (self.count - 1))) if self.count > 1 else None

    def add(self, values: Floats, counts: npt.NDArray[np.int64]) -> None:
        """Take values, each with how often it comes; by Chan's formula, which loses no digits."""
        number = int(counts.sum())
        with np.errstate(invalid="ignore", over="ignore"):  # infinity less infinity is NaN, and is meant to be
            total = float(values @ counts)
            mean = total / number
            squares = float(((values - mean) ** 2) @ counts)
        distance, both = mean - self.mean, self.count + number
        self.squares += squares + distance * distance * self.count * number / both
        self.mean += distance * number / both
        self.count, self.total = both, self.total + total
        self.infinite += int(counts[~np.isfinite(values)].sum())
        self.zeros += int(counts[values == 0].sum())
        self.negatives += int(counts[values < 0].sum())


@dataclass
class Texts:
    """Statistics of texts; lengths in characters.

    `blanks` are empty or only spaces; `untidy` those with spaces at an end, or a line break inside.
    """

    blanks: int = 0
    empty: int = 0
    untidy: int = 0
    leading: int = 0
    trailing: int = 0
    characters: int = 0
    shortest: str | None = None
    longest: str | None = None

    def add(self, values: pa.Array, counts: pa.Array) -> None:
        """Take texts, each with how often it comes."""
        lengths = pc.utf8_length(values)
        self.characters += pc.sum(pc.multiply(lengths, counts)).as_py() or 0
        trimmed = pc.utf8_trim_whitespace(values)
        self.blanks += _times(pc.equal(trimmed, ""), counts)
        self.empty += _times(pc.equal(values, ""), counts)
        self.untidy += _times(pc.or_(pc.not_equal(trimmed, values), pc.match_substring(values, "\n")), counts)
        self.leading += _times(pc.not_equal(pc.utf8_ltrim_whitespace(values), values), counts)
        self.trailing += _times(pc.not_equal(pc.utf8_rtrim_whitespace(values), values), counts)
        filled = values.filter(pc.not_equal(trimmed, ""))
        if len(filled):
            sizes = pc.utf8_length(filled)
            least, most = (filled[pc.index(sizes, pc.min_max(sizes)[end]).as_py()].as_py() for end in ("min", "max"))
            self.shortest = least if self.shortest is None else min(self.shortest, least, key=len)
            self.longest = most if self.longest is None else max(self.longest, most, key=len)


def _times(wanted: pa.Array, counts: pa.Array) -> int:
    return int(pc.sum(counts.filter(wanted)).as_py() or 0)


@dataclass
class Statistics:
    """What there is to say about a field.

    Attributes:
        unique: how many different values there are, Null not among them; None for Blobs.
        least, most: the first and the last value in order, None where there is no value, or no order.
        top: the most frequent values, Null among them, each with how often it comes.
        numbers, texts: of such fields.
    """

    field: Field
    records: int
    nulls: int
    unique: int | None = None
    least: Any = None
    most: Any = None
    top: list[tuple[Any, int]] = dataclasses.field(default_factory=list)
    numbers: Numbers | None = None
    texts: Texts | None = None


def statistics(of: Field, records: int, nulls: int, counted: Iterable[pa.RecordBatch]) -> Statistics:
    """Everything about a field that is no Blob.

    Args:
        of: the field.
        records: how many there are.
        nulls: in how many of them it is Null.
        counted: its values, `value`, in order, each once, with how often it comes, `count`.
    """
    found = Statistics(of, records, nulls, unique=0)
    found.numbers = Numbers() if of.type in NUMBERS else None
    found.texts = Texts() if of.type in TEXTS else None
    places = _Quartiles(records - nulls)
    for batch in counted:
        _note_top(found, batch)
        batch = batch.filter(batch.column("value").is_valid())
        if batch.num_rows:
            _note(found, batch, places)
    if found.numbers:
        found.numbers.quartiles = places.values()
    return found


def _note(found: Statistics, batch: pa.RecordBatch, places: _Quartiles) -> None:
    values, counts = batch.columns
    found.least = _python(values[0]) if not found.unique else found.least
    found.most = _python(values[-1])
    found.unique = (found.unique or 0) + len(values)
    if found.numbers:
        floats = values.cast(pa.float64(), safe=False).to_numpy()
        found.numbers.add(floats, counts.to_numpy())
        places.add(floats, counts.to_numpy())
    if found.texts:
        found.texts.add(values, counts)


def _note_top(found: Statistics, batch: pa.RecordBatch) -> None:
    """Of values that come equally often, the first in order counts."""
    counts = batch["count"].to_numpy()
    few = np.flatnonzero(counts >= np.partition(counts, -_TOP)[-_TOP]) if len(counts) > _TOP else np.arange(len(counts))
    best = few[np.argsort(-counts[few], kind="stable")][:_TOP]
    values = [_python(value) for value in batch["value"].take(pa.array(best))]
    pairs = zip(values, counts[best].tolist(), strict=True)
    found.top = heapq.nlargest(_TOP, [*found.top, *pairs], key=lambda pair: pair[1])


def _python(value: pa.Scalar) -> Any:
    """A value as Python has it; text where Python knows none such, as dates past the year 9999."""
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return str(value.cast(pa.string()))


class _Quartiles:
    """Picks the values a quarter, half and three quarters of the way, between two by proportion."""

    def __init__(self, count: int) -> None:
        self._places = [(count - 1) * part for part in (0.25, 0.5, 0.75)] if count else []
        wanted = {int(place) + more for place in self._places for more in (0, 1)}
        self._wanted = np.array(sorted(place for place in wanted if place < count), np.int64)
        self._at: dict[int, float] = {}
        self._seen = 0

    def add(self, values: Floats, counts: npt.NDArray[np.int64]) -> None:
        """Take the next values in order."""
        ends = self._seen + np.cumsum(counts)
        for place in self._wanted[(self._wanted >= self._seen) & (self._wanted < ends[-1])]:
            self._at[int(place)] = float(values[np.searchsorted(ends, place, side="right")])
        self._seen = int(ends[-1])

    def values(self) -> list[float]:
        """The three values; none where there are no numbers."""
        found = []
        for place in self._places:
            low, share = self._at[int(place)], place - int(place)
            found.append(low + (self._at[int(place) + 1] - low) * share if share else low)
        return found

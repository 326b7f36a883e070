"""CreateSamples: records at random into estimation, validation and holdout."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, FieldName, Gather, Schemas, hint
from tools._records.groups import comparable_field

_Hashes = NDArray[np.uint64]


class CreateSamplesConfig(Config):
    estimation: Annotated[int, hint(label="Estimation (%)")] = ConfigField(default=34, ge=0, le=100)
    """Per cent of the records that leave by E, to train with."""
    validation: Annotated[int, hint(label="Validation (%)")] = ConfigField(default=33, ge=0, le=100)
    """Per cent of the records that leave by V, to check while training. What is left of 100 leaves by H."""
    seed: int = ConfigField(default=1, ge=1, le=1000)
    """Another number gives other samples; the same number always gives the same."""
    stratify: Annotated[FieldName | None, hint(label="Keep shares of")] = None
    """A field, such as the label, whose values keep their shares in every sample."""
    by: Annotated[list[FieldName], hint(label="Records are told apart by")] = []
    """Fields that tell records apart, such as a file's name: a record then keeps its sample when others are added.
    Left out, places in the order are drawn."""

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        total = self.estimation + self.validation
        if total > 100:
            raise ValueError(f"estimation and validation make {total} per cent together; at most 100 are there")
        return self


class CreateSamples(Gather[CreateSamplesConfig]):
    """Deal records at random into three samples: estimation (E), validation (V), holdout (H).

    The counts are exact: of n records, E gets `estimation` per cent, E and V together get `estimation + validation`
    per cent, both rounded to the nearest whole number, halves up; H gets the rest. So of 5 records at 50 and 50, E
    gets 3 and V 2. Records keep their order within a sample, and the same records with the same seed always give the
    same samples, on any machine.

    With `stratify`, every value of that field is dealt in these shares too (to within a record), so that a rare class
    is not missing from a sample by chance.

    With `by`, records are dealt by what stands in these fields and not by their place: when ten are added to
    thousands, or the order changes, (nearly) all others stay where they were. So what a model is judged by has not
    been learnt from by the one before, and pictures that are known need not go through a network again.

    Example: `{tool: CreateSamples, estimation: 70, validation: 20, seed: 1, stratify: Class, by: [FileName]}`
    """

    outputs = (
        Anchor("E", "Estimation: records to train with."),
        Anchor("V", "Validation: records to check with while training."),
        Anchor("H", "Holdout: records never seen while training."),
    )
    keywords = ("split", "train", "test", "holdout", "sampling")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._stratum(inputs["in"])
        self._telling(inputs["in"])
        return dict.fromkeys("EVH", inputs["in"])

    def open(self, context: Context) -> None:
        super().open(context)
        self._field = self._stratum(context.inputs["in"])
        self._by = self._telling(context.inputs["in"])
        self._sizes: Counter[Any] = Counter()
        self._hashes: defaultdict[Any, list[_Hashes]] = defaultdict(list)

    def _stratum(self, schema: pa.Schema) -> str | None:
        name = self.config.stratify
        return None if name is None else comparable_field(schema, name, "stratify").name

    def _telling(self, schema: pa.Schema) -> list[str]:
        return [comparable_field(schema, name, f"by.{place}").name for place, name in enumerate(self.config.by)]

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        hashes = _hashes(batch.select(self._by), self.config.seed) if self._by else None
        for value, rows in self._strata(batch):
            self._sizes[value] += len(rows)
            if hashes is not None:
                self._hashes[value].append(hashes[rows])
        yield from super().process(anchor, batch)

    def _strata(self, batch: pa.RecordBatch) -> Iterable[tuple[Any, np.ndarray[Any, Any]]]:
        """The values of the stratifying field in this batch, each with its row numbers; else one for all rows."""
        if self._field is None:
            return [(None, np.arange(batch.num_rows))]
        encoded = pc.dictionary_encode(batch[self._field], null_encoding="encode")
        codes = encoded.indices.to_numpy()
        values = ("NaN" if value != value else value for value in encoded.dictionary.to_pylist())  # NaN is no key
        return [(value, np.flatnonzero(codes == code)) for code, value in enumerate(values)]

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        records = streams["in"]
        counts = sample_counts(records.rows, self.config.estimation, self.config.validation)
        decks = self._decks(counts)
        dealt: Counter[Any] = Counter()
        for batch in records:
            samples = np.empty(batch.num_rows, np.uint8)
            for value, rows in self._strata(batch):
                samples[rows] = decks[value][dealt[value] : dealt[value] + len(rows)]
                dealt[value] += len(rows)
            for number, anchor in enumerate("EVH"):
                yield anchor, batch.filter(pa.array(samples == number))
        self._report(counts)

    def _decks(self, counts: Sequence[int]) -> dict[Any, np.ndarray[Any, Any]]:
        """For each stratum the sample (0, 1, 2) of each of its records, shuffled: one byte a record."""
        # NumPy promises that RandomState never changes what a seed gives (NEP 19), and that Generator may.
        random = np.random.RandomState(np.random.MT19937(self.config.seed))
        decks = {}
        for (value, size), share in zip(self._sizes.items(), deal(list(self._sizes.values()), counts), strict=True):
            deck = np.repeat(np.arange(3, dtype=np.uint8), [*share, size - sum(share)])
            if self._by:
                decks[value] = np.empty_like(deck)
                decks[value][np.argsort(_ranks(np.concatenate(self._hashes.pop(value))))] = deck
            else:
                random.shuffle(deck)
                decks[value] = deck
        return decks

    def _report(self, counts: Sequence[int]) -> None:
        wanted = (self.config.estimation, self.config.validation, 100 - self.config.estimation - self.config.validation)
        for name, share, count in zip("EVH", wanted, counts, strict=True):
            if share and not count and sum(counts):
                self.context.warning(f"{name} got no record: {share} per cent of {sum(counts)} is less than one.")


def _hashes(batch: pa.RecordBatch, seed: int) -> _Hashes:
    """A number for each record that depends on its values and the seed alone."""
    texts = (pc.cast(column, pa.string()).to_pylist() for column in batch.columns)
    numbers = (xxhash.xxh3_64_intdigest(repr(record).encode(), seed) for record in zip(*texts, strict=True))
    return np.fromiter(numbers, np.uint64, batch.num_rows)


def _ranks(hashes: _Hashes) -> _Hashes:
    """The same, where records that are alike have numbers of their own, so that they are not dealt together."""
    order = np.argsort(hashes, kind="stable")
    alike = np.concatenate([[False], np.diff(hashes[order]) == 0])
    begins = np.maximum.accumulate(np.where(alike, 0, np.arange(len(hashes))))
    ranks = hashes.copy()
    for place, which in zip(order[alike], (np.arange(len(hashes)) - begins)[alike], strict=True):
        ranks[place] = xxhash.xxh3_64_intdigest(hashes[place].tobytes(), int(which))
    return ranks


def sample_counts(total: int, estimation: int, validation: int) -> tuple[int, int, int]:
    """How many of `total` records each sample gets; see the help of `CreateSamples` for the rounding."""
    first = (2 * total * estimation + 100) // 200
    both = (2 * total * (estimation + validation) + 100) // 200
    return first, both - first, total - both


def deal(sizes: Sequence[int], counts: Sequence[int]) -> list[tuple[int, int]]:
    """For strata of these sizes, how many records of each go to E and V, so that they add up to `counts`."""
    first = _apportion(counts[0], sizes)
    left = [size - taken for size, taken in zip(sizes, first, strict=True)]
    return list(zip(first, _apportion(counts[1], left), strict=True))


def _apportion(seats: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to `weights` that add up to `seats`: the largest remainders are rounded up."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [divmod(seats * weight, total) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -shares[index][1])
    extra = set(by_remainder[: seats - sum(whole for whole, _ in shares)])
    return [whole + (index in extra) for index, (whole, _) in enumerate(shares)]

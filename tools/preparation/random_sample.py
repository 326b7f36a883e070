"""RandomSample: an exact number or share of the records at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.spool import Spool
from engine.tool import Config, Emission, Gather, Schemas, hint


class RandomSampleConfig(Config):
    n: Annotated[int | None, hint(label="Number of records", unless="percent")] = ConfigField(default=None, ge=0)
    """How many records leave; or give `percent`."""
    percent: Annotated[float | None, hint(label="Per cent of records", unless="n")] = ConfigField(
        default=None, ge=0, le=100
    )
    """How many per cent of the records leave."""
    seed: int = ConfigField(default=1, ge=0, le=2**32 - 1)
    """Another number gives other records; the same number always gives the same."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.n is None) == (self.percent is None):
            raise ValueError("give either n or percent")
        return self


class RandomSample(Gather[RandomSampleConfig]):
    """Let a number or a share of the records pass, chosen at random.

    The number is exact; a share is rounded to the nearest whole number, halves up. Every record has the same chance,
    and those that leave keep their order. The same records with the same seed always give the same sample.

    Example: `{tool: RandomSample, percent: 10, seed: 7}`
    """

    keywords = ("random", "subset", "sampling", "percent", "shuffle")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        return {"out": inputs["in"]}

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        records = streams["in"]
        size = self._size(records.rows)
        left = np.zeros(records.rows, bool)
        left[:size] = True
        # NumPy promises that RandomState never changes what a seed gives (NEP 19), and that Generator may.
        np.random.RandomState(np.random.MT19937(self.config.seed)).shuffle(left)
        start = 0
        for batch in records:
            yield "out", batch.filter(pa.array(left[start : start + batch.num_rows]))
            start += batch.num_rows

    def _size(self, total: int) -> int:
        if self.config.percent is not None:
            return int(total * self.config.percent / 100 + 0.5)
        assert self.config.n is not None
        if self.config.n > total:
            self.context.warning(f"There are only {total:,} records, fewer than the {self.config.n:,} asked for.")
        return min(self.config.n, total)

"""Sample: the first, the last, or every so many of the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.feed import NUMBER
from engine.spool import Spool
from engine.tool import Config, Emission, GroupBy, Schemas, Tool, hint
from tools._records.beside import chosen
from tools._records.counting import Counting
from tools._records.grouped import Grouped
from tools._records.groups import Numbers, group_fields

Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
_NUMBERS = pa.schema([(NUMBER, pa.int64())])


class SampleConfig(Config):
    mode: Literal["first", "last", "skip", "one_of_every", "chance", "percent"] = "first"
    """Which records leave: the first n; the last n; all but the first n; the first of every n; each with a chance of 1
    in n; the first n per cent."""
    n: int = ConfigField(default=1, ge=0, lt=2**63)
    """The number in all of these."""
    by: GroupBy = []
    """Fields whose values make groups; then n is meant for each group."""
    seed: Annotated[int, hint(when={"mode": ["chance"]})] = ConfigField(default=1, ge=0, le=2**32 - 1)
    """Chance: another number gives other records; the same number always gives the same."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.mode == "percent" and self.n > 100:
            raise ValueError(f"n is {self.n} per cent; at most 100 are there")
        if self.mode in ("one_of_every", "chance") and self.n < 1:
            raise ValueError(f"{self.mode} needs an n of at least 1")
        return self


class Sample(Tool[SampleConfig]):
    """Let the first or last n records pass, skip them, or take one of every n; for each group if you like.

    Records keep their order. The first n of all records are there at once: what comes before in the workflow is not
    run to its end. For the last n and for per cent all records are read first; a share of 33 per cent of 10 records is
    3, rounded to the nearest, halves up. For an exact number of records at random see RandomSample.

    Example: `{tool: Sample, mode: first, n: 3, by: [Class]}`
    """

    keywords = ("limit", "head", "tail", "top", "first", "last", "skip", "every nth")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        group_fields(inputs["in"], self.config.by, "by")
        return {"out": inputs["in"]}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._names = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._random = np.random.RandomState(np.random.MT19937(self.config.seed))
        self._counting = Counting(context, [] if self.config.mode == "chance" else self._names)
        self._keys = Grouped(context, pa.schema([entering.field(name) for name in self._names]))
        self._spool: Spool | None = None
        if self.config.mode in ("last", "percent"):
            self._spool = context.spool(entering)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if self._spool is not None:
            self._keys.write(batch.select(self._names))
            self._spool.append(batch)
            return
        for counted, before in self._counting.take(batch):
            yield "out", counted.filter(pa.array(self._kept(before)))

    def _kept(self, before: Numbers) -> Mask:
        """Which records leave, from how many of their group came before them."""
        n = self.config.n
        if self.config.mode == "first":
            return before < n
        if self.config.mode == "skip":
            return before >= n
        if self.config.mode == "one_of_every":
            return np.equal(before % n, 0)
        chances: Mask = self._random.random_sample(len(before)) * n < 1
        return chances

    def satisfied(self) -> bool:
        return self.config.mode == "first" and not self._names and self._counting.records >= self.config.n

    def complete(self) -> Iterator[Emission]:
        if self._spool is not None:
            for batch, is_chosen in chosen(self._spool, self._late_or_early()):
                yield "out", batch.filter(is_chosen)
        for counted, before in self._counting.rest():
            yield "out", counted.filter(pa.array(self._kept(before)))

    def _late_or_early(self) -> Iterator[pa.RecordBatch]:
        """The numbers of the last n records of each group, or of the first n per cent."""
        keys, n = [f"c{place}" for place in range(len(self._names))], self.config.n
        if keys:
            over = f"OVER (PARTITION BY {', '.join(keys)}"
            before, size = f"row_number() {over} ORDER BY {NUMBER}) - 1", f"count(*) {over})"
        else:
            before, size = NUMBER, str(self._keys.rows)
        holds = f"before >= size - {n}" if self.config.mode == "last" else f"before < (2 * size * {n} + 100) // 200"
        counted = f"SELECT {NUMBER}, {before} AS before, {size} AS size FROM input"  # noqa: S608 - neutral names
        query = f"SELECT {NUMBER} FROM ({counted}) WHERE {holds}"  # noqa: S608 - numbers
        return self._keys.many(query, _NUMBERS, order=[1], keys=keys)

    def close(self, failed: bool) -> None:
        for part in ("_spool", "_counting", "_keys"):
            if (held := getattr(self, part, None)) is not None:
                held.close()

"""SelectRecords: records by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pydantic import field_validator

from engine.context import Context
from engine.tool import Config, Emission, Schemas, Tool

_RANGE = re.compile(r"(\d{1,18})?\s*(-|\+)?\s*(\d{1,18})?")


class SelectRecordsConfig(Config):
    ranges: str
    """The numbers of the records, counted from 1, with commas or line breaks between: 3 for one, 5-10 for some, -10 for
    all up to the tenth, 100+ for all from the hundredth on."""

    @field_validator("ranges")
    @classmethod
    def _readable(cls, text: str) -> str:
        parsed(text)
        return text


class SelectRecords(Tool[SelectRecordsConfig]):
    """Let records pass by their numbers, such as 1-10, 50, 100+.

    Records keep their order and leave once, however many ranges they are in. What comes behind the last range is not
    read.

    Example: `{tool: SelectRecords, ranges: '1-10, 50, 100-200'}`
    """

    keywords = ("rows", "range", "skip", "line numbers", "limit")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        return {"out": inputs["in"]}

    def open(self, context: Context) -> None:
        super().open(context)
        self._ranges = parsed(self.config.ranges)
        self._seen = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        numbers = np.arange(self._seen + 1, self._seen + batch.num_rows + 1)
        self._seen += batch.num_rows
        wanted = np.zeros(batch.num_rows, np.bool_)
        for first, last in self._ranges:
            wanted |= (numbers >= first) & (numbers <= last)
        yield "out", batch.filter(pa.array(wanted))

    def satisfied(self) -> bool:
        return self._seen >= max(last for _, last in self._ranges)


def parsed(text: str) -> list[tuple[int, int]]:
    """The first and the last number of each range.

    Raises:
        ValueError: says which part is none, and what one looks like.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    if not parts:
        raise ValueError("name at least one record, such as 1-10")
    return [_range(part) for part in parts]


def _range(part: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(part)
    first, sign, last = found.groups() if found else (None, None, None)
    endless = 2**63 - 1
    known = {
        (True, None, False): (first, first),
        (True, "-", True): (first, last),
        (False, "-", True): (1, last),
        (True, "+", False): (first, endless),
        (True, "-", False): (first, endless),
    }.get((first is not None, sign, last is not None))
    if known is None:
        raise ValueError(f"'{part}' is no range of records; write 7, 5-10, -10 or 100+")
    start, end = int(known[0] or 0), int(known[1] or 0)
    if not 1 <= start <= end:
        raise ValueError(f"'{part}' holds no record: numbers count from 1, and the smaller one comes first")
    return start, end

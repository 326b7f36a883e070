"""What had to be changed on the way, counted, for the user to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from tools.in_out.formats.yxdb.arrays import Mask


class Notes:
    """Counts values by field and by what happened to them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], int] = {}
        self._plain: list[str] = []

    def say(self, text: str) -> None:
        """Note something that is no matter of single values."""
        self._plain.append(text)

    def count(self, field: str, what: str, hit: Mask, first_record: int) -> None:
        """Note `what` was done to the values where `hit`; `first_record` is the number of the first, from 1."""
        if number := int(np.count_nonzero(hit)):
            key = (field, what)
            self._counts[key] += number
            self._first.setdefault(key, first_record + int(hit.argmax()))

    def __iter__(self) -> Iterator[str]:
        yield from self._plain
        for (field, what), number in self._counts.items():
            values = "1 value" if number == 1 else f"{number:,} values"
            yield f"[{field}]: {what}: {values}, first in record {self._first[field, what]:,}."

"""Records in groups: those whose values in some fields are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ToolError
from engine.types import BLOBS, Field, find_field

Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


def group_fields(schema: pa.Schema, names: Sequence[str], setting: str) -> list[Field]:
    """The fields that group records.

    Raises:
        ToolError: there is no such field, it comes twice, or it holds Blobs, which are not compared.
    """
    return listed_fields(names, setting, lambda name, at: comparable_field(schema, name, at))


def listed_fields(names: Sequence[str], setting: str, find: Callable[[str, str], Field]) -> list[Field]:
    """The fields of a list, as `find` finds each by its name and setting.

    Raises:
        ToolError: one comes twice, or what `find` says of it.
    """
    fields: list[Field] = []
    for place, name in enumerate(names):
        field = find(name, at := f"{setting}.{place}")
        if field.name in (known.name for known in fields):
            raise ToolError(f"[{field.name}] is listed twice.", hint="Remove one.", setting=at)
        fields.append(field)
    return fields


def comparable_field(schema: pa.Schema, name: str, setting: str) -> Field:
    """The field of that name.

    Raises:
        ToolError: it is not there, or holds Blobs, which are not compared.
    """
    field = find_field(schema, name, setting=setting)
    if field.type in BLOBS:
        message = f"[{field.name}] is a {field.type}; its values cannot be compared."
        raise ToolError(message, hint="Choose a text, number or date field.", setting=setting)
    return field


class Groups:
    """Numbers the groups of a stream from 0, in order of their first record. Null and NaN are values like others.

    Keeps the values of each group in memory: for tools that go along with the records. Without names, all records
    are one group.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._known: dict[tuple[Any, ...], int] = {}
        self._sizes: Numbers = np.zeros(0, np.int64)

    @property
    def sizes(self) -> Numbers:
        """How many records each group has had so far."""
        return self._sizes[: len(self._known)]

    def count(self, batch: pa.RecordBatch) -> tuple[Numbers, Numbers]:
        """For each record its group, and how many records of that group came before it. Counts the batch as seen."""
        groups = self.number(batch)
        return groups, self._counted(groups)

    def count_known(self, batch: pa.RecordBatch) -> Numbers:
        """The same of groups that are known already; -1 for records of others, which stay unknown."""
        groups = self._numbered(batch, lambda key: self._known.get(key, -1))
        before = np.full(len(groups), -1, np.int64)
        known = groups >= 0
        before[known] = self._counted(groups[known])
        return before

    def _counted(self, groups: Numbers) -> Numbers:
        order, starts = runs(groups)
        before = np.empty(len(groups), np.int64)
        before[order] = np.arange(len(groups)) - starts + self._sizes[groups[order]]
        self._sizes[: len(self._known)] += np.bincount(groups, minlength=len(self._known))
        return before

    def number(self, batch: pa.RecordBatch) -> Numbers:
        """For each record its group."""
        return self._numbered(batch, self._number_of)

    def _numbered(self, batch: pa.RecordBatch, number_of: Callable[[tuple[Any, ...]], int]) -> Numbers:
        if not self._names:
            return np.full(batch.num_rows, number_of(()))
        codes = np.zeros(batch.num_rows, np.int64)
        for name in self._names:
            encoded = pc.dictionary_encode(batch[name], null_encoding="encode")
            combined = codes * len(encoded.dictionary) + encoded.indices.to_numpy()
            codes = np.unique(combined, return_inverse=True)[1]
        _, firsts, inverse = np.unique(codes, return_index=True, return_inverse=True)
        samples = [batch[name].take(pa.array(firsts)).to_pylist() for name in self._names]
        # In order of appearance, so that nothing depends on how NumPy or Arrow sort.
        numbers = np.empty(len(firsts), np.int64)
        for place in np.argsort(firsts):
            numbers[place] = number_of(tuple(_key(values[place]) for values in samples))
        return numbers[inverse]

    def _number_of(self, key: tuple[Any, ...]) -> int:
        number = self._known.setdefault(key, len(self._known))
        if number == len(self._sizes):
            self._sizes = np.concatenate([self._sizes, np.zeros(max(number, 16), np.int64)])
        return number


def runs(groups: Numbers) -> tuple[Numbers, Numbers]:
    """A stable order that brings groups together, and for each place in it the place where its group starts."""
    order = np.argsort(groups, kind="stable")
    arranged = groups[order]
    begins = np.flatnonzero(np.diff(arranged, prepend=-1))
    return order, np.repeat(begins, np.diff(begins, append=len(groups)))


def _key(value: Any) -> Any:
    return "NaN of a number" if value != value else value  # NaN is not equal to itself

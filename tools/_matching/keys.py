"""Keys of records: only records that share one are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.expression.native import soundex
from tools._records.groups import Numbers

KeyKind = Literal["none", "whole", "digits", "soundex"]
Keys = list[list[str]]
"""For each record its keys, each once."""


def cleaned(texts: pa.Array) -> pa.Array:
    """Texts in small letters, without accents, with one blank for each run of blanks and punctuation."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    letters = pc.replace_substring_regex(plain, r"\p{Mn}", "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(letters, r"[^\pL\pN]+", " "))


def keys_of(texts: pa.Array, kind: KeyKind, each_word: bool, length: int | None) -> Keys:
    """The keys of a field; none where it is Null or has nothing to make one of.

    Args:
        texts: the field.
        kind: what a key is made of.
        each_word: whether each word makes a key, or the whole text.
        length: how many characters of it count at most.
    """
    words = pc.utf8_split_whitespace(texts) if each_word else pc.list_slice(_wrapped(texts), 0, 1)
    flat = _made(words.flatten(), kind).to_pylist()
    offsets = words.offsets.to_pylist()
    return [list(dict.fromkeys(key[:length] for key in flat[start:end] if key)) for start, end in pairwise(offsets)]


def _wrapped(texts: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(np.arange(len(texts) + 1, dtype=np.int32), texts)


def _made(words: pa.Array, kind: KeyKind) -> pa.Array:
    if kind == "soundex":
        return soundex(words)
    return pc.replace_substring_regex(words, r"\D" if kind == "digits" else r"\s", "")


def combined(fields: Sequence[Keys], records: int) -> Keys:
    """Every combination of a key of each field; one and the same key for all records where no field has keys."""
    if not fields:
        return [[""]] * records
    return [[" ".join(keys) for keys in product(*of_fields)] for of_fields in zip(*fields, strict=True)]


class Candidates:
    """All pairs of records that have a key in common.

    Attributes:
        count: how many pairs; those with several common keys once for each.
        distinct: how many keys.
        most_common: the key that most records have, and how many.
    """

    def __init__(self, keys: Keys) -> None:
        records = np.repeat(np.arange(len(keys)), [len(own) for own in keys])
        encoded = pa.array([key for own in keys for key in own], pa.string()).dictionary_encode()
        codes = encoded.indices.to_numpy()
        order = np.lexsort((records, codes))
        self._names = encoded.dictionary
        self._records, self._codes = records[order], codes[order]
        places = np.arange(len(order))
        self._after: Numbers = np.searchsorted(self._codes, self._codes, side="right") - 1 - places
        self.count = int(self._after.sum())
        self.distinct = len(self._names)

    @property
    def most_common(self) -> tuple[str, int]:
        place = int(self._after.argmax())
        return self._names[int(self._codes[place])].as_py(), int(self._after[place]) + 1

    def pairs(self, most: int) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
        """The first and the second record of each pair, in ascending order, and the place of their key.

        Args:
            most: pairs at once; more where a single key has more records.
        """
        ends = np.cumsum(self._after)
        start = 0
        while start < len(ends):
            before = int(ends[start - 1]) if start else 0
            end = max(int(np.searchsorted(ends, before + most, side="right")), start + 1)
            after = self._after[start:end]
            first = np.repeat(np.arange(start, end), after)
            second = np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after) + first + 1
            if len(first):
                yield self._records[first], self._records[second], self._codes[first]
            start = end

    def names(self, codes: Numbers) -> pa.Array:
        """The keys of these places."""
        return self._names.take(pa.array(codes))


def texts_of(texts: pa.Array) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Texts to be compared; None for those that are empty: nothing is like them."""
    values: np.ndarray[Any, np.dtype[np.object_]] = pc.if_else(pc.equal(texts, ""), None, texts).to_numpy(
        zero_copy_only=False
    )
    return values

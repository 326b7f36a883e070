"""A text file in pieces of whole records, so that several can be parsed at once.

Whether a line break ends a record or belongs to a value is told from the few quotes before it. A quote has meaning at
the start of a value, which it opens, and within a value so opened, where one closes it and two stand for one;
elsewhere it is a character. So two that stand together change nothing. One alone at the start of a value opens it, or
closes one in which a separator stands before it. One alone anywhere else closes a value, or is a character: no value
is open behind it, whatever came before.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, TypeVar

import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")
_STEPS = 50_000  # about as long as a piece takes to be parsed; hardly ever are ten needed


@dataclass(frozen=True)
class Piece:
    """Some records, and the place in the file where they begin."""

    data: memoryview
    begin: int


class Pieces:
    """The pieces of a file; they end early before a record that is longer than a piece.

    Args:
        file: at its beginning.
        delimiter: what stands between two values.
        quote: what may enclose a value; empty where nothing does.
        size: bytes of a piece at most.

    Attributes:
        end: the bytes in the pieces so far.
        is_whole: whether they are the whole file. If not, whoever wants the rest reads it from `end` in one go.
    """

    def __init__(self, file: BinaryIO, delimiter: bytes, quote: bytes, size: int) -> None:
        self.end = 0
        self.is_whole = False
        self._file = file
        self._separators = delimiter + b"\r\n"
        self._quote = quote
        self._size = size

    def __iter__(self) -> Iterator[Piece]:
        data: bytes | bytearray = self._file.read(self._size)
        while data:
            has_mark = data.startswith(codecs.BOM_UTF8)
            is_last = len(data) < self._size
            end = len(data) if is_last else self._end_of_records(data, len(codecs.BOM_UTF8) if has_mark else 0)
            if not end or (has_mark and self.end):  # a mark of the encoding would be taken away from any piece's start
                return
            self.end += end
            yield Piece(memoryview(data)[:end], self.end - end)
            data = b"" if is_last else self._behind(data[end:])
        self.is_whole = True

    def _behind(self, rest: bytes | bytearray) -> bytearray:
        """What was cut off and what comes next, read to its place: to join them would copy it."""
        data = bytearray(self._size)
        data[: len(rest)] = rest
        with memoryview(data)[len(rest) :] as place:
            count: int = self._file.readinto(place)  # type: ignore[attr-defined] # BinaryIO does not tell of it
        del data[len(rest) + count :]
        return data

    def _end_of_records(self, data: bytes | bytearray, begin: int) -> int:
        """The place behind the last line break at which no value is open; 0 if there is none."""
        end = place = data.rfind(b"\n") + 1
        if not self._quote:
            return end
        turns: list[int] = []  # the quotes before `end` that open and close, from the last
        for _ in range(_STEPS):
            place = data.rfind(self._quote, begin, place)
            if place > begin and data[place - 1] == self._quote[0]:
                place -= 1
            elif place == begin or (place > begin and data[place - 1] in self._separators):
                turns.append(place)
            elif len(turns) % 2 == 0:
                return end
            else:
                end = place = data.rfind(b"\n", begin, turns[0]) + 1
                turns.clear()
        return 0


def side_by_side(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Apply `function` to the items in as many threads as Arrow has; results in order, a few ahead and no more.

    A single item needs no thread: with ten thousand small files, starting them took half of the time.
    """
    rest = iter(items)
    first = [*islice(rest, 2)]
    if len(first) < 2:
        yield from map(function, first)
        return
    threads = pa.cpu_count()
    ahead: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="flowrun-parse") as pool:
        try:
            for item in chain(first, rest):
                ahead.append(pool.submit(function, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

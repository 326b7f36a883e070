"""What a frozen network says of a picture, computed once and known from then on: in this run, in later ones, anywhere.

A key is a digest of the pixels and of all else that the answer depends on. Of answers larger than 128 KiB a picture
(a cut low in a network, at large pictures) none is remembered: a few thousand of them would push out everything else.
"""

from __future__ import annotations

import importlib.metadata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from engine.context import Context, Elsewhere

Compute = Callable[[NDArray[np.uint8]], NDArray[Any]]
_KIND = "network 4"  # count up when the same weights and pixels give other numbers
_LARGEST = 128 << 10


class Remembered:
    """A function of uint8 pictures, shape (pictures, height, width, 3), that computes each picture once.

    Args:
        depends_on: all besides the pixels that an answer depends on: network, cut, digest of weights, precision.
        make: makes the function that computes; called when the first picture is not known, and then let go.
    """

    def __init__(self, context: Context, depends_on: Sequence[str], make: Callable[[], Compute]) -> None:
        self._memo = context.memo(_KIND)
        facts = (*depends_on, importlib.metadata.version("tensorflow"))
        self._start = xxhash.xxh3_128("\0".join(facts).encode())
        self._make: Callable[[], Compute] | None = make
        self._compute: Compute | None = None

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        """The answers for some pictures, shape (pictures, ...)."""
        answers = self.known(pictures)
        missing = [index for index, answer in enumerate(answers) if answer is None]
        for index, answer in zip(missing, self.fresh(pictures[missing]) if missing else (), strict=True):
            answers[index] = answer
        return np.stack([answer for answer in answers if answer is not None])

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        """The answer of each picture, or None where it has to be computed."""
        if self._memo.off:
            return [None] * len(pictures)
        return [None if value is None else _unpacked(value) for value in self._memo.get(self._keys(pictures))]

    def fresh(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        """The answers, computed and remembered."""
        if self._make is not None:
            self._compute, self._make = self._make(), None
        assert self._compute is not None
        answers = self._compute(pictures)
        self.remember(pictures, answers)
        return answers

    def remember(self, pictures: NDArray[np.uint8], answers: NDArray[Any]) -> None:
        """Know these answers from now on."""
        if not self._memo.off and len(answers) and answers[0].nbytes <= _LARGEST:
            self._memo.put(dict(zip(self._keys(pictures), map(_packed, answers), strict=True)))

    def _keys(self, pictures: NDArray[np.uint8]) -> list[bytes]:
        return [self._key(picture) for picture in pictures]

    def _key(self, picture: NDArray[np.uint8]) -> bytes:
        digest = self._start.copy()
        digest.update(str(picture.shape).encode())
        digest.update(np.ascontiguousarray(picture).data)
        return digest.digest()


class Learnt:
    """Calls of a function of pictures on other machines, whose answers are handed to `remember` as they come."""

    def __init__(
        self,
        calls: Elsewhere[NDArray[np.uint8], NDArray[Any]],
        remember: Callable[[NDArray[np.uint8], NDArray[Any]], None],
    ) -> None:
        self._calls, self._remember = calls, remember
        self._sent: deque[NDArray[np.uint8]] = deque()

    def call(self, pictures: NDArray[np.uint8], /) -> Iterator[NDArray[Any]]:
        self._sent.append(pictures)
        yield from self._learnt(self._calls.call(pictures))

    def rest(self) -> Iterator[NDArray[Any]]:
        yield from self._learnt(self._calls.rest())

    def close(self) -> None:
        self._calls.close()

    def _learnt(self, answers: Iterator[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        for answer in answers:
            self._remember(self._sent.popleft(), answer)
            yield answer


def _packed(answer: NDArray[Any]) -> bytes:
    header = f"{answer.dtype.str} {' '.join(map(str, answer.shape))}\n"  # a tenth of the time of NumPy's own format
    return header.encode() + np.ascontiguousarray(answer).tobytes()


def _unpacked(value: bytes) -> NDArray[Any]:
    start = value.index(b"\n") + 1
    dtype, *shape = value[: start - 1].decode().split()
    return np.frombuffer(value, dtype, offset=start).reshape([int(side) for side in shape])

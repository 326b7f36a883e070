"""LZF, by liblzf and in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from tools.in_out.formats.yxdb import lzf
from tools.in_out.formats.yxdb.arrays import Bytes

TEXT = np.frombuffer(b"".join(b"%d bottles of beer, " % number for number in range(3000)), dtype=np.uint8)


@pytest.mark.parametrize("expand", [lzf.decompress, lzf._decompress])
def test_there_and_back(expand: Callable[[bytes, Bytes], int]) -> None:
    packed = lzf.compress(TEXT)
    assert packed is not None
    assert len(packed) < len(TEXT) / 2
    target = np.zeros(len(TEXT) + 10, dtype=np.uint8)
    assert expand(packed.tobytes(), target) == len(TEXT)
    assert (target[: len(TEXT)] == TEXT).all()


def test_what_does_not_shrink_is_left_alone() -> None:
    assert lzf.compress(np.frombuffer(random.Random(1).randbytes(4096), dtype=np.uint8)) is None


def test_both_decoders_agree_on_damaged_data() -> None:
    packed = lzf.compress(TEXT[:3000])
    assert packed is not None
    source = random.Random(2)
    for _ in range(500):
        damaged = bytearray(packed.tobytes()[: source.randint(0, len(packed))])
        for _ in range(source.randint(0, 3) if damaged else 0):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        assert outcome(lzf.decompress, bytes(damaged)) == outcome(lzf._decompress, bytes(damaged))


def outcome(expand: Callable[[bytes, Bytes], int], packed: bytes) -> bytes | None:
    """What comes out; None where the data are refused."""
    target = np.zeros(4000, dtype=np.uint8)
    try:
        return target[: expand(packed, target)].tobytes()
    except ValueError:
        return None


def test_without_a_library_blocks_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lzf, "_library", lambda: None)
    assert lzf.compress(TEXT) is None
    assert lzf.decompress(b"\x02abc\x20\x02", target := np.zeros(9, dtype=np.uint8)) == 6
    assert target.tobytes() == b"abcabc\0\0\0"

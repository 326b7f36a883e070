"""LZF, in each of the ways to do it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.tools.in_out.formats.yxdb.files import read, write
from tests.tools.in_out.formats.yxdb.test_round_trip import everything
from tools.in_out.formats.yxdb import lzf
from tools.in_out.formats.yxdb.arrays import Bytes

TEXT = np.frombuffer(b"".join(b"%d bottles of beer, " % number for number in range(3000)), dtype=np.uint8)
CODECS: list[lzf.Codec] = [lzf._codec(), lzf.Filter(), lzf.Plain()]


def packed(block: Bytes) -> bytes:
    """A block, compressed."""
    small = lzf.compress(block)
    assert small is not None
    return small.tobytes()


def expanded(codec: lzf.Codec, source: bytes, room: int) -> bytes:
    """What comes out; nothing for damaged data."""
    target = np.zeros(room, dtype=np.uint8)
    return target[: codec.decompress(source, target)].tobytes()


@pytest.mark.parametrize("codec", CODECS)
def test_expanding(codec: lzf.Codec) -> None:
    assert len(packed(TEXT)) < len(TEXT) / 2
    assert expanded(codec, packed(TEXT), len(TEXT) + 10) == TEXT.tobytes()
    assert expanded(codec, packed(TEXT), len(TEXT)) == TEXT.tobytes()
    assert expanded(codec, packed(TEXT), len(TEXT) - 1) == b""
    assert expanded(codec, b"\x02abc\x20\x02", 9) == b"abcabc"
    assert expanded(codec, b"\x00a\xe0\xff\x00", 1000) == b"a" * 265


def test_all_ways_agree_on_damaged_data() -> None:
    chance = random.Random(2)
    for _ in range(300):
        damaged = bytearray(packed(TEXT[:3000])[: chance.randint(1, 1000)])
        for _ in range(chance.randint(0, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        first, *others = (expanded(codec, bytes(damaged), 4000) for codec in CODECS)
        assert others == [first, first]


def test_both_compressors_make_the_same() -> None:
    library, filter_ = (codec.compress(TEXT, len(TEXT)) for codec in CODECS[:2])
    assert library is not None
    assert filter_ is not None
    assert library.tobytes() == filter_.tobytes()


@pytest.mark.parametrize("codec", CODECS)
def test_what_does_not_shrink_is_left_alone(codec: lzf.Codec) -> None:
    assert codec.compress(np.frombuffer(random.Random(1).randbytes(4096), dtype=np.uint8), 4000) is None


@pytest.mark.parametrize("codec", CODECS)
def test_files(codec: lzf.Codec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "usual.yxdb", everything())
    monkeypatch.setattr(lzf, "_codec", lambda: codec)
    write(tmp_path / "file.yxdb", everything())
    assert read(tmp_path / "usual.yxdb").equals(everything())
    assert read(tmp_path / "file.yxdb").equals(everything())

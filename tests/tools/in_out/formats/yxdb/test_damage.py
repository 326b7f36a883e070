"""Damaged files: thousands, each read to its records or to an error that names the file and the place.

No checksum stands in the format, so damage inside a value cannot be seen; but whatever comes back must be sound
Arrow data of the promised count. No crash, no hang, no large allocation, no other error.
"""

from __future__ import annotations

import json
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.errors import ToolError
from engine.testing import table
from tests.tools.in_out.formats.yxdb.files import write
from tests.tools.in_out.formats.yxdb.test_round_trip import everything
from tools.in_out.formats.yxdb import Reader

HEADER = {0: 64, 64: 4, 68: 4, 72: 8, 80: 4, 84: 4, 88: 8, 96: 8, 104: 8, 112: 4}  # offset: bytes
WORDS = [0, 1, 2, 3, 127, 128, 0x0FFFFFFF, 0x10000000, 0x40000000, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF]
PIECES = [b"", b"\0", b"<", b'"', b"&", b"9", b"<!DOCTYPE a>", b"&x;", b"\xd8", b"Int32", b"9999999999", b"-1"]


def originals(folder: Path) -> list[bytes]:
    """Small files: all types, stored and compressed, only fixed fields, long values, two record blocks."""
    texts = table(
        "a: V_WString, b: Blob, c: V_String", *([f"text {n}" * n, b"b" * (60 * n), "x" * n] for n in range(9))
    )
    bits = pa.table({"n": pa.array([n % 3 == 0 for n in range(65_537)])})
    numbers = table("a: Int32, b: Double, c: String(5)", *([n, n / 2, "abc"] for n in range(20)))
    made = []
    for data, compression in [
        (everything(), False),
        (everything(), True),
        (texts, False),
        (texts, True),
        (bits, True),
        (numbers, False),
    ]:
        write(folder / "original.yxdb", data, compression=compression)
        made.append((folder / "original.yxdb").read_bytes())
    return made


def with_word(raw: bytes, at: int, word: int) -> bytes:
    """`raw` with a 32-bit word in place of what stands at `at`."""
    return raw[:at] + struct.pack("<I", word) + raw[at + 4 :]


def damaged(raw: bytes, chance: random.Random) -> Iterator[bytes]:
    """Many damaged forms of a file."""
    (units,), (index,) = struct.unpack_from("<I", raw, 80), struct.unpack_from("<q", raw, 96)
    data = 512 + 2 * units
    for size in {*range(0, 512, 37), *range(512, len(raw), max(1, len(raw) // 120)), *range(index, len(raw))}:
        yield raw[:size]
    for at, width in HEADER.items():
        for place in range(at, at + width, 4):
            yield from (with_word(raw, place, word) for word in [*WORDS, len(raw), index + 4, chance.getrandbits(32)])
    for place in [data, data + 4, index, index + 4, index + 8]:  # a block's length, its start, the index
        yield from (with_word(raw, place, word) for word in [*WORDS, index - data - 3, chance.getrandbits(16)])
    for _ in range(150):  # anywhere among the records: flags, descriptors, lengths, LZF tokens
        yield with_word(raw, chance.randrange(data, index - 3), chance.choice([*WORDS, chance.getrandbits(32)]))
    for _ in range(150):
        at = chance.randrange(len(raw))
        yield raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
    for _ in range(150):
        yield damaged_metadata(raw, units, chance)


def damaged_metadata(raw: bytes, units: int, chance: random.Random) -> bytes:
    """The file with a piece of its XML replaced; all offsets still fit."""
    xml = raw[512 : 512 + 2 * units]
    at = 2 * chance.randrange(units)
    piece = chance.choice(PIECES).decode("latin-1").encode("utf-16-le")
    xml = xml[:at] + piece + xml[at + 2 * chance.randrange(12) :]
    moved = bytearray(raw[:512] + xml + raw[512 + 2 * units :])
    struct.pack_into("<I", moved, 80, len(xml) // 2)
    struct.pack_into("<q", moved, 96, struct.unpack_from("<q", raw, 96)[0] + len(xml) - 2 * units)
    return bytes(moved)


def read_through(path: Path) -> str:
    """Read a file whole; "" if that went well, else the message."""
    try:
        reader = Reader(path)
        records = 0
        for batch in reader:
            batch.validate(full=True)
            records += batch.num_rows
        assert records == reader.records
        return ""
    except ToolError as error:
        return error.message


def run(seed: int) -> dict[str, float]:
    """Read every damaged file; what must hold for each is asserted here."""
    import resource

    chance = random.Random(seed)
    counts = {"files": 0, "read": 0, "longest": 0.0, "grown": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.yxdb"
        files = originals(Path(folder))
        for raw in files:
            path.write_bytes(raw)
            assert read_through(path) == ""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for raw in (form for original in files for form in damaged(original, chance)):
            path.write_bytes(raw)
            begin = time.process_time()
            message = read_through(path)
            counts["longest"] = max(counts["longest"], time.process_time() - begin)
            counts["files"] += 1
            counts["read"] += not message
            assert not message or re.search(r"damaged\.yxdb is (damaged at byte \d|no \.yxdb)", message), message
        counts["grown"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return counts


def test_thousands_of_damaged_files() -> None:
    """In a process of its own, so that a crash is seen as one, and memory is measured from a clean start."""
    script = f"import json; from {__name__} import run; print(json.dumps(run(seed=20)))"
    root = Path(__file__).parents[5]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["files"] >= 5000
    assert 0 < counts["read"] < counts["files"] / 2
    assert counts["longest"] < 2  # seconds
    assert counts["grown"] < 64  # MiB

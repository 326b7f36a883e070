"""What travels between machines."""

from __future__ import annotations

import pickle

import pyarrow as pa

from engine.cluster.recording import Sent, numbered, packed, place, unpacked
from engine.expression.losses import Cut


def test_a_place_becomes_the_number_of_the_record() -> None:
    assert numbered(f"Record {place(4)}: no.", 1_995) == "Record 2,000: no."
    assert numbered(Cut("[a]", 3, place(0)), 10) == Cut("[a]", 3, "11")
    assert numbered(({"a": 1}, 5), 7) == ({"a": 1}, 5)


def test_a_slice_travels_alone() -> None:
    whole = pa.record_batch({"b": [b"x" * 1000] * 10_000})
    part = whole.slice(5, 2)
    assert packed([part]).size < 4_000
    assert unpacked(packed([part, part])) == [part, part]
    travelled = pickle.loads(pickle.dumps(Sent("out", part, 9)))
    assert (travelled.anchor, travelled.batch, travelled.bytes) == ("out", part, 9)

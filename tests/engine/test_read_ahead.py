"""Sources run ahead, a few batches and no more, and end when nobody asks any longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from engine.read_ahead import read_ahead
from engine.tool import Emission
from tests.engine.tiny import batch


def test_order_and_end() -> None:
    assert [b["n"][0].as_py() for _, b in read_ahead(("out", batch(n)) for n in range(20)) if b is not None] == list(
        range(20)
    )


def test_it_stays_a_few_ahead_and_closing_ends_the_thread() -> None:
    made: list[int] = []
    closed = threading.Event()

    def source() -> Iterator[Emission]:
        try:
            for n in range(1_000_000):
                made.append(n)
                yield "out", batch(n)
        finally:
            closed.set()

    emissions = read_ahead(source())
    next(emissions)
    time.sleep(0.1)
    assert len(made) < 8
    emissions.close()
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "flowrun-read"]


def test_an_error_arrives_behind_what_came_before_it() -> None:
    def source() -> Iterator[Emission]:
        yield "out", batch(1)
        raise OSError("gone")

    emissions = read_ahead(source())
    next(emissions)
    with pytest.raises(OSError, match="gone"):
        next(emissions)

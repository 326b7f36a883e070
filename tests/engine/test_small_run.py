"""Small runs for somebody who waits."""

from __future__ import annotations

import threading
import time

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.small_run import try_out
from engine.tool import Config, Home
from tests.engine.tiny import Pass, batch

TABLE = {"in": pa.Table.from_batches([batch(1, 2)])}


class Deaf(Pass):
    """Does not hear that it shall stop, as what reads a whole file in one piece."""

    def __init__(self) -> None:
        super().__init__(Config(), Home())
        self.goes_on = threading.Event()

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        self.goes_on.wait(30)
        return batch


def _running() -> int:
    return sum(thread.name == "flowrun-small-run" for thread in threading.enumerate())


def test_a_tool_that_does_not_hear_is_waited_for_no_longer_than_said() -> None:
    deaf = [Deaf() for _ in range(6)]
    try:
        for tool in deaf:  # also where those that are left take all the room
            began = time.monotonic()
            with pytest.raises(ToolError, match=r"longer than 0\.2 seconds") as refused:
                try_out(tool, TABLE, 0.2)
            assert "Run the workflow" in refused.value.hint
            assert time.monotonic() - began < 5
        assert _running() == 4
    finally:
        for tool in deaf:
            tool.goes_on.set()
    end = time.monotonic() + 20
    while _running() and time.monotonic() < end:
        time.sleep(0.01)
    assert _running() == 0
    assert try_out(Pass(Config(), Home()), TABLE, 20)["out"].num_rows == 2


def test_what_a_tool_refuses_is_told() -> None:
    class Refuses(Pass):
        def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
            raise ToolError("Not this.")

    with pytest.raises(ToolError, match="Not this"):
        try_out(Refuses(Config(), Home()), TABLE, 20)

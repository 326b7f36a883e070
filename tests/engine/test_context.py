"""What tools may use while they run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import events
from engine.context import CONVERSION_ERRORS_SHOWN, Context, Resources
from engine.errors import Cancelled, ToolError
from tests.engine.tiny import NUMBERS, batch


@pytest.fixture
def heard() -> list[events.AnyEvent]:
    return []


@pytest.fixture
def context(tmp_path: Path, heard: list[events.AnyEvent]) -> Iterator[Context]:
    stream = events.EventStream(lambda stamped: heard.append(stamped.what))
    resources = Resources(stream, folder=tmp_path, threads=2)
    yield Context("node", resources, {}, {})
    resources.close()


def test_map_keeps_order_and_stays_a_few_ahead(context: Context) -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for n in range(100):
            asked.append(n)
            yield n

    results = context.map(lambda n: n * n, items())
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(asked) <= 10
    assert list(results) == [n * n for n in range(3, 100)]


def test_map_raises_where_the_result_would_have_come(context: Context) -> None:
    results = context.map(lambda n: 6 // n, [3, 2, 0, 1])
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_map_runs_on_several_threads(context: Context) -> None:
    barrier = threading.Barrier(2, timeout=10)
    assert len(list(context.map(lambda _: barrier.wait(), range(2)))) == 2


def test_a_cancelled_run_stops_at_the_next_word(context: Context) -> None:
    context.resources.cancelled.set()
    for act in (context.check, lambda: context.progress(0.5), lambda: list(context.map(str, [1]))):
        with pytest.raises(Cancelled):
            act()


def test_progress_is_told_at_a_pace_that_can_be_read(context: Context, heard: list[events.AnyEvent]) -> None:
    began = time.monotonic()
    for n in range(1000):
        context.progress(n / 1000)
    context.progress(1)
    assert len(heard) <= 3 + 10 * (time.monotonic() - began)
    assert isinstance(heard[-1], events.Progress)
    assert heard[-1].fraction == 1


def test_conversion_errors_are_counted_and_only_the_first_shown(context: Context, heard: list[events.AnyEvent]) -> None:
    for n in range(25):
        context.conversion_error(f"record {n}")
    assert len(heard) == CONVERSION_ERRORS_SHOWN
    assert context.messages["conversion_error"] == 25


def test_two_tools_cannot_write_one_file(context: Context, tmp_path: Path) -> None:
    context.new_file(tmp_path / "x.csv")
    with pytest.raises(ToolError, match="Two tools write"):
        context.new_file(tmp_path / "x.csv")


def test_closing_removes_all_that_is_temporary(context: Context, tmp_path: Path) -> None:
    file = context.new_file(tmp_path / "x.csv")
    file.temporary.write_text("half")
    spool = context.spool(NUMBERS)
    context.resources.budget.take(1 << 40)
    spool.append(batch(1))
    context.resources.close()
    assert list(tmp_path.iterdir()) == []


def test_kept_streams_are_there_after_the_commit(context: Context) -> None:
    kept = context.keep(NUMBERS)
    kept.write(batch(1, 2))
    path = context.resources.results / "node.arrow"
    assert not path.exists()
    kept.commit()
    assert path.exists()


def test_events_are_numbered_without_gaps() -> None:
    numbers: list[int] = []
    stream = events.EventStream(lambda stamped: numbers.append(stamped.sequence))

    def emit() -> None:
        for _ in range(200):
            stream.emit(events.Progress(node="a"))

    threads = [threading.Thread(target=emit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == list(range(1, 801))


def test_conversion_errors_are_all_counted_and_the_first_few_shown(
    context: Context, heard: list[events.AnyEvent]
) -> None:
    for number in range(CONVERSION_ERRORS_SHOWN - 1):
        context.conversion_error(f"Record {number + 1}: no number.")
    context.conversion_error("Record 100: no number.", count=1000)
    context.conversion_error("Record 2000: no number.")
    context.conversion_error(count=5)
    assert len(heard) == CONVERSION_ERRORS_SHOWN
    assert context.messages["conversion_error"] == CONVERSION_ERRORS_SHOWN + 999 + 1 + 5
    context.tell_hidden()
    assert isinstance(heard[-1], events.Message)
    assert heard[-1].text == "1,005 more conversion errors are not shown."

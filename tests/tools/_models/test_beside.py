"""Calls in a thread of their own: results in order, a bounded number waiting, failures where results would come."""

from __future__ import annotations

import threading
import time

import pytest

from tools._models.beside import Beside


def test_results_come_in_order_and_later() -> None:
    beside = Beside(lambda number: (number, threading.current_thread()))
    early = [result for number in range(5) for result in beside.call(number)]
    late = list(beside.rest())
    beside.close()
    assert [number for number, _ in early + late] == list(range(5))
    assert len(late) == 2
    assert all(thread is not threading.current_thread() for _, thread in early + late)


def test_a_failure_comes_where_the_result_would() -> None:
    def divided(number: int) -> float:
        return 6 / number

    beside = Beside(divided)
    assert [*beside.call(3), *beside.call(0)] == []
    results = beside.rest()
    assert next(results) == 2
    with pytest.raises(ZeroDivisionError):
        next(results)
    beside.close()


def test_closing_drops_what_waits() -> None:
    done = []

    def slow(number: int) -> None:
        time.sleep(0.05)
        done.append(number)

    beside = Beside(slow)
    for number in range(2):
        list(beside.call(number))
    beside.close()
    assert 1 not in done

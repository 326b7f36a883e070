"""Calls in a thread of their own: results in order, a bounded number waiting, failures where results would come."""

from __future__ import annotations

import threading
import time

import pytest

from tools._models.beside import Beside


def test_results_come_in_order_and_later() -> None:
    may = threading.Event()

    def work(number: int) -> tuple[int, threading.Thread]:
        may.wait()
        return number, threading.current_thread()

    beside = Beside(work)
    assert [*beside.call(0), *beside.call(1)] == []  # two may wait
    may.set()
    found = [result for number in range(2, 5) for result in beside.call(number)] + list(beside.rest())
    beside.close()
    assert [number for number, _ in found] == list(range(5))
    assert all(thread is not threading.current_thread() for _, thread in found)


def test_what_waits_becomes_less_where_less_may_wait() -> None:
    may = threading.Event()
    beside = Beside(lambda number: may.wait() and number)
    beside.waiting = 10
    assert [result for number in range(10) for result in beside.call(number)] == []
    beside.waiting = 2
    may.set()
    assert next(calls := beside.call(10)) == 0
    assert [*calls, *beside.rest()] == list(range(1, 11))
    beside.close()


def test_a_failure_comes_where_the_result_would() -> None:
    def divided(number: int) -> float:
        return 6 / number

    beside = Beside(divided)
    results = (result for number in (3, 0) for result in (*beside.call(number), *beside.rest()))
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

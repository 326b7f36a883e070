"""Streams set aside: in memory, on disk, the same either way."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.spool import Budget, Spool
from tests.engine.tiny import NUMBERS, batch


@pytest.mark.parametrize("budget", [1 << 20, 12, 0], ids=["in memory", "half", "on disk"])
def test_what_is_put_in_comes_out_any_number_of_times(tmp_path: Path, budget: int) -> None:
    spool = Spool(NUMBERS, Budget(budget), tmp_path)
    for part in (batch(1, 2), batch(), batch(3, 4, 5)):
        spool.append(part)
    for _ in range(2):
        assert [n for part in spool for n in part["n"].to_pylist()] == [1, 2, 3, 4, 5]
    assert (spool.rows, spool.bytes) == (5, 20)
    assert spool.on_disk == (budget < 20)
    assert spool.reader().read_all()["n"].to_pylist() == [1, 2, 3, 4, 5]
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_the_budget_is_shared_and_given_back(tmp_path: Path) -> None:
    budget = Budget(8)
    one, two = Spool(NUMBERS, budget, tmp_path), Spool(NUMBERS, budget, tmp_path)
    one.append(batch(1, 2))
    two.append(batch(3))
    assert (one.on_disk, two.on_disk) == (False, True)
    one.close()
    three = Spool(NUMBERS, budget, tmp_path)
    three.append(batch(4, 5))
    assert not three.on_disk
    two.close()
    three.close()


def test_a_budget_within_another_takes_from_both() -> None:
    whole = Budget(10)
    part = Budget(6, within=whole)
    assert part.take(6)
    assert not whole.take(5)
    part.give_back(6)
    assert whole.take(5)
    assert not part.take(6)
    assert part.take(5)


def test_an_empty_spool_reads_as_nothing(tmp_path: Path) -> None:
    spool = Spool(NUMBERS, Budget(0), tmp_path)
    assert list(spool) == []
    assert spool.reader().read_all().schema.equals(NUMBERS, check_metadata=True)
    spool.close()

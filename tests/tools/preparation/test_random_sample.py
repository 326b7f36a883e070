"""RandomSample lets an exact number of records pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.testing import Case, run_tool, table
from tools.preparation.random_sample import RandomSample

NUMBERS = table("n: Int32", *([n] for n in range(200)))


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(RandomSample, {"n": 5}, NUMBERS.slice(0, 20)),
        Case(RandomSample, {"percent": 33.3}, NUMBERS.slice(0, 9)),
    ]


def sampled(**config: Any) -> list[Any]:
    return list(run_tool(RandomSample, config, NUMBERS, batch_rows=7)["out"]["n"].to_pylist())


def test_the_number_is_exact_and_order_is_kept() -> None:
    kept = sampled(n=50)
    assert len(kept) == 50
    assert kept == sorted(kept)
    assert kept != list(range(50))
    assert len(sampled(percent=12.25)) == 25  # 24.5 records


def test_the_seed_decides() -> None:
    assert sampled(n=20, seed=5) == sampled(n=20, seed=5)
    assert sampled(n=20, seed=5) != sampled(n=20, seed=6)


def test_every_record_has_the_same_chance() -> None:
    times = [0] * 200
    for seed in range(40):
        for n in sampled(n=50, seed=seed):
            times[n] += 1
    assert 0 < min(times) < 10 < max(times) < 25  # 10 expected, standard deviation 2.7


def test_says_where_there_are_too_few() -> None:
    result = run_tool(RandomSample, {"n": 1_000}, NUMBERS)
    assert result["out"].equals(NUMBERS)
    assert result.said("warning") == ["There are only 200 records, fewer than the 1,000 asked for."]


@pytest.mark.parametrize("config", [{}, {"n": 1, "percent": 1}, {"percent": 101}])
def test_needs_one_of_both(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run_tool(RandomSample, config, NUMBERS)

"""Sample lets the first, last, or every so many records pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.testing import Case, run_tool, table
from tests.tools._records import random_tables
from tools._records import counting
from tools._records.grouped import Grouped
from tools.preparation.sample import Sample

NUMBERS = table("n: Int32, g: V_WString", *([n, "ab"[n % 2]] for n in range(10)))


def contract_cases(folder: Path) -> list[Case]:
    modes = ["first", "last", "skip", "one_of_every", "chance", "percent"]
    return [Case(Sample, {"mode": mode, "n": 3, "by": by}, NUMBERS) for mode in modes for by in ([], ["g"])]


def sampled(mode: str, n: int, *by: str) -> list[Any]:
    return list(run_tool(Sample, {"mode": mode, "n": n, "by": list(by)}, NUMBERS, batch_rows=4)["out"]["n"].to_pylist())


@pytest.mark.parametrize(
    ("mode", "n", "expected"),
    [
        ("first", 3, [0, 1, 2]),
        ("first", 0, []),
        ("first", 99, list(range(10))),
        ("last", 3, [7, 8, 9]),
        ("last", 99, list(range(10))),
        ("skip", 7, [7, 8, 9]),
        ("one_of_every", 4, [0, 4, 8]),
        ("percent", 35, [0, 1, 2, 3]),
        ("percent", 100, list(range(10))),
        ("chance", 1, list(range(10))),
    ],
)
def test_mode(mode: str, n: int, expected: list[int]) -> None:
    assert sampled(mode, n) == expected


def test_groups_are_sampled_for_themselves_and_keep_their_order() -> None:
    assert sampled("first", 2, "g") == [0, 1, 2, 3]
    assert sampled("last", 1, "g") == [8, 9]
    assert sampled("skip", 4, "g") == [8, 9]
    assert sampled("one_of_every", 3, "g") == [0, 1, 6, 7]
    assert sampled("percent", 20, "G") == [0, 1]


def test_chance_takes_about_one_in_n_and_the_seed_decides_which() -> None:
    many = table("n: Int32", *([n] for n in range(10_000)))
    kept = [run_tool(Sample, {"mode": "chance", "n": 10, "seed": seed}, many)["out"] for seed in (1, 1, 2)]
    assert 850 < kept[0].num_rows < 1150
    assert kept[0].equals(kept[1])
    assert not kept[0].equals(kept[2])


@pytest.mark.parametrize("config", [{"mode": "percent", "n": 101}, {"mode": "chance", "n": 0}, {"n": -1}])
def test_refuses_senseless_numbers(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run_tool(Sample, config, NUMBERS)


@settings(max_examples=25, deadline=None)
@given(random_tables.rows, random_tables.batch_rows, st.integers(0, 4), st.sampled_from(["first", "last", "skip"]))
def test_agrees_with_python(data: list[random_tables.Row], batch_rows: int, n: int, mode: str) -> None:
    config = {"mode": mode, "n": n, "by": ["text", "real"]}
    result = run_tool(Sample, config, random_tables.build(data), batch_rows=batch_rows)
    groups: dict[object, list[int]] = {}
    for number, (text, _, real) in enumerate(data):
        groups.setdefault((text, random_tables.key(real)), []).append(number)
    part = {"first": slice(None, n), "skip": slice(n, None), "last": slice(-n if n else 10**6, None)}[mode]
    expected = sorted(number for members in groups.values() for number in members[part])
    assert result["out"]["number"].to_pylist() == expected


@pytest.mark.parametrize("mode", ["first", "last", "skip", "one_of_every", "percent"])
def test_more_groups_than_are_kept_in_mind(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    data = table("n: Int32, g: Int32", *([n, n * n % 37 % 11] for n in range(200)))
    config = {"mode": mode, "n": 5, "by": ["g"]}
    usual = run_tool(Sample, config, data, batch_rows=7)["out"]
    monkeypatch.setattr(counting, "_BYTES_A_GROUP", 1 << 40)
    monkeypatch.setattr(Grouped, "_parts", lambda self, names: 3 if self.rows else 1)
    assert run_tool(Sample, config, data, batch_rows=7)["out"].equals(usual)
    assert 0 < usual.num_rows < 200
    none = run_tool(Sample, {**config, "n": 0 if mode in ("first", "last", "percent") else 999}, data)["out"]
    assert none.num_rows == (10 if mode == "one_of_every" else 0)

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool, table
from tools.preparation.create_samples import CreateSamples, deal, sample_counts

GOLDEN = [1, 4, 8, 10]
LABELS = table("Id: Int32, Class: V_WString", *([number, "abc"[number % 3]] for number in range(30)), [30, None])


def numbers(count: int) -> Any:
    return table("Id: Int32", *([number] for number in range(count)))


def ids(result: Result, anchor: str) -> list[int]:
    return list(result[anchor]["Id"].to_pylist())


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(CreateSamples, {"estimation": 70, "validation": 20}, numbers(10)),
        Case(CreateSamples, {"estimation": 50, "validation": 25, "stratify": "Class", "seed": 7}, LABELS),
        Case(CreateSamples, {"estimation": 50, "validation": 25, "stratify": "Class", "by": ["Id"]}, LABELS),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize(
    ("total", "estimation", "validation", "counts"),
    [
        (100, 34, 33, (34, 33, 33)),
        (5633, 70, 20, (3943, 1127, 563)),
        (5, 50, 50, (3, 2, 0)),
        (1, 34, 33, (0, 1, 0)),
        (3, 34, 33, (1, 1, 1)),
        (10, 0, 0, (0, 0, 10)),
        (0, 34, 33, (0, 0, 0)),
    ],
)
def test_counts_are_exact(total: int, estimation: int, validation: int, counts: tuple[int, int, int]) -> None:
    assert sample_counts(total, estimation, validation) == counts
    if total:
        result = run_tool(CreateSamples, {"estimation": estimation, "validation": validation}, numbers(total))
        assert tuple(result[anchor].num_rows for anchor in "EVH") == counts


def test_every_record_leaves_once_and_in_order() -> None:
    result = run_tool(CreateSamples, {}, numbers(50), batch_rows=7)
    samples = [ids(result, anchor) for anchor in "EVH"]
    assert sorted(number for sample in samples for number in sample) == list(range(50))
    assert all(sample == sorted(sample) for sample in samples)


def test_a_seed_gives_the_same_samples_for_ever() -> None:
    assert ids(run_tool(CreateSamples, {"seed": 1}, numbers(12)), "E") == GOLDEN
    assert ids(run_tool(CreateSamples, {"seed": 2}, numbers(12)), "E") != GOLDEN


def test_stratified_samples_keep_the_shares() -> None:
    result = run_tool(CreateSamples, {"estimation": 50, "validation": 30, "stratify": "class"}, LABELS)
    assert [result[anchor].num_rows for anchor in "EVH"] == [16, 9, 6]
    estimation = Counter(result["E"]["Class"].to_pylist())
    assert {estimation[name] for name in "abc"} == {5}
    validation = Counter(result["V"]["Class"].to_pylist())
    assert {validation[name] for name in "abc"} == {3}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8), st.integers(0, 100), st.integers(0, 100))
def test_strata_add_up(sizes: list[int], estimation: int, validation: int) -> None:
    validation = min(validation, 100 - estimation)
    counts = sample_counts(sum(sizes), estimation, validation)
    shares = deal(sizes, counts)
    assert [sum(column) for column in zip(*shares, strict=True)] == [counts[0], counts[1]]
    for size, (first, second) in zip(sizes, shares, strict=True):
        assert min(first, second, size - first - second) >= 0
        assert abs(first - size * estimation / 100) < 1.5


def names(count: int, *more: str) -> Any:
    every = sorted([*(f"pic_{number:04}.jpg" for number in range(count)), *more])
    return table("Name: V_WString, Class: V_WString", *([name, "ab"[int(name[-5]) % 2]] for name in every))


@pytest.mark.parametrize("config", [{"by": ["name"]}, {"by": ["Name"], "stratify": "Class"}])
def test_records_told_apart_stay_in_their_samples_when_others_come(config: dict[str, Any]) -> None:
    config = {"estimation": 70, "validation": 20, **config}
    new = [f"pic_0{number}000.jpg" for number in range(10)]
    before, after = (run_tool(CreateSamples, config, records) for records in (names(1000), names(1000, *new)))
    moved = [set(after[anchor]["Name"].to_pylist()) ^ set(before[anchor]["Name"].to_pylist()) for anchor in "EVH"]
    assert len(set.union(*moved) - set(new)) <= len(new)
    assert [before[anchor].num_rows for anchor in "EVH"] == [700, 200, 100]
    assert [after[anchor].num_rows for anchor in "EVH"] == [707, 202, 101]


def test_records_told_apart_are_dealt_by_seed_whatever_their_order() -> None:
    records, config = names(60), {"by": ["Name"], "seed": 3}
    samples = set(run_tool(CreateSamples, config, records)["E"]["Name"].to_pylist())
    turned = run_tool(CreateSamples, config, records.take(list(range(60))[::-1]))
    assert set(turned["E"]["Name"].to_pylist()) == samples
    assert set(run_tool(CreateSamples, {**config, "seed": 4}, records)["E"]["Name"].to_pylist()) != samples


def test_records_that_are_alike_are_dealt_one_by_one() -> None:
    result = run_tool(
        CreateSamples, {"estimation": 50, "by": ["x"]}, table("x: Int32", *([number % 2] for number in range(40)))
    )
    assert {0, 1} == set(result["E"]["x"].to_pylist()) == set(result["H"]["x"].to_pylist())


def test_values_that_are_no_numbers_are_one_stratum() -> None:
    result = run_tool(
        CreateSamples, {"estimation": 50, "stratify": "x"}, table("x: Double", *([float("nan")] for _ in range(4)))
    )
    assert result["E"].num_rows == 2


def test_warns_of_an_empty_sample() -> None:
    result = run_tool(CreateSamples, {"estimation": 90, "validation": 9}, numbers(10))
    assert result.said("warning") == ["H got no record: 1 per cent of 10 is less than one."]


def test_refuses_more_than_all() -> None:
    with pytest.raises(ValidationError, match="make 110 per cent"):
        run_tool(CreateSamples, {"estimation": 60, "validation": 50}, numbers(1))


def test_refuses_a_field_that_cannot_be_compared() -> None:
    for setting, value, place in (("stratify", "image", "stratify"), ("by", ["image"], "by.0")):
        with pytest.raises(ToolError, match="is a Blob") as caught:
            run_tool(CreateSamples, {setting: value}, table("image: Blob", [b"x"]))
        assert caught.value.setting == place

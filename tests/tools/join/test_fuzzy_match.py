"""FuzzyMatch finds pairs of records that are nearly the same."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.join.fuzzy_match import FuzzyMatch

PEOPLE = table(
    "id: Int32, list: V_WString, name: V_WString, town: V_WString",
    [1, "a", "Homer Simpson", "Springfield"],
    [2, "a", "HOMER  Símpson!", "Springfield"],
    [3, "b", "Simpson, Homer", "Springfeild"],
    [4, "b", "Marge Simpson", "Springfield"],
    [5, "b", None, "Shelbyville"],
    [6, "b", "", "Shelbyville"],
)


def config(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "id", "fields": list(fields), **more}


def contract_cases(folder: Path) -> list[Case]:
    merge = {"mode": "merge", "source": "list", "keys": True, "unmatched": True}
    town = {"field": "town", "key": "none", "weight": 2}
    return [
        Case(FuzzyMatch, config({"field": "name", "each_word": True}), PEOPLE),
        Case(FuzzyMatch, config({"field": "name"}, town, **merge), PEOPLE),
    ]


def test_capitals_accents_and_punctuation_make_no_difference() -> None:
    result = run_tool(FuzzyMatch, config({"field": "name"}), PEOPLE)
    assert result.rows() == [{"id": 1, "id2": 2, "MatchScore": 100.0}]
    assert result.said("warning") == ["2 records have no key and were compared with none."]
    strict = run_tool(FuzzyMatch, config({"field": "name", "clean": False, "compare": "levenshtein"}), PEOPLE)
    assert strict.rows() == []


def test_words_in_another_order() -> None:
    found = run_tool(FuzzyMatch, config({"field": "name", "each_word": True, "compare": "words"}, keys=True), PEOPLE)
    assert [(row["id"], row["id2"], row["MatchKey"]) for row in found.rows()] == [
        (1, 2, "H560"),
        (1, 3, "H560"),
        (2, 3, "H560"),
    ]


def test_merge_compares_different_sources_alone() -> None:
    fields = {"field": "name", "each_word": True, "compare": "words"}
    found = run_tool(FuzzyMatch, config(fields, mode="merge", source="list", score=False), PEOPLE)
    assert found.rows() == [{"id": 1, "id2": 3}, {"id": 2, "id2": 3}]


def test_the_score_is_the_weighted_mean() -> None:
    fields = [{"field": "name", "key": "whole", "key_length": 1}, {"field": "town", "key": "none", "weight": 3}]
    data = table("id: Int32, name: V_WString, town: V_WString", [1, "Bart", "Rome"], [2, "Bert", "Rome"])
    fields[0]["compare"] = fields[1]["compare"] = "levenshtein"
    (row,) = run_tool(FuzzyMatch, config(*fields), data).rows()
    assert row["MatchScore"] == pytest.approx((75 + 3 * 100) / 4)
    fields[0]["threshold"] = 80
    assert run_tool(FuzzyMatch, config(*fields), data).rows() == []


def test_what_has_no_match_leaves_behind_the_others() -> None:
    found = run_tool(FuzzyMatch, config({"field": "name"}, unmatched=True), PEOPLE).rows()
    assert [(row["id"], row["id2"]) for row in found] == [(1, 2), (3, None), (4, None), (5, None), (6, None)]


def test_ids_tell_records_apart() -> None:
    data = table("id: Int32, name: V_WString", [1, "a"], [1, "b"])
    with pytest.raises(ToolError, match=r"\[id\] has 1 more than once"):
        run_tool(FuzzyMatch, config({"field": "name"}), data)
    with pytest.raises(ToolError, match=r"\[id\] is Null"):
        run_tool(FuzzyMatch, config({"field": "name"}), table("id: Int32, name: V_WString", [None, "a"]))


def test_too_many_pairs_are_refused_and_the_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.join.fuzzy_match._MOST_PAIRS", 2)
    with pytest.raises(ToolError, match=r"3 pairs share a key, more than 2: 'S165' alone is the key of 3 records"):
        run_tool(FuzzyMatch, config({"field": "town"}), PEOPLE.slice(0, 3))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text("abc ", max_size=6), min_size=1, max_size=12), st.integers(0, 100))
def test_agrees_with_comparing_everything(names: list[str], threshold: int) -> None:
    data = table("id: Int32, name: V_WString", *([number, name] for number, name in enumerate(names)))
    field = {"field": "name", "key": "none", "clean": False, "compare": "levenshtein"}
    found = {(row["id"], row["id2"]) for row in run_tool(FuzzyMatch, config(field, threshold=threshold), data).rows()}
    assert found == {
        (i, j)
        for (i, a), (j, b) in combinations(enumerate(names), 2)
        if (100 * Levenshtein.normalized_similarity(a, b) if a and b else 0) >= threshold
    }

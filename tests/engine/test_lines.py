"""Lines of nodes that are asked as one query: the same records, numbers and messages as batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import events, lines
from engine.check import Checked
from engine.context import Resources
from engine.graph import Wire, build
from engine.scheduler import Scheduler
from engine.small_run import Collect, FromTable
from engine.testing import table
from engine.tool import Home, Tool
from engine.workflow import Document, Workflow
from tests.tools._records import random_tables
from tools.join.join import Join
from tools.preparation.filter import Filter
from tools.preparation.formula import Formula
from tools.preparation.select import Select
from tools.transform.summarize import Summarize

PEOPLE = table("name: V_WString, town: V_WString, age: Int32", *([f"p{n}", f"t{n % 7}", n % 90] for n in range(400)))
TOWNS = table("town: V_WString, region: V_WString", *([f"t{n}", "north" if n % 2 else "south"] for n in range(9)))
BY_REGION = {"actions": [{"field": "region", "action": "GroupBy"}, {"field": "age", "action": "Sum"}]}


@dataclass
class Ran:
    """What came of a run."""

    table: pa.Table
    records: dict[str, dict[str, int]]
    said: list[str]
    begun: bool
    source: FromTable


def run(
    steps: Mapping[str, tuple[type[Tool[Any]], dict[str, Any], str]], data: pa.Table, right: pa.Table, batch_rows: int
) -> Ran:
    """A line of `(tool, settings, anchor by which it goes on)`; a Join gets `right` too."""
    tools: dict[str, Tool[Any]] = {"right": FromTable(right, 4), "from": FromTable(data, batch_rows)}
    wires: list[Wire] = []
    before = ("from", "out")
    for name, (tool, config, anchor) in steps.items():
        tools[name] = tool(tool.config_class().model_validate(config), Home())
        wires.append(Wire(len(wires), *before, name, "L" if tool is Join else "in"))
        if tool is Join:
            wires.append(Wire(len(wires), "right", "out", name, "R"))
        before = (name, anchor)
    tools["to"] = Collect()
    wires.append(Wire(len(wires), *before, "to", "in"))
    heard: list[events.AnyEvent] = []
    resources = Resources()
    resources.events.listen(lambda stamped: heard.append(stamped.what))
    scheduler = Scheduler(_checked(tools, wires), resources)
    try:
        scheduler.run()
    finally:
        resources.close()
    stations = scheduler.stations
    assert {name: station.problem for name, station in stations.items() if station.problem} == {}
    said = [what.text for what in heard if isinstance(what, events.Message)]
    counts = {name: {a: n for a, n in station.records.items() if n} for name, station in stations.items()}
    collected, source = tools["to"], tools["from"]
    assert isinstance(collected, Collect)
    assert isinstance(source, FromTable)
    return Ran(collected.table, counts, said, any(line.begun for line in scheduler.lines.values()), source)


def _checked(tools: dict[str, Tool[Any]], wires: list[Wire]) -> Checked:
    inputs: dict[str, dict[str, pa.Schema | None]] = {name: {} for name in tools}
    outputs: dict[str, Mapping[str, pa.Schema | None]] = {}
    for name, tool in tools.items():
        inputs[name] = {wire.port: outputs[wire.source][wire.anchor] for wire in wires if wire.target == name}
        outputs[name] = tool.schema(inputs[name])
    return Checked(Workflow(Document()), graph=build(tools, wires), tools=tools, inputs=inputs)


def both(monkeypatch: pytest.MonkeyPatch, *args: Any) -> tuple[Ran, Ran]:
    """The same batch by batch, and as one query from the third record on."""
    usual = run(*args)
    with monkeypatch.context() as patch:
        patch.setattr(lines, "MANY", 3)
        return usual, run(*args)


def test_a_line_is_asked_as_one_query_from_many_records_on(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        "grown": (Filter, {"expression": "[age] >= 18"}, "T"),
        "older": (Formula, {"fields": [{"field": "next", "expression": "[age] + 1"}]}, "out"),
        "towns": (Join, {"by": [{"left": "town"}]}, "J"),
        "sum": (Summarize, BY_REGION, "out"),
    }
    usual, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 50)
    assert (usual.begun, asked.begun) == (False, True)
    assert asked.table.equals(usual.table)
    assert asked.records == usual.records
    assert set(asked.source.context.wanted or ()) == {"town", "age"}
    assert asked.records["grown"] == {"T": 310, "F": 90}
    assert asked.records["towns"] == {"J": 310, "R": 2}


def test_fields_may_be_renamed_and_dropped_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [{"field": "age", "rename": "years"}, {"field": "name", "keep": False}]
    years = {"actions": [{"field": "region", "action": "GroupBy"}, {"field": "years", "action": "Sum"}]}
    steps: dict[str, Any] = {
        "fields": (Select, {"fields": fields}, "out"),
        "grown": (Filter, {"expression": "[years] >= 18"}, "T"),
        "towns": (Join, {"by": [{"left": "town"}], "right_keys": False}, "J"),
        "sum": (Summarize, years, "out"),
    }
    usual, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 50)
    assert asked.begun
    assert asked.table.equals(usual.table)
    assert asked.records == usual.records
    assert set(asked.source.context.wanted or ()) == {"town", "age"}
    # A dropped name that comes again is another field: that goes the usual way.
    steps["again"] = (Formula, {"fields": [{"field": "name", "expression": "[town]"}]}, "out")
    steps["sum"] = (Summarize, {"actions": [{"field": "name", "action": "GroupBy"}]}, "out")
    steps = {name: steps[name] for name in ("fields", "again", "sum")}
    usual, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 50)
    assert not asked.begun
    assert asked.table.equals(usual.table)


def test_two_filters_are_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        "grown": (Filter, {"expression": "[age] >= 18"}, "T"),
        "here": (Filter, {"expression": "[town] = 't1'"}, "F"),
        "sum": (Summarize, {"actions": [{"field": "town", "action": "GroupBy"}, {"action": "Count"}]}, "out"),
    }
    usual, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 50)
    assert asked.begun
    assert asked.table.equals(usual.table)
    assert asked.records == usual.records
    assert asked.records["grown"] == {"T": 310, "F": 90}
    assert asked.records["here"] == {"T": 44, "F": 266}
    assert set(asked.source.context.wanted or ()) == {"town", "age"}


def test_nothing_comes_to_the_end_of_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: dict[str, Any] = {
        "some": (Filter, {"expression": "[age] > 80"}, "T"),
        "none": (Filter, {"expression": "[age] < 80"}, "T"),
        "sum": (Summarize, {"actions": [{"action": "Count"}, {"field": "age", "action": "Sum"}]}, "out"),
    }
    usual, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 50)
    assert asked.begun
    assert asked.table.to_pylist() == usual.table.to_pylist() == [{"Count": 0, "Sum_age": None}]
    assert asked.records == usual.records


def test_few_records_go_the_usual_way() -> None:
    assert not run(
        {"sum": (Summarize, BY_REGION, "out")}, TOWNS.append_column("age", PEOPLE["age"][:9]), TOWNS, 3
    ).begun


@pytest.mark.parametrize(
    "step",
    [
        (Formula, {"fields": [{"field": "n", "type": "Int16", "expression": "[name]"}]}, "out"),
        (Formula, {"fields": [{"field": "n", "expression": "ToNumber([name])"}]}, "out"),
        (Formula, {"fields": [{"field": "n", "expression": "Rand()"}]}, "out"),
        (Join, {"by": [{"left": "town", "right": "region"}]}, "J"),
    ],
    ids=["converts", "may complain", "draws", "keys come twice"],
)
def test_what_must_be_told_of_single_records_is_not_asked(monkeypatch: pytest.MonkeyPatch, step: Any) -> None:
    summary = {"actions": [{"field": "age", "action": "GroupBy"}, {"action": "Count"}]}
    usual, asked = both(monkeypatch, {"a": step, "sum": (Summarize, summary, "out")}, PEOPLE, TOWNS, 50)
    assert not asked.begun
    assert asked.table.equals(usual.table)
    assert asked.said == usual.said


def test_records_that_nobody_saw_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        "young": (Filter, {"expression": "[age] < 45"}, "T"),
        "sum": (Summarize, {"actions": [{"action": "Count"}]}, "out"),
    }
    _, asked = both(monkeypatch, steps, PEOPLE, TOWNS, 10)
    assert asked.records["young"] == {"T": 220, "F": 180}
    assert any("180 records left by F" in text for text in asked.said)


ACTIONS = [
    {"field": "whole", "action": "Sum"}, {"field": "real", "action": "Max"}, {"field": "text", "action": "Min"},
    {"field": "number", "action": "First"}, {"field": "text", "action": "Last"}, {"field": "text", "action": "Mode"},
    {"field": "text", "action": "Concat"}, {"field": "text", "action": "CountDistinct"}, {"action": "Count"},
    {"field": "text", "action": "Longest"}, {"field": "whole", "action": "Median"}, {"field": "whole", "action": "Avg"},
    {"field": "new", "action": "Max"},
]  # fmt: skip
FILTERS = ["[whole]", "[whole] > 0", "[text] = 'a' OR IsNull([text])", "[real] >= 0", "[number] < 1000", "[number] < 0"]
FORMULAS = ["[whole] * 2 + [number]", "Left([text], 1) + '!'", "IF IsNull([real]) THEN 0 ELSE [real] ENDIF", "[number]"]
groups = st.lists(st.sampled_from(["text", "whole", "real", "word"]), unique=True, max_size=2)


@settings(max_examples=25, deadline=None)
@given(
    data=random_tables.rows.map(lambda rows: rows * 3),
    right=random_tables.rows,
    batch_rows=st.sampled_from([1, 3, 7]),
    condition=st.sampled_from([None, *FILTERS]),
    anchor=st.sampled_from("TF"),
    second=st.sampled_from([None, None, *FILTERS]),
    second_anchor=st.sampled_from("TF"),
    formula=st.sampled_from(FORMULAS),
    overwrite=st.booleans(),
    join_by=st.sampled_from([None, "text", "whole", "real"]),
    each_once=st.sampled_from([True, True, False]),
    select=st.booleans(),
    by=groups,
    actions=st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=5, unique_by=str),
)
def test_one_query_gives_the_same(
    data: Any, right: Any, batch_rows: int, condition: Any, anchor: str, second: Any, second_anchor: str, formula: str,
    overwrite: bool, join_by: Any, each_once: bool, select: bool, by: list[str], actions: list[dict[str, str]],
) -> None:  # fmt: skip
    lookup = random_tables.build(right).rename_columns(["word", "sum", "ratio", "place"])
    partner = {"text": "word", "whole": "sum", "real": "ratio", None: ""}[join_by]
    if join_by and each_once:
        lookup = _each_once(lookup, partner)
    steps: dict[str, Any] = {}
    if condition:
        steps["filter"] = (Filter, {"expression": condition}, anchor)
    steps["formula"] = (Formula, {"fields": [{"field": "new", "expression": formula}]}, "out")
    if overwrite:
        steps["again"] = (Formula, {"fields": [{"field": "real", "expression": "[real] + 1"}]}, "out")
    if second:
        steps["second"] = (Filter, {"expression": second}, second_anchor)
    if join_by:
        steps["join"] = (Join, {"by": [{"left": join_by, "right": partner}]}, "J")
    by = [name for name in by if join_by or name != "word"]
    if select:
        steps["select"] = (Select, {"fields": [{"field": "number", "rename": "nr"}, {"field": "real"}]}, "out")
        actions = [{**action, "field": "nr"} if action.get("field") == "number" else action for action in actions]
    steps["sum"] = (Summarize, {"actions": [*({"field": n, "action": "GroupBy"} for n in by), *actions]}, "out")
    with pytest.MonkeyPatch.context() as patch:
        usual, asked = both(patch, steps, random_tables.build(data), lookup, batch_rows)
    assert asked.records == usual.records
    assert asked.table.schema.equals(usual.table.schema, check_metadata=True)
    assert [*map(repr, _rounded(asked.table))] == [*map(repr, _rounded(usual.table))]


def _each_once(data: pa.Table, name: str) -> pa.Table:
    """The first record of each value, none of them Null."""
    values = data[name].to_pylist()
    firsts = {value: place for place, value in reversed(list(enumerate(values))) if value is not None}
    return data.take(pa.array(sorted(firsts.values()), pa.int64()))


def _rounded(found: pa.Table) -> list[list[Any]]:
    """The records; sums of floating-point numbers to 12 digits, as they are added up in another order."""
    return [
        [float(f"{value:.12g}") + 0.0 if isinstance(value, float) else value for value in row.values()]
        for row in found.to_pylist()
    ]

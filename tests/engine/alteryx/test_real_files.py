"""Real workflows of Alteryx, and results that they state themselves."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from engine import yaml_file
from engine.alteryx import Imported, Outcome, import_file, import_workflow
from engine.check import check
from engine.errors import WorkflowError
from engine.run import Run
from engine.workflow import Workflow

_KNOWN = (
    "There is no file",
    "could not be imported",
    "The input D needs a connection",  # a Predict that has none in the original either
    "Say where to write",  # an Output that was never configured
    "actions: It must not be empty",  # a Summarize that was never configured
)


@pytest.fixture(scope="module")
def imports(shared: Path) -> dict[str, Imported]:
    files = sorted((shared / "data" / "yxmd").rglob("*.yxmd"))
    assert len(files) >= 25
    return {file.name: import_file(file) for file in files}


def named(imports: dict[str, Imported], part: str) -> Imported:
    (found,) = [result for name, result in imports.items() if part in name]
    return found


def test_nine_of_ten_nodes_of_our_tools_are_fully_configured(imports: dict[str, Imported]) -> None:
    every = [node for result in imports.values() for node in result.nodes]
    ours = [node for node in every if node.lost != ["flowrun has no such tool"]]
    configured = [node for node in ours if node.outcome is Outcome.configured]
    assert len(configured) >= 240  # flowfile 0.23.3 converts 157 of the same 395
    assert len(configured) >= 0.9 * len(ours), [str(node) for node in ours if node not in configured]


def test_check_finds_only_what_is_truly_missing(imports: dict[str, Imported], tmp_path: Path) -> None:
    for name, result in imports.items():
        workflow = Workflow.parse(result.yaml, tmp_path / "w.yaml")
        assert workflow.problems == []
        for problem in check(workflow).problems:
            assert any(known in problem.message for known in _KNOWN), f"{name}: {problem}"


def test_every_node_wire_and_place_is_there(imports: dict[str, Imported], shared: Path) -> None:
    for file in (shared / "data" / "yxmd").rglob("*.yxmd"):
        text = file.read_text(encoding="utf-8-sig")
        document = imports[file.name].document
        parts = [document.get(part, {}) for part in ("nodes", "containers", "comments")]
        extra = sum("does a part of its work" in str(node) for node in imports[file.name].nodes)
        assert sum(map(len, parts)) == text.count("<Node ToolID=") + extra
        assert len(document["connections"]) == text.count("<Origin ToolID=") + extra
        assert {name for part in parts for name in part} == set(document["layout"])


def test_damaged_workflows_are_imported_or_refused_but_never_crash(shared: Path) -> None:
    files = [file for file in sorted((shared / "data" / "yxmd").rglob("*.yxmd")) if file.stat().st_size < 50_000]
    choose = random.Random(1)
    for number in range(60):
        data = damaged(files[number % len(files)].read_bytes(), choose)
        try:
            result = import_workflow(data, "damaged")
        except WorkflowError:
            continue
        assert Workflow.parse(result.yaml).yaml.data == result.document


def damaged(data: bytes, choose: random.Random) -> bytes:
    """An Alteryx workflow with a few elements, texts and attributes gone or replaced."""
    root = ElementTree.fromstring(data)
    for _ in range(choose.randint(1, 12)):
        element = choose.choice(list(root.iter()))
        junk = choose.choice(["", "x", "-1", "9" * 30, "NaN", "True", "[", "%", "\\", "a" * 300])
        if len(element) and choose.random() < 0.4:
            element.remove(choose.choice(list(element)))
        elif element.attrib:
            element.set(choose.choice(list(element.attrib)), junk)
        else:
            element.text = junk
    return ElementTree.tostring(root)


def run(document: dict[str, Any], folder: Path) -> dict[str, pa.Table]:
    """Run a workflow; what each Browse kept."""
    checked = check(Workflow.parse(yaml_file.dump(document), folder / "w.yaml"))
    assert checked.problems == []
    result = Run(checked).execute()
    assert result.outcome == "done"
    return {kept.node: pa.ipc.open_file(kept.path).read_all() for kept in result.results}


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """The workflow without some nodes and their wires."""
    nodes = {name: node for name, node in document["nodes"].items() if name not in names}
    ends = [(wire, [end.partition(".")[0] for end in wire.split(" -> ")]) for wire in document["connections"]]
    return {"nodes": nodes, "connections": [wire for wire, both in ends if not set(both) & set(names)]}


def test_grouped_record_ids_are_those_that_the_workflow_expects(imports: dict[str, Imported], tmp_path: Path) -> None:
    """The workflow compares results with tables of its own by a macro; here a Browse stands for each side."""
    document = named(imports, "GroupedRecordID").document
    unsupported = {name for name, node in document["nodes"].items() if node["tool"].startswith("Alteryx.")}
    runnable = without(document, *unsupported)
    compared = []
    for name in unsupported:
        sides = [
            wire.partition(" -> ")[0]
            for wire in document["connections"]
            if wire.partition(" -> ")[2].startswith(f"{name}.")
        ]
        if len(sides) == 2 and not set(sides) & unsupported:
            compared.append(sides)
            for side in sides:
                runnable["nodes"][f"see_{side}"] = {"tool": "Browse"}
                runnable["connections"].append(f"{side} -> see_{side}")
    assert len(compared) == 4
    kept = run(runnable, tmp_path)
    for actual, expected in compared:
        names = ["Parent", "Key", "Value", "RowID"]
        tables = [kept[f"see_{side}"].select(names).to_pylist() for side in (actual, expected)]
        as_texts = [[{key: str(value) for key, value in row.items()} for row in rows] for rows in tables]
        assert as_texts[0] == as_texts[1], actual


def test_the_shuffled_alphabet_is_sorted_again(imports: dict[str, Imported], tmp_path: Path) -> None:
    """ "We shuffle the order of the alphabet with Rand()", says its comment; Sort brings it back in order of codes."""
    document = named(imports, "TR sort test").document
    assert document["comments"]["comment_13"]["text"] == "We shuffle the order of the alphabet with Rand()"
    kept = run(without(document, "sort_with_culture_18", "sort_with_culture_20", "browse_19", "browse_21"), tmp_path)
    table = document["nodes"]["text_input_1"]
    upper, lower = ([row[column] for row in table["rows"]] for column in (0, 1))
    assert kept["browse_12"].to_pydict() == {"Upper": sorted(upper)}
    assert kept["browse_16"].to_pydict() == {"Lower": sorted(lower)}


def test_both_ways_to_read_dates_agree(imports: dict[str, Imported], tmp_path: Path) -> None:
    """The workflow makes dates of 1900 to 1913 and measures tools that read them back: DateTime and DateTimeParse."""
    document = named(imports, "DateTimeParse Perf").document
    assert document["nodes"]["generate_rows_5"]["condition"] == "[RowCount] <= 100000"
    fewer = {**document["nodes"]["generate_rows_5"], "condition": "[RowCount] <= 1000"}
    document = {**document, "nodes": {**document["nodes"], "generate_rows_5": fewer}}
    kept = run(without(document, "date_time_parser_3", "browse_4"), tmp_path)
    by_tool, by_formula = kept["browse_9"]["DateTime_Out"], kept["browse_11"]["Date"]
    assert by_tool.null_count == 0
    assert by_tool.to_pylist() == by_formula.to_pylist()
    texts = kept["browse_9"]["DateString"].to_pylist()
    assert [day.strftime("%d-%b-%y") for day in by_tool.to_pylist()] == texts

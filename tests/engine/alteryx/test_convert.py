from __future__ import annotations

from pathlib import Path

import yaml

from engine.alteryx import Outcome, import_file
from engine.check import check
from engine.workflow import Workflow
from tests.engine.alteryx.yxmd import BROWSE, COMMENT, CONTAINER, FILTER, UNION, document, imported, node, wire

KEEP = "<Mode>Custom</Mode><Expression>[a] &gt; 1</Expression>"
SECRET = "<Password>4A67AA23</Password><Server>here</Server>"


def test_a_filter_with_anchors_annotation_and_place() -> None:
    note = "<Annotation><Name>Only Adults!</Name><AnnotationText>18 or older</AnnotationText></Annotation>"
    first = node(3, FILTER, KEEP, at='x="102.00001" y="97.9"').replace("</Properties>", f"{note}</Properties>")
    result = imported(first, node(4, BROWSE), node(5, BROWSE), wires=wire(3, "True", 4) + wire(3, "False", 5))
    assert result.document == {
        "flowrun": 1,
        "name": "test",
        "nodes": {
            "only_adults": {"tool": "Filter", "annotation": "18 or older", "expression": "[a] > 1"},
            "browse_4": {"tool": "Browse"},
            "browse_5": {"tool": "Browse"},
        },
        "connections": ["only_adults.T -> browse_4", "only_adults.F -> browse_5"],
        "layout": {"only_adults": [110, 105], "browse_4": [60, 60], "browse_5": [60, 60]},
    }
    assert result.headline == (
        "3 tools: 3 configured, 0 partly configured, 0 not supported; 0 containers, 0 comments, 2 connections."
    )


def test_wires_into_a_union_follow_their_numbers() -> None:
    wires = wire(1, "True", 9, more='name="#2"') + wire(2, "True", 9, more='name="#1"')
    result = imported(node(1, FILTER, KEEP), node(2, FILTER, KEEP), node(9, UNION), wires=wires)
    assert result.document["connections"] == ["filter_2.T -> union_9", "filter_1.T -> union_9"]


def test_wires_that_lead_nowhere_are_told() -> None:
    wires = wire(1, "True", 99) + wire(1, "Sideways", 2) + wire(1, "True", 2, more='Wireless="True"')
    result = imported(node(1, FILTER, KEEP), node(2, BROWSE), wires=wires)
    assert result.document["connections"] == ["filter_1.T -> browse_2"]
    assert result.notes == [
        "A connection was left out: filter_1 -> ToolID 99 (True to Input), since one end has no such anchor here.",
        "A connection was left out: filter_1 -> browse_2 (Sideways to Input), since one end has no such anchor here.",
        "Wireless connections are drawn as wires: 1.",
    ]


def test_containers_nested_disabled_folded_and_comments() -> None:
    comment = node(4, COMMENT, "<Text>Mind\nthe gap</Text>", at='x="10" y="20" width="100" height="50"')
    browse = node(3, BROWSE)
    inner = node(
        2,
        CONTAINER,
        '<Caption>In</Caption><Disabled value="True"/><Folded value="True"/>',
        at='x="1" y="2" width="100" height="24"',
        more=f"<ChildNodes>{browse}{comment}</ChildNodes>",
    )
    outer = node(
        1, CONTAINER, "<Caption>Out</Caption>", at='x="0" y="0" width="300" height="200"',
        more=f"<ChildNodes>{inner}</ChildNodes>",
    )  # fmt: skip
    document_ = imported(outer).document
    assert document_["containers"] == {
        "container_1": {"title": "Out", "nodes": []},
        "container_2": {
            "title": "In",
            "nodes": ["browse_3", "comment_4"],
            "inside": "container_1",
            "disabled": True,
            "folded": True,
        },
    }
    assert document_["comments"] == {"comment_4": {"text": "Mind\nthe gap"}}
    assert document_["layout"]["container_1"] == [0, 0, 300, 200]
    assert document_["layout"]["container_2"] == [0, 0]  # folded: its size says nothing
    assert document_["layout"]["comment_4"] == [10, 20, 100, 50]


def test_constants_and_settings_of_the_run() -> None:
    properties = """
        <CancelOnError value="True"/><GlobalRecordLimit value="100"/><DisableAllOutput value="False"/>
        <Constants>
          <Constant><Namespace>User</Namespace><Name>year</Name><Value>2024</Value><IsNumeric value="True"/></Constant>
          <Constant><Namespace>User</Namespace><Name>zip</Name><Value>007</Value><IsNumeric value="False"/></Constant>
          <Constant><Namespace>Question</Namespace><Name>Who</Name><Value>Lisa</Value></Constant>
          <Constant><Namespace>Engine</Namespace><Name>Version</Name><Value>1</Value></Constant>
        </Constants>
        <MetaInfo><NameIsFileName value="False"/><Name>My flow</Name><Description>What it does</Description></MetaInfo>
        <Events><Enabled value="True"/><Event/></Events>"""
    result = imported(node(1, BROWSE), properties=properties)
    assert result.document["constants"] == {"year": 2024, "zip": "007", "Question.Who": "Lisa"}
    assert result.document["runtime"] == {"stop_on_error": True}
    assert (result.document["name"], result.document["description"]) == ("My flow", "What it does")
    assert result.notes == [
        "A setting of the run was left out: the limit of 100 records an input.",
        "Events (mail or commands before and after a run) were left out: 1.",
    ]


def test_an_unknown_tool_keeps_place_wires_and_xml() -> None:
    unknown = node(2, "SomeVendor.Magic_1_0_0", f"{SECRET}<Spell power='9'>A &lt; B</Spell>")
    wires = wire(1, "True", 2, "In put") + wire(2, "Output", 3)
    result = imported(node(1, FILTER, KEEP), unknown, node(3, BROWSE), wires=wires)
    magic = result.document["nodes"]["magic_2"]
    assert magic["tool"] == "Alteryx.Magic"
    assert '<Spell power="9">A &lt; B</Spell>' in magic["alteryx"]
    assert "4A67AA23" not in magic["alteryx"]
    assert result.document["connections"] == ["filter_1.T -> magic_2.In_put", "magic_2 -> browse_3"]
    assert str(result.nodes[1]) == "magic_2 (Alteryx's Magic): not supported: flowrun has no such tool"

    problems = check(Workflow.parse(result.yaml)).problems
    (found,) = [problem for problem in problems if problem.node == "magic_2"]
    assert found.message == "Alteryx's tool Magic could not be imported, so this node cannot run."


def test_an_unknown_macro_is_named_after_its_file() -> None:
    result = imported(node(2, "Sub\\My Macro.yxmc"))
    assert result.document["nodes"]["my_macro_2"]["tool"] == "Alteryx.My Macro"


def test_names_are_plain_and_differ() -> None:
    names = ["Größe", "größe", "2nd try", "***", "x" * 60]
    nodes = [
        node(number, BROWSE).replace("</Properties>", f"<Annotation><Name>{name}</Name></Annotation></Properties>")
        for number, name in enumerate(names)
    ]
    found = list(imported(*nodes).document["nodes"])
    assert found == ["größe", "größe_2", "tool_2nd_try", "browse_3", "x" * 40]
    assert not Workflow.parse(imported(*nodes).yaml).problems


def test_wrong_settings_are_told_not_hidden() -> None:
    result = imported(node(1, FILTER, "<Mode>Custom</Mode><Expression>Frobnicate([a]) and Left([b]</Expression>"))
    assert result.nodes[0].outcome is Outcome.partly
    assert "is not understood" in result.nodes[0].lost[0]
    result = imported(node(1, FILTER, "<Mode>Custom</Mode><Expression>Lenght([a]) = 1</Expression>"))
    assert result.nodes[0].lost == ["there is no function Lenght Did you mean 'Length'?"]


def test_relative_paths_stay_right_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    plugin = "AlteryxBasePluginsGui.DbFileInput.DbFileInput"
    file = tmp_path / "old" / "w.yxmd"
    file.write_bytes(document(node(1, plugin, r'<File FileFormat="19">.\data\x.yxdb</File>')))
    assert import_file(file, tmp_path / "new" / "w.yaml").document["nodes"]["input_1"]["path"] == "../old/data/x.yxdb"
    assert import_file(file, tmp_path / "old" / "w.yaml").document["nodes"]["input_1"]["path"] == "data/x.yxdb"


def test_what_is_written_is_what_was_meant() -> None:
    text = "line\u2028one \\ 'two' \"three\" #four: {five} é"
    result = imported(node(1, COMMENT, f"<Text>{text}</Text>"), node(2, FILTER, KEEP))
    assert yaml.safe_load(result.yaml) == result.document

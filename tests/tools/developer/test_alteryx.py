"""The tools of Developer from Alteryx."""

from __future__ import annotations

import pytest

from engine.alteryx import Outcome
from tests.engine.alteryx.yxmd import BROWSE, carried, imported, node, settings, wire

BASE = "AlteryxBasePluginsGui."


def test_message() -> None:
    configuration = """<When>Filter</When><Filter>[Count]&gt;1</Filter><Type>Warning</Type>
        <MessageExpression>"Twice: " + name</MessageExpression>"""
    assert settings(BASE + "Message.Message", configuration) == {
        "text": '"Twice: " + [name]',
        "when": "each",
        "condition": "[Count]>1",
        "level": "warning",
    }


def test_test() -> None:
    test = "<Test><Name>{}</Name><Connection>#{}</Connection><Type>{}</Type><Value>{}</Value></Test>"
    tests = test.format("none", 1, "RecCountValue", 0) + test.format("all", 2, "ExpAll", "[a] = 1")
    assert settings(BASE + "Test.Test", f"<Tests>{tests}</Tests>") == {
        "expectations": [
            {"name": "none", "input": 1, "records": 0},
            {"name": "all", "input": 2, "expression": "[a] = 1", "of": "every"},
        ]
    }
    odd = tests + test.format("odd", 1, "RecCountConnection", "#2")
    assert carried(BASE + "Test.Test", f"<Tests>{odd}</Tests>")[1].lost == [
        "the test 'odd' of the kind RecCountConnection"
    ]


def test_block_until_done() -> None:
    wires = wire(1, "Output", 2) + wire(1, "Output2", 3)
    result = imported(node(1, BASE + "BlockUntilDone.BlockUntilDone"), node(2, BROWSE), node(3, BROWSE), wires=wires)
    assert result.document["connections"] == ["block_until_done_1.1 -> browse_2", "block_until_done_1.2 -> browse_3"]


RENAME = BASE + "DynamicRename.DynamicRename"
ALL = '<Fields><Field name="a"/><Field name="*Unknown"/></Fields>'


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ("<RenameMode>FirstRow</RenameMode>", {"method": "first_row"}),
        (
            "<RenameMode>Formula</RenameMode><Expression>Uppercase([_CurrentField_])</Expression>",
            {"method": "formula", "expression": "Uppercase([_CurrentField_])"},
        ),
        (
            "<RenameMode>Add</RenameMode><AddPrefixSuffix><Text>_x</Text><Type>Suffix</Type></AddPrefixSuffix>",
            {"method": "add_suffix", "text": "_x"},
        ),
        (
            "<RenameMode>Remove</RenameMode><RemovePrefixSuffix><Type>Prefix</Type><Text>x_</Text></RemovePrefixSuffix>",
            {"method": "remove_prefix", "text": "x_"},
        ),
    ],
)
def test_dynamic_rename(configuration: str, expected: dict[str, str]) -> None:
    assert settings(RENAME, configuration + ALL) == expected
    some = '<Fields><Field name="a"/><Field name="b" selected="False"/></Fields>'
    assert settings(RENAME, configuration + some) == {**expected, "fields": ["a"]}
    found, told = carried(RENAME, configuration + ALL.replace('"a"', '"a" selected="False"'))
    assert (found, told.lost) == (expected, ["that a stay as they are"])


def test_names_from_a_second_input_stay_with_their_xml() -> None:
    assert carried(RENAME, "<RenameMode>RightInputRows</RenameMode>")[1].outcome is Outcome.unsupported

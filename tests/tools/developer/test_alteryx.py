"""The tools of Developer from Alteryx."""

from __future__ import annotations

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

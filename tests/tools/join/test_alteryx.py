"""The tools of Join from Alteryx; what their inner Select does goes into a Select behind them."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Imported, Outcome
from tests.engine.alteryx.yxmd import BROWSE, UNION, carried, imported, node, settings, wire

BASE = "AlteryxBasePluginsGui."
JOIN = BASE + "Join.Join"
KEYS = (
    '<JoinInfo connection="Left"><Field field="Id"/></JoinInfo>'
    '<JoinInfo connection="Right"><Field field="{}"/></JoinInfo>'
)


def inner(*fields: str, order: bool = False, unknown: bool = True) -> str:
    lines = "".join(f"<SelectField {field}/>" for field in (*fields, f'field="*Unknown" selected="{unknown}"'))
    changed = f'<OrderChanged value="{order}"/>'
    body = f"<Configuration>{changed}<SelectFields>{lines}</SelectFields></Configuration>"
    return f"<SelectConfiguration>{body}</SelectConfiguration>"


def joined(configuration: str) -> Imported:
    wires = wire(1, "Join", 2) + wire(1, "Left", 3) + wire(4, "Output", 1, "Right")
    text = node(4, BASE + "TextInput.TextInput", '<Fields><Field name="a"/></Fields>')
    return imported(node(1, JOIN, configuration), node(2, BROWSE), node(3, BROWSE), text, wires=wires)


def test_join_by_fields_and_by_position() -> None:
    assert settings(JOIN, KEYS.format("Key")) == {"by": [{"left": "Id", "right": "Key"}]}
    assert settings(JOIN, '<Configuration joinByRecordPos="True"/>') == {"by_position": True}


def test_deselected_keys_of_the_right_side_need_no_select() -> None:
    result = joined(KEYS.format("Id") + inner('field="Right_Id" selected="False"'))
    assert result.document["nodes"]["join_1"] == {"tool": "Join", "by": [{"left": "Id"}], "right_keys": False}
    assert result.document["connections"] == [
        "join_1.J -> browse_2",
        "join_1.L -> browse_3",
        "text_input_4 -> join_1.R",
    ]


def test_all_else_becomes_a_select_behind_it() -> None:
    fields = inner(
        'field="Left_Name" selected="True" rename="Who"',
        'field="Right_Id" selected="False"',
        'field="Right_Name" selected="True"',
        'field="Right_Town" selected="False" input="Right_"',
    )
    result = joined(KEYS.format("Id") + fields)
    assert result.document["nodes"]["join_1_select"] == {
        "tool": "Select",
        "fields": [
            {"field": "Name", "rename": "Who"},
            {"field": "Right_Id", "keep": False},  # both sides have an Id
            {"field": "Town", "keep": False},  # only the right side has a Town
        ],
        "unknown": True,
        "reorder": False,
    }
    assert result.document["connections"] == [
        "join_1.J -> join_1_select",
        "join_1_select -> browse_2",
        "join_1.L -> browse_3",
        "text_input_4 -> join_1.R",
    ]
    assert result.document["layout"]["join_1_select"] == [110, 60]
    assert result.nodes[0].remarks == ["join_1_select does a part of its work"]


def test_an_order_is_kept_whole() -> None:
    fields = inner('field="Right_b" selected="True"', 'field="Left_a" selected="True"', order=True, unknown=False)
    assert joined(KEYS.format("Id") + fields).document["nodes"]["join_1_select"] == {
        "tool": "Select",
        "fields": [{"field": "b"}, {"field": "a"}],
        "unknown": False,
    }


def test_append_fields() -> None:
    plugin = BASE + "AppendFields.AppendFields"
    assert settings(plugin, "<CartesianMode>AllowAll</CartesianMode>" + inner()) == {"many": "allow"}
    wires = wire(2, "Output", 1, "Source") + wire(3, "Output", 1, "Targets")
    text = '<Fields><Field name="a"/></Fields>'
    sources = [node(number, BASE + "TextInput.TextInput", text) for number in (2, 3)]
    fields = inner('field="Source_x" selected="False" input="Source_"')
    result = imported(node(1, plugin, fields), *sources, wires=wires)
    assert result.document["nodes"]["append_fields_1_select"]["fields"] == [{"field": "x", "keep": False}]
    assert result.document["connections"] == [
        "append_fields_1 -> append_fields_1_select",
        "text_input_2 -> append_fields_1.S",
        "text_input_3 -> append_fields_1.T",
    ]


def test_join_multiple() -> None:
    plugin = BASE + "JoinMultiple.JoinMultiple"
    assert settings(plugin, '<JoinByRecPos value="True"/>') == {"by_position": True}
    infos = "".join(
        f'<JoinInfo connection="#{number}"><Field field="Id"/><Field field="{name}"/></JoinInfo>'
        for number, name in enumerate("abc", 1)
    )
    assert settings(plugin, infos + '<OutputJoinOnly value="True"/>') == {
        "by": [{"fields": ["Id"]}, {"fields": ["a", "b", "c"]}],
        "only_complete": True,
    }


def test_union() -> None:
    by_name = (
        "<Mode>ByName</Mode><ByName_ErrorMode>Error</ByName_ErrorMode><ByName_OutputMode>Common</ByName_OutputMode>"
    )
    assert settings(UNION, by_name) == {"mode": "name", "output": "common", "on_mismatch": "error"}
    assert settings(UNION, "<Mode>ByPos</Mode>") == {"mode": "position"}
    assert carried(UNION, "<Mode>Manual</Mode>")[1].outcome is Outcome.unsupported


def test_find_replace() -> None:
    plugin = BASE + "FindReplace.FindReplace"
    base = "<FieldFind>a</FieldFind><FieldSearch>b</FieldSearch>"
    replace: dict[str, Any] = {"field": "a", "find": "b", "ignore_case": True, "replace_with": "c", "replace_all": True}
    assert replace == settings(
        plugin,
        base + "<ReplaceFoundField>c</ReplaceFoundField><FindMode>FindAny</FindMode><NoCase value='True'/>"
        "<ReplaceMode>Replace</ReplaceMode><ReplaceMultipleFound value='True'/>",
    )
    append = "<ReplaceMode>Append</ReplaceMode><ReplaceAppendFields><Field field='d'/></ReplaceAppendFields>"
    assert settings(plugin, base + append) == {"field": "a", "find": "b", "append": ["d"]}

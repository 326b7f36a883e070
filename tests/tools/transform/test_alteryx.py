"""The tools of Transform from Alteryx."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.alteryx.yxmd import carried, settings

BASE = "AlteryxBasePluginsGui."
SUMMARIZE = "AlteryxSpatialPluginsGui.Summarize.Summarize"


def test_summarize() -> None:
    lines = """<SummarizeFields><SummarizeField field="a" action="GroupBy" rename="a"/>
        <SummarizeField field="b" action="Avg" rename="Avg_b"/>
        <SummarizeField field="b" action="Max" rename="Top"/>
        <SummarizeField field="c" action="Concat" rename="All"><Concat_Start>(</Concat_Start>
            <Separator>\\n</Separator><Concat_End/></SummarizeField></SummarizeFields>"""
    assert settings(SUMMARIZE, lines) == {
        "actions": [
            {"field": "a", "action": "GroupBy"},
            {"field": "b", "action": "Avg"},
            {"field": "b", "action": "Max", "rename": "Top"},
            {"field": "c", "action": "Concat", "rename": "All", "separator": "\n", "start": "("},
        ]
    }


def test_an_unknown_action_is_told_and_the_rest_stays() -> None:
    lines = """<SummarizeFields><SummarizeField field="g" action="SpatialObjCombine" rename="g"/>
        <SummarizeField field="b" action="Sum" rename="Sum_b"/></SummarizeFields>"""
    found, told = carried(SUMMARIZE, lines)
    assert found == {"actions": [{"field": "b", "action": "Sum"}]}
    assert told.lost == ["the action SpatialObjCombine on [g]"]


@pytest.mark.parametrize(
    ("plugin", "configuration", "expected"),
    [
        (
            BASE + "CrossTab.CrossTab",
            '<GroupFields><Field field="g"/></GroupFields><HeaderField field="h"/><DataField field="v"/>'
            '<Methods><Method method="Concat"/><Separator>;\\s</Separator><FieldSize value="2048"/></Methods>',
            {"by": ["g"], "header": "h", "value": "v", "methods": ["Concat"], "separator": "; "},
        ),
        (
            BASE + "Transpose.Transpose",
            '<ErrorWarn>Error</ErrorWarn><KeyFields><Field field="k"/></KeyFields>'
            '<DataFields><Field field="a"/><Field field="b" selected="False"/>'
            '<Field field="*Unknown" selected="True"/></DataFields>',
            {"by": ["k"], "fields": ["a"], "unknown": True, "missing": "stop"},
        ),
        (
            BASE + "RunningTotal.RunningTotal",
            '<GroupByFields><Field field="g"/></GroupByFields>'
            '<RunningTotalFields><Field field="v"/></RunningTotalFields>',
            {"fields": ["v"], "by": ["g"]},
        ),
        ("CountRecords.yxmc", "", {}),
        (
            "WeightedAvg.yxmc",
            '<Value name="Value">price</Value><Value name="Weight">units</Value>'
            '<Value name="OutputFieldName">Mean</Value><Value name="GroupFields">"g"</Value>',
            {"value": "price", "weight": "units", "rename": "Mean", "by": ["g"]},
        ),
    ],
)
def test_settings(plugin: str, configuration: str, expected: dict[str, Any]) -> None:
    assert settings(plugin, configuration) == expected

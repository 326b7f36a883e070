"""The tools of Data Investigation from Alteryx."""

from __future__ import annotations

from tests.engine.alteryx.yxmd import BROWSE, carried, imported, node, settings, wire

BASE = "AlteryxBasePluginsGui."


def test_tools_without_settings() -> None:
    limits = '<Limit_UniqueCount>10000</Limit_UniqueCount><IsMetric value="False"/>'
    assert settings(BASE + "BasicDataProfile.BasicDataProfile", limits) == {}
    assert settings(BASE + "FieldInfo.FieldInfo", "") == {}


def test_field_summary() -> None:
    macro = "Predictive Tools\\Field_Summary_Report.yxmc"
    chosen = '<Value name="Select Fields">a=True,b c=True,d=False</Value>'
    assert settings(macro, chosen) == {"fields": ["a", "b c"]}
    assert carried(macro, chosen + '<Value name="Sample Data">True</Value>')[1].lost == [
        "that only a sample of the records is looked at"
    ]
    wires = "".join(wire(1, anchor, number) for number, anchor in enumerate(("Output", "Reports", "Interactive"), 2))
    result = imported(node(1, macro, chosen), *(node(number, BROWSE) for number in (2, 3, 4)), wires=wires)
    assert result.document["connections"] == [
        f"field_summary_1.{a} -> browse_{n}" for a, n in zip("ORI", (2, 3, 4), strict=True)
    ]

"""The tools of Data Investigation from Alteryx."""

from __future__ import annotations

from tests.engine.alteryx.yxmd import settings

BASE = "AlteryxBasePluginsGui."


def test_tools_without_settings() -> None:
    limits = '<Limit_UniqueCount>10000</Limit_UniqueCount><IsMetric value="False"/>'
    assert settings(BASE + "BasicDataProfile.BasicDataProfile", limits) == {}
    assert settings(BASE + "FieldInfo.FieldInfo", "") == {}

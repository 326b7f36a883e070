"""Weighted Average, a macro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import quoted_names

TOOL = "WeightedAverage"
PLUGINS = ("WeightedAvg.yxmc",)


def settings(config: Configuration) -> dict[str, Any]:
    answers = config.values
    names = {"Value": "value", "Weight": "weight", "OutputFieldName": "rename"}
    found: dict[str, Any] = {ours: answers[theirs] for theirs, ours in names.items() if answers.get(theirs)}
    by = quoted_names(answers.get("GroupFields", ""))
    return {**found, "by": by} if by else found

"""Field Summary, a macro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import quoted_names

TOOL = "FieldSummary"
PLUGINS = ("Field_Summary_Report.yxmc",)
OUTPUTS = {"Output": "O", "Reports": "R", "Interactive": "I"}


def settings(config: Configuration) -> dict[str, Any]:
    answers = config.values
    if answers.get("Sample Data") == "True":
        config.lost.append("that only a sample of the records is looked at")
    return {"fields": quoted_names(answers.get("Select Fields", ""))}

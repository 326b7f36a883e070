"""Imputation, a macro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import quoted_names

TOOL = "ImputeValues"
PLUGINS = ("Imputation_v3.yxmc", "Imputation_v2.yxmc", "Imputation.yxmc")

_METHODS = {"radio Mean": "average", "radio Median": "median", "radio Mode": "mode"}


def settings(config: Configuration) -> dict[str, Any]:
    answers = config.values
    found: dict[str, Any] = {"fields": quoted_names(answers.get("listbox Select Incoming Fields", ""))}
    if answers.get("radio User Specified Replace From Value") == "True":
        found["replace"] = _number(config, "updown User Replace Value")
    if answers.get("radio User Specified Replace With Value") == "True":
        found |= {"method": "value", "value": _number(config, "updown User Replace With Value")}
    else:
        found["method"] = next(
            (method for radio, method in _METHODS.items() if answers.get(radio) == "True"), "average"
        )
    for box, ours in {
        "checkbox Impute Indicator": "indicator",
        "checkbox Imputed Values Separate Field": "separate",
    }.items():
        if answers.get(box) == "True":
            found[ours] = True
    return found


def _number(config: Configuration, name: str) -> float:
    try:
        return float(config.values.get(name, ""))
    except ValueError:
        config.lost.append(f"the setting '{name}'")
        return 0.0

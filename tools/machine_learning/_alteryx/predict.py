"""Predict, which has no settings; what it predicts with is the model's matter."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Predict"
PLUGINS = ("Predict",)
INPUTS = {"Data": "D", "Model": "M"}


def settings(config: Configuration) -> dict[str, Any]:
    return {}

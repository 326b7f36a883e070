"""Create Samples, a macro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "CreateSamples"
PLUGINS = ("Create_Samples.yxmc", "CreateSamples.yxmc")
OUTPUTS = {"Estimation": "E", "Validation": "V", "Holdout": "H"}

_NAMES = {"estimation pct": "estimation", "validation pct": "validation", "rand seed": "seed"}


def settings(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for theirs, ours in _NAMES.items():
        try:
            found[ours] = round(float(config.values[theirs]))
        except (KeyError, ValueError):
            config.lost.append(f"the setting '{theirs}'")
    return found

"""Random % Sample, a macro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "RandomSample"
PLUGINS = ("RandomRecords.yxmc",)


def settings(config: Configuration) -> dict[str, Any]:
    answers = config.values
    name, ours = ("NPercent", "percent") if answers.get("Percent") == "True" else ("NNumber", "n")
    found: dict[str, Any] = {ours: _number(config, answers.get(name, ""), name)}
    if answers.get("Deterministic") == "True":
        found["seed"] = _number(config, answers.get("Seed", ""), "Seed")
    return {key: value for key, value in found.items() if value is not None}


def _number(config: Configuration, text: str, name: str) -> int | float | None:
    try:
        value = float(text)
    except ValueError:
        config.lost.append(f"the setting '{name}'")
        return None
    return int(value) if value.is_integer() else value

"""Sample, and Select Records as far as it takes the first records or passes them over."""

from __future__ import annotations

import re
from typing import Any

from engine.alteryx import Configuration, Unsupported

TOOL = "Sample"
PLUGINS = ("AlteryxBasePluginsGui.Sample.Sample", "SelectRecords.yxmc")

_MODES = {"First": "first", "Last": "last", "Skip": "skip", "Sample": "one_of_every", "Random": "chance",
          "NPercent": "percent"}  # fmt: skip


def settings(config: Configuration) -> dict[str, Any]:
    if config.plugin.lower() == "selectrecords.yxmc":
        return _ranges(config)
    mode = config.text("Mode", "First")
    if mode not in _MODES:
        raise Unsupported(f"flowrun does not know its mode {mode}")
    found: dict[str, Any] = {"mode": _MODES[mode], "n": config.number("N", 1)}
    by = config.fields("GroupFields/Field", name="name")
    return {**found, "by": by} if by else found


def _ranges(config: Configuration) -> dict[str, Any]:
    """`-100` or `1-100` are the first hundred records, `101+` all that follow."""
    ranges = config.values.get("Ranges", "").strip()
    if match := re.fullmatch(r"1?-(\d{1,18})", ranges):
        return {"mode": "first", "n": int(match[1])}
    if match := re.fullmatch(r"([1-9]\d{0,17})\+", ranges):
        return {"mode": "skip", "n": int(match[1]) - 1}
    raise Unsupported(f"it chooses the records {ranges.splitlines()}; use RecordID and Filter")

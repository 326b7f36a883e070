"""Select Records: its ranges are written as ours, a line each."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "SelectRecords"
PLUGINS = ("SelectRecords.yxmc",)


def settings(config: Configuration) -> dict[str, Any]:
    ranges = config.values.get("Ranges", "").splitlines()
    return {"ranges": ", ".join(part.strip() for part in ranges if part.strip())}

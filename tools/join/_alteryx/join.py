"""Join, with the Select inside it."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.inner_select import Prefixes, lines, reorders, select_behind, unknown

TOOL = "Join"
PLUGINS = ("AlteryxBasePluginsGui.Join.Join",)
INPUTS = {"Left": "L", "Right": "R"}
OUTPUTS = {"Left": "L", "Join": "J", "Right": "R"}

_PREFIXES = Prefixes(first="Left_", others=("Right_",))


def settings(config: Configuration) -> dict[str, Any]:
    if config.element.get("joinByRecordPos", "False") == "True":
        select_behind(config, "J", _PREFIXES)
        return {"by_position": True}
    left, right = (config.fields(f"JoinInfo[@connection='{side}']/Field") for side in ("Left", "Right"))
    found: dict[str, Any] = {"by": [_pair(*pair) for pair in zip_longest(left, right, fillvalue="")]}
    if _drops_right_keys(config, left, right):
        return {**found, "right_keys": False}
    select_behind(config, "J", _PREFIXES, left)
    return found


def _pair(left: str, right: str) -> dict[str, str]:
    return {"left": left, **({"right": right} if right != left else {})}


def _drops_right_keys(config: Configuration, left: list[str], right: list[str]) -> bool:
    """Whether the list only deselects the keys of the right side, as most do: our Join can do that itself."""
    changed = [line for line in lines(config, _PREFIXES, left) if len(line) > 1]
    dropped = {line["field"] for line in changed if line.get("keep") is False}
    keys = {f"Right_{key}" if key in left else key for key in right}
    return bool(keys) and dropped == keys and len(changed) == len(keys) and unknown(config) and not reorders(config)

"""Join, with the Select inside it."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import choice, keeps_unknown

TOOL = "Join"
PLUGINS = ("AlteryxBasePluginsGui.Join.Join",)
INPUTS = {"Left": "L", "Right": "R"}
OUTPUTS = {"Left": "L", "Join": "J", "Right": "R"}

_SELECT = "SelectConfiguration/Configuration"


def settings(config: Configuration) -> dict[str, Any]:
    left, right = (_keys(config, side) for side in ("Left", "Right"))
    found: dict[str, Any] = {}
    if config.element.get("joinByRecordPos", "False") == "True":
        found["by_position"] = True
    else:
        found["by"] = [_pair(*pair) for pair in zip_longest(left, right, fillvalue="")]
    _select(config, left)
    return found


def _keys(config: Configuration, side: str) -> list[str]:
    return config.fields(f"JoinInfo[@connection='{side}']/Field")


def _pair(left: str, right: str) -> dict[str, str]:
    return {"left": left, **({"right": right} if right != left else {})}


def _select(config: Configuration, left_keys: list[str]) -> None:
    """What is deselected, renamed or retyped inside goes into a Select behind J."""
    elements = config.all(f"{_SELECT}/SelectFields/SelectField")
    named = {element.get("field", "") for element in elements}
    lines = []
    for element in elements:
        field = element.get("field", "")
        if field.startswith(("Left_", "Right_")):
            lines.append(choice(element, _joined_name(field, element.get("rename", ""), named, left_keys)))
    reorder = config.flag(f"{_SELECT}/OrderChanged")
    unknown = keeps_unknown(elements)
    if reorder or not unknown or any(len(line) > 1 for line in lines):
        order = {} if reorder else {"reorder": False}
        config.then("J", "Select", {"fields": lines, "unknown": unknown, **order})


def _joined_name(field: str, rename: str, named: set[str], left_keys: list[str]) -> str:
    """The name in J of a field that the list inside Join calls `Left_x` or `Right_x`.

    Only where both sides have an x does J call that of the right side `Right_x`; the list shows it by naming both, or
    by giving it that name.
    """
    side, _, name = field.partition("_")
    clash = rename == field or f"Left_{name}" in named or name in left_keys
    return field if side == "Right" and clash else name

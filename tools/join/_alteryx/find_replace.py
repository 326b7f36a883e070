"""Find Replace."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "FindReplace"
PLUGINS = ("AlteryxBasePluginsGui.FindReplace.FindReplace",)
INPUTS = {"Targets": "F", "Source": "R"}

_MATCH = {"FindAny": "any", "FindBegin": "beginning", "FindBeginning": "beginning", "FindWhole": "entire",
          "FindEntire": "entire", "WholeField": "entire"}  # fmt: skip


def settings(config: Configuration) -> dict[str, Any]:
    mode = config.text("FindMode", "FindAny")
    found: dict[str, Any] = {"field": config.text("FieldFind"), "find": config.text("FieldSearch")}
    if mode not in _MATCH:
        config.lost.append(f"where to look ({mode})")
    if _MATCH.get(mode, "any") != "any":
        found["match"] = _MATCH[mode]
    for theirs, ours in {"NoCase": "ignore_case", "MatchWholeWord": "whole_words"}.items():
        if config.flag(theirs):
            found[ours] = True
    return found | _result(config)


def _result(config: Configuration) -> dict[str, Any]:
    """Replace what was found, or append fields."""
    if config.text("ReplaceMode", "Replace") != "Replace":
        return {"append": config.fields("ReplaceAppendFields/Field")}
    several = {"replace_all": True} if config.flag("ReplaceMultipleFound") else {}
    return {"replace_with": config.text("ReplaceFoundField"), **several}

"""Data Cleansing, a macro with numbered questions, and its native successor Data Cleanse Pro."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import UNKNOWN, quoted_names

TOOL = "DataCleansing"
PLUGINS = ("Cleanse.yxmc", "AlteryxBasePluginsGui.DataCleansePro.DataCleansePro")

_QUESTIONS = {
    "Check Box (135)": "remove_null_records",
    "Check Box (136)": "remove_null_fields",
    "Check Box (84)": "blank_for_null",
    "Check Box (117)": "zero_for_null",
    "Check Box (15)": "trim",
    "Check Box (109)": "single_spaces",
    "Check Box (122)": "remove_whitespace",
    "Check Box (53)": "remove_letters",
    "Check Box (58)": "remove_numbers",
    "Check Box (70)": "remove_punctuation",
}
_ELEMENTS = {
    "RemoveNullRows": "remove_null_records",
    "RemoveNullColumns": "remove_null_fields",
    "RemoveLeadingAndTrailingWhitespace": "trim",
    "RemoveTabsLineBreaksAndDuplicates": "single_spaces",
    "RemoveAllWhitespaces": "remove_whitespace",
    "RemoveLetters": "remove_letters",
    "RemoveNumbers": "remove_numbers",
    "RemovePunctuation": "remove_punctuation",
}
_REPLACEMENTS = {
    "blank_for_null": ("Checkbox_ReplaceStringColumns", "radioButton_ReplaceNullwithBlanks"),
    "zero_for_null": ("Checkbox_ReplaceNumericColumns", "radioButton_ReplaceNullwithZero"),
}
"""A box to tick, and what is then chosen; the other choice is to put Null in the place of blanks or zeros."""
_STANDARD = ("blank_for_null", "zero_for_null", "trim")  # what our tool does unless told otherwise


def settings(config: Configuration) -> dict[str, Any]:
    if config.plugin.endswith(".yxmc"):
        return _macro(config)
    return _native(config)


def _macro(config: Configuration) -> dict[str, Any]:
    answers = config.values
    flags = {ours: answers.get(theirs) == "True" for theirs, ours in _QUESTIONS.items()}
    case = answers.get("Drop Down (81)", "") if answers.get("Check Box (77)") == "True" else ""
    return _settings(quoted_names(answers.get("List Box (11)", "")), flags, case)


def _native(config: Configuration) -> dict[str, Any]:
    flags = {ours: config.flag(theirs) for theirs, ours in _ELEMENTS.items()}
    for ours, (box, choice) in _REPLACEMENTS.items():
        flags[ours] = config.flag(box) and config.flag(choice, default=True)
        if config.flag(box) and not flags[ours]:
            config.lost.append("putting Null in the place of blanks or zeros")
    return _settings(config.fields("Fields/Field", name="value"), flags, config.text("ModifyCase"))


def _settings(fields: list[str], flags: dict[str, bool], case: str) -> dict[str, Any]:
    named = [field for field in fields if field != UNKNOWN]
    found: dict[str, Any] = {"fields": named} if named and UNKNOWN not in fields else {}
    found |= {name: flag for name, flag in flags.items() if flag != (name in _STANDARD)}
    return {**found, "case": case.lower()} if case.lower() in ("upper", "lower", "title") else found

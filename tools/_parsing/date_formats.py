"""Formats of dates in words, such as `dd/MM/yyyy`, as people type them."""

from __future__ import annotations

import re
from typing import Annotated

from engine.errors import ToolError
from engine.expression.languages import LANGUAGES
from engine.tool import hint

_PARTS = {
    "yyyy": "%Y", "yy": "%y", "Month": "%B", "MMMM": "%B", "Mon": "%b", "MMM": "%b", "MM": "%m", "M": "%-m",
    "EEEE": "%A", "day": "%A", "dy": "%a", "dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%H", "h": "%-H",
    "mm": "%M", "ss": "%S", "fff": "%g", "a": "%p",
}  # fmt: skip
USUAL = ["yyyy-MM-dd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d Month yyyy", "day, d Month yyyy",
         "yyyy-MM-dd hh:mm:ss", "dd.MM.yyyy hh:mm", "MM/dd/yyyy hh:mm:ss", "hh:mm:ss"]  # fmt: skip
"""Formats to choose from."""
LanguageName = Annotated[str, hint(examples=[language.called[0] for language in LANGUAGES])]
"""One of the languages of dates."""
_PART = re.compile("|".join(_PARTS) + "|[A-Za-z]+")


def in_signs(format_: str) -> str:
    """A format in words, such as `dd/MM/yyyy`, as one in signs; one that has signs already stays.

    Raises:
        ToolError: letters that are no part of a date.
    """
    if "%" in format_:
        return format_
    signs = _PART.sub(_sign, format_)
    return signs.replace("%H", "%I").replace("%-H", "%-I") if "%p" in signs else signs


def _sign(found: re.Match[str]) -> str:
    if found[0] not in _PARTS:
        raise ToolError(
            f"'{found[0]}' is no part of a date.",
            hint=f"Known are {', '.join(_PARTS)}; for other letters use signs, as in '%d of %B'.",
            setting="format",
        )
    return _PARTS[found[0]]

"""DateTime."""

from __future__ import annotations

import re
from typing import Any

from engine.alteryx import Configuration

TOOL = "DateTime"
PLUGINS = ("AlteryxBasePluginsGui.DateTime.DateTime",)


def settings(config: Configuration) -> dict[str, Any]:
    """Whether a text is read or written shows in the type of the field."""
    language = config.text("Language", "English")
    if language != "English":
        config.lost.append(f"names in the language {language}")
    return {
        "field": config.text("InputFieldName"),
        "format": _format(config.text("Format", "yyyy-MM-dd hh:mm:ss")),
        "output": config.text("OutputFieldName", "DateTime_Out"),
    }


def _format(text: str) -> str:
    """Alteryx writes `d/` for a day of one or two digits, `Mon.` for a short month; neither sign is in the text."""
    return re.sub(r"\bd/(?=\W)", "d", text).replace("Mon.", "Mon")

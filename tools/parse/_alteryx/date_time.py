"""DateTime."""

from __future__ import annotations

import re
from typing import Any

from engine.alteryx import Configuration
from engine.expression.languages import find_language

TOOL = "DateTime"
PLUGINS = ("AlteryxBasePluginsGui.DateTime.DateTime",)


def settings(config: Configuration) -> dict[str, Any]:
    """Whether a text is read or written shows in the type of the field."""
    language = config.text("Language", "English")
    if find_language(language) is None:
        config.lost.append(f"names in the language {language}")
        language = "English"
    return {
        **({"language": language} if language != "English" else {}),
        "field": config.text("InputFieldName"),
        "format": _format(config.text("Format", "yyyy-MM-dd hh:mm:ss")),
        "output": config.text("OutputFieldName", "DateTime_Out"),
    }


def _format(text: str) -> str:
    """Alteryx writes `d/` for a day of one or two digits, `Mon.` for a short month; neither sign is in the text."""
    return re.sub(r"\bd/(?=\W)", "d", text).replace("Mon.", "Mon")

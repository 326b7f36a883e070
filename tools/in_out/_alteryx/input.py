"""Input Data."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from engine.alteryx import Configuration
from tools.in_out._alteryx._places import Place, delimiter, encoding, place

TOOL = "Input"
PLUGINS = ("AlteryxBasePluginsGui.DbFileInput.DbFileInput",)

_OPTIONS = "FormatSpecificOptions"
_QUOTES = {"DoubleQuotes": '"', "SingleQuotes": "'", "None": ""}


def settings(config: Configuration) -> dict[str, Any]:
    found = place(config, "Read")
    limit = config.attribute("File", "RecordLimit")
    name = config.attribute("File", "OutputFileName").lower()
    settings: dict[str, Any] = {"path": _searched(config, found.path)}
    if found.named:
        settings["format"] = found.kind
    if limit.isdecimal():
        settings["limit"] = int(limit)
    if name not in ("", "no", "false"):
        settings["file_name_field"] = "path" if "path" in name else "name"
    if found.kind == "csv":
        settings["csv"] = _csv(config)
    if found.kind == "xlsx":
        settings |= _xlsx(config, found)
    return settings


def _searched(config: Configuration, path: str) -> str:
    if config.attribute("File", "SearchSubDirs") != "True":
        return path
    place_ = PurePosixPath(path)
    return str(place_.parent / "**" / place_.name)


def _csv(config: Configuration) -> dict[str, Any]:
    """All fields of a text file are text in Alteryx."""
    found: dict[str, Any] = {"delimiter": delimiter(config.text(f"{_OPTIONS}/Delimeter", ","))}
    quote = _QUOTES.get(config.text(f"{_OPTIONS}/IgnoreQuotes", "DoubleQuotes"), '"')
    if found["delimiter"] == "\x01":
        quote = ""
    if not config.flag(f"{_OPTIONS}/HeaderRow", default=True):
        found["header"] = False
    if config.number(f"{_OPTIONS}/ImportLine", 1) > 1:
        found["start_line"] = config.number(f"{_OPTIONS}/ImportLine", 1)
    if quote != '"':
        found["quote"] = quote
    if config.flag(f"{_OPTIONS}/IgnoreErrors"):
        found["bad_records"] = "skip"
    return {**found, "encoding": encoding(config), "types": "text"}


def _xlsx(config: Configuration, found: Place) -> dict[str, Any]:
    options: dict[str, Any] = {"sheet": found.sheet} if found.sheet else {}
    if config.flag(f"{_OPTIONS}/FirstRowData"):
        options["header"] = False
    if config.number(f"{_OPTIONS}/ImportLine", 1) > 1:
        options["start_row"] = config.number(f"{_OPTIONS}/ImportLine", 1)
    return {"xlsx": options} if options else {}

"""Output Data."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools.in_out._alteryx._places import delimiter, encoding, place

TOOL = "Output"
PLUGINS = ("AlteryxBasePluginsGui.DbFileOutput.DbFileOutput",)

_OPTIONS = "FormatSpecificOptions"
_FROM_FIELD = {"Suffix": "suffix", "Prefix": "prefix", "FileName": "name", "Path": "path"}


def settings(config: Configuration) -> dict[str, Any]:
    found = place(config, "Write")
    settings: dict[str, Any] = {"path": found.path}
    if found.named:
        settings["format"] = found.kind
    if config.attribute("File", "MaxRecords").strip("0 "):
        config.lost.append(f"at most {config.attribute('File', 'MaxRecords')} records a file")
    if config.flag("MultiFile"):
        settings |= _name_from(config)
    if found.kind == "csv":
        settings["csv"] = _csv(config)
    if found.kind == "xlsx":
        settings |= {"xlsx": {"sheet": found.sheet}} if found.sheet else {}
    option = config.text(f"{_OPTIONS}/OutputOption")
    if option and not option.startswith(("Overwrite", "Create")):
        config.lost.append(f"the output option {option}: the whole file is written anew")
    return settings


def _name_from(config: Configuration) -> dict[str, Any]:
    """The file's name from a field."""
    mode = config.text("MultiFileType", "Suffix")
    if mode not in _FROM_FIELD:
        config.lost.append(f"names from the field [{config.text('MultiFileField')}] in the way {mode}")
        return {}
    found: dict[str, Any] = {"field": config.text("MultiFileField"), "mode": _FROM_FIELD[mode]}
    if not config.flag("KeepField", default=True):
        found["keep"] = False
    return {"name_from": found}


def _csv(config: Configuration) -> dict[str, Any]:
    written = delimiter(config.text(f"{_OPTIONS}/Delimeter", ","))
    found: dict[str, Any] = {"delimiter": written}
    if not config.flag(f"{_OPTIONS}/HeaderRow", default=True):
        found["header"] = False
    if written == "\x01":
        found["quote"] = "never"
    elif config.flag(f"{_OPTIONS}/ForceQuotes"):
        found["quote"] = "always"
    if config.text(f"{_OPTIONS}/LineEndStyle", "CRLF") == "CRLF":
        found["line_ending"] = "crlf"
    encoded = encoding(config)
    if config.flag(f"{_OPTIONS}/WriteBOM") and encoded == "utf-8":
        found["bom"] = True
    return {**found, "encoding": encoded}

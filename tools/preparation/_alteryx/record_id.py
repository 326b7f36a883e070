"""Record ID, and the tool of the same purpose with groups from the OmniBus set."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration, Unsupported
from tools._alteryx.fields import quoted_names

TOOL = "RecordID"
PLUGINS = ("AlteryxBasePluginsGui.RecordID.RecordID", "OmniBus.GroupedRecordID")


def settings(config: Configuration) -> dict[str, Any]:
    if config.plugin.startswith("OmniBus"):
        return _grouped(config)
    last, by = config.number("Position", 0) == 1, config.fields("GroupFields/Field")
    return _settings(config, config.number("StartValue", 1), config.number("FieldSize", 6), last, by)


def _grouped(config: Configuration) -> dict[str, Any]:
    if quoted_names(config.text("SortingFields", '""')) != [""]:
        raise Unsupported("it numbers records in an order of its own; use Sort and RecordID")
    by = [name for name in quoted_names(config.text("GroupingFields", '""')) if name]
    start, size = config.number("StartingValue", 1), config.number("StringSize", 6)
    return _settings(config, start, size, config.flag("LastColumn"), by)


def _settings(config: Configuration, start: int, size: int, last: bool, by: list[str]) -> dict[str, Any]:
    type_ = config.text("FieldType", "Int32")
    found: dict[str, Any] = {"field": config.text("FieldName", "RecordID"), "start": start, "type": type_}
    if type_.endswith("String"):
        found["size"] = size
    if last:
        found["position"] = "last"
    return {**found, "by": by} if by else found

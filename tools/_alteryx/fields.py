"""Fields as Alteryx's tools list them: type, size, what is kept and what it is called."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import Configuration
from engine.types import TEXTS, Field, FieldType

UNKNOWN = "*Unknown"
"""How Alteryx calls the fields that a list does not name."""


def typed(type_: str, size: str) -> dict[str, Any]:
    """A type with its size and scale as our settings have them; nothing where Alteryx says no type we know."""
    if type_ not in FieldType.__members__:
        return {}
    kind = FieldType(type_)
    settings: dict[str, Any] = {"type": type_}
    whole, _, decimals = size.partition(".")
    if kind is FieldType.FixedDecimal and whole.isdecimal():
        settings |= {"size": int(whole), "scale": int(decimals) if decimals.isdecimal() else 0}
    elif kind in TEXTS and whole.isdecimal() and int(whole) != Field("", kind).size:
        settings["size"] = int(whole)
    return settings


def choices(elements: list[Element]) -> list[dict[str, Any]]:
    """The lines of a Select from `<SelectField>` elements; fields that stay as they are included."""
    return [choice(element, element.get("field", "")) for element in elements if element.get("field") != UNKNOWN]


def choice(element: Element, field: str) -> dict[str, Any]:
    """The line of a Select for one field."""
    line: dict[str, Any] = {"field": field}
    if element.get("selected", "True") == "False":
        return {**line, "keep": False}
    if element.get("rename") and element.get("rename") != field:
        line["rename"] = element.get("rename")
    line |= typed(element.get("type", ""), element.get("size", ""))
    if element.get("description"):
        line["description"] = element.get("description")
    return line


def keeps_unknown(elements: list[Element]) -> bool:
    """Whether fields that the list does not name leave too."""
    return all(element.get("selected") != "False" for element in elements if element.get("field") == UNKNOWN)


def chosen(config: Configuration) -> list[str]:
    """The names in `<Fields>` that are chosen; none where all are that come, also those that are not known yet."""
    names = config.fields("Fields/Field", name="name")
    if UNKNOWN not in names:
        return names
    left_out = [field.get("name", "") for field in config.all("Fields/Field") if field.get("selected") == "False"]
    if left_out:
        config.lost.append(f"that {', '.join(left_out)} stay as they are")
    return []


def quoted_names(text: str) -> list[str]:
    """The fields in a macro's answer: `"name","city"` or `name=True,city=False`."""
    if text.lstrip().startswith('"'):
        return [part.strip().strip('"') for part in text.split('",')]
    chosen = [part.rpartition("=") for part in text.split(",") if part.strip()]
    return [name.strip() for name, _, answer in chosen if answer.strip() == "True"]


def separator(text: str) -> str:
    r"""What stands between values: Alteryx writes `\s` for a blank, `\t` for a tab, `\n` for a line break."""
    for written, meant in {"\\s": " ", "\\t": "\t", "\\n": "\n"}.items():
        text = text.replace(written, meant)
    return text

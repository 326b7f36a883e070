"""The Select that Alteryx's joining tools have inside, as a Select behind ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import Configuration
from tools._alteryx.fields import choice, keeps_unknown

_SELECT = "SelectConfiguration/Configuration"


@dataclass(frozen=True)
class Prefixes:
    """How the list inside marks which input a field is from: `Left_x` and `Right_x`.

    Our tools, as Alteryx's, call a field of the others so only where the first input has one of that name.
    """

    first: str
    others: tuple[str, ...]

    def name(self, element: Element, named: Collection[str], keys: Collection[str] = ()) -> str:
        """What a field of the list is called behind our tool; empty where it is marked by none.

        That a name is taken shows in the list: it has the field of the first input too, or it gives the other one its
        own name with the prefix; and what both sides are joined by is in both.
        """
        field = element.get("field", "")
        if field.startswith(self.first):
            return field.removeprefix(self.first)
        for prefix in self.others:
            if field.startswith(prefix):
                name = field.removeprefix(prefix)
                taken = element.get("rename") == field or self.first + name in named or name in keys
                return field if taken else name
        return ""


def lines(config: Configuration, prefixes: Prefixes, keys: Collection[str] = ()) -> list[dict[str, Any]]:
    """What the list says of each field."""
    elements = config.all(f"{_SELECT}/SelectFields/SelectField")
    named = {element.get("field", "") for element in elements}
    found = [(element, prefixes.name(element, named, keys)) for element in elements]
    return [choice(element, name) for element, name in found if name]


def reorders(config: Configuration) -> bool:
    """Whether the list says an order."""
    return config.flag(f"{_SELECT}/OrderChanged")


def unknown(config: Configuration) -> bool:
    """Whether fields leave that the list does not name."""
    return keeps_unknown(config.all(f"{_SELECT}/SelectFields/SelectField"))


def select_behind(config: Configuration, anchor: str, prefixes: Prefixes, keys: Collection[str] = ()) -> None:
    """Put a Select behind an output where the list changes anything."""
    every = lines(config, prefixes, keys)
    changed = [line for line in every if len(line) > 1]
    if reorders(config):
        config.then(anchor, "Select", {"fields": every, "unknown": unknown(config)})
    elif changed or not unknown(config):
        fields = changed if unknown(config) else every
        config.then(anchor, "Select", {"fields": fields, "unknown": unknown(config), "reorder": False})

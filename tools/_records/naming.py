"""Names for fields that a tool adds."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import ToolError


def free_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or with the first number behind it, from 2, that is not taken: names differ by more than case."""
    names = {known.casefold() for known in taken}
    number, free = 1, name
    while free.casefold() in names:
        number += 1
        free = f"{name}{number}"
    return free


def check_new(name: str, taken: Iterable[str], setting: str) -> str:
    """A name that the user gave to a new field.

    Raises:
        ToolError: it is empty, or a field of the input is called so.
    """
    if not name.strip():
        raise ToolError("The new field has no name.", hint="Type one.", setting=setting)
    if name.casefold() in (known.casefold() for known in taken):
        raise ToolError(f"There is a field [{name}] already.", hint="Choose another name.", setting=setting)
    return name

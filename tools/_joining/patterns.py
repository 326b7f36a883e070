"""One regular expression for many fixed texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

_END = ""


def any_of(texts: Iterable[str], match: Literal["any", "beginning", "entire"], whole_words: bool) -> re.Pattern[str]:
    """A pattern that finds the longest of these texts at each place; none where there is no text.

    Shared beginnings stand once, so that a search takes little longer for a thousand texts than for one.
    """
    tree: dict[str, Any] = {}
    for text in texts:
        branch = tree
        for letter in text:
            branch = branch.setdefault(letter, {})
        branch[_END] = {}
    inside = _written(tree) if tree else "(?!)"
    words = (r"(?<!\w)", r"(?!\w)") if whole_words else ("", "")
    before, after = {"any": ("", ""), "beginning": (r"\A", ""), "entire": (r"\A", r"\Z")}[match]
    return re.compile(f"{before}{words[0]}{inside}{words[1]}{after}")


def _written(root: dict[str, Any]) -> str:
    """The tree as a pattern, deepest branches first; without recursion, for texts of any length."""
    order = [root]
    for branch in order:
        order.extend(branch[letter] for letter in branch if letter != _END)
    written: dict[int, str] = {}
    for branch in reversed(order):
        choices = [re.escape(letter) + written.pop(id(branch[letter])) for letter in branch if letter != _END]
        if not choices:
            written[id(branch)] = ""
        elif len(choices) == 1 and _END not in branch:
            written[id(branch)] = choices[0]
        else:
            written[id(branch)] = f"(?:{'|'.join(choices)}){'?' if _END in branch else ''}"
    return written[id(root)]

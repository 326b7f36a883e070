"""Names for what is imported: short, readable, and each once."""

from __future__ import annotations

import re

from engine.catalog import snake_case

_LONGEST = 40


class Names:
    """Gives names out. Nodes, containers and comments share one name space, as the layout does."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, wanted: str, tool: str, id_: str) -> str:
        """What the user called it, else tool and number, as in Alteryx's messages: `filter_21`."""
        name = _plain(wanted) or _plain(f"{snake_case(tool)}_{id_}")
        name = name if name[:1].isalpha() else f"tool_{name}"
        free, number = name, 1
        while free in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        return free


def _plain(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")[:_LONGEST].rstrip("_").lower()

"""Names of files that come from data: made safe, and kept within the workflow's folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from engine.errors import ToolError
from engine.tool import Config, FieldName, Home

NameMode = Literal["suffix", "prefix", "name", "path"]
"""Where a value goes in a file name; for sales.csv and East: `sales_East.csv`, `East_sales.csv`, `East.csv`, or the
value is the whole path."""


class NameFrom(Config):
    """A field whose values go into file names."""

    field: FieldName
    """The field whose value goes into the file name."""
    mode: NameMode = "suffix"
    """Where it goes, for sales.csv and the value East: suffix `sales_East.csv`, prefix `East_sales.csv`, name
    `East.csv`. With path the value is the whole path, such as `regions/East.csv`."""


_FORBIDDEN = re.compile(r'[\0-\x1f<>:"/\\|?*]')
_LONGEST = 200  # characters of a name: file systems take 255 bytes or so, with room for a number and an ending


def safe(text: str) -> str:
    """A text without what must not stand in a name."""
    return _FORBIDDEN.sub("_", text)


def file_name(text: str, default: str) -> str:
    """A text as the name of a file or folder; `default` where nothing is left of it."""
    name = safe(text)[:_LONGEST].strip(" .")
    while len(name.encode(errors="replace")) > _LONGEST:
        name = name[:-1]
    return name or default


def named(path: Path, ending: str, mode: Literal["suffix", "prefix", "name"], value: str) -> Path:
    """The path with a value in its name.

    Args:
        path: with a name that ends in `ending`.
        ending: what stays behind the name, such as `.csv.gz`.
        mode: where the value goes.
        value: any text.
    """
    stem, text = path.name.removesuffix(ending), safe(value)
    names = {"suffix": f"{stem}_{text}", "prefix": f"{text}_{stem}", "name": text or "_"}
    return path.with_name(names[mode] + ending)


def within(home: Home, value: str, ending: str = "") -> Path:
    """The path that a value names. Where data decides where files go, they may not leave the workflow's folder.

    Args:
        home: the workflow.
        value: the path.
        ending: what it must end in; empty: anything.

    Raises:
        ToolError: it leads elsewhere, or ends otherwise.
    """
    path = home.path(value)
    try:
        inside = path.resolve().is_relative_to(home.folder.resolve())
    except (OSError, ValueError):  # a name with a null character, or a link that leads to itself
        inside = False
    if not inside or (ending and path.suffix != ending):
        kind = f" of a {ending} file" if ending else ""
        raise ToolError(
            f"'{value}' is no path{kind} within the workflow's folder.",
            hint="Change the values with Formula first.",
            setting="name_from.field",
        )
    return path

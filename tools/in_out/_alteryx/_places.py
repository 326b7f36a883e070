"""Where Input and Output Data find and put records: paths with sheets, formats, code pages."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.alteryx import Configuration, Unsupported
from tools.in_out import formats
from tools.in_out.formats import Direction

_DATABASE = re.compile(r"^(?P<kind>[A-Za-z]{2,}[\w ]*):(?!/)")  # odbc:DSN=..., aka:..., snowbl:..., oci:...
_TEXT_FORMAT = "0"  # Alteryx's code for delimited text, whatever the extension


@dataclass(frozen=True)
class Place:
    """A file, its format where the extension does not say it, and the sheet of a workbook."""

    path: str
    kind: str
    named: bool
    sheet: str


def place(config: Configuration, direction: Direction) -> Place:
    """The file of an Input or Output Data.

    Raises:
        Unsupported: it is a database, or a format that flowrun does not know.
    """
    written, _, inside = config.text("File").partition("|")
    if match := _DATABASE.match(written.strip()):
        raise Unsupported(f"it works on a database ({match['kind']}), not on a file")
    path = config.path(written)
    kind, named = _kind(config, path, direction)
    return Place(path, kind, named, _sheet(config, inside) if kind == "xlsx" else "")


def _kind(config: Configuration, path: str, direction: Direction) -> tuple[str, bool]:
    """Our format, and whether it has to be named."""
    ends = formats.suffixes(PurePosixPath(path))
    able = {name: formats.extensions(module, direction) for name, module in formats.formats().items()}
    found = next((name for end in ends for name, known in able.items() if end in known), "")
    if config.attribute("File", "FileFormat") == _TEXT_FORMAT:
        return "csv", found != "csv"
    if not found and path:
        code = config.attribute("File", "FileFormat")
        raise Unsupported(f"flowrun does not {direction.lower()} files such as {path} (Alteryx's format {code})")
    return found, False


def _sheet(config: Configuration, inside: str) -> str:
    """The sheet's name in ``||`Sheet1$` ``; a range of cells behind it is lost."""
    name, _, cells = inside.strip("|").strip("`'").partition("$")
    if cells.strip("`'"):
        config.lost.append(f"the range of cells {cells}")
    if name.startswith("<"):
        config.lost.append(f"what is read is {name}, not a sheet")
    return "" if name.startswith("<") else name


def delimiter(text: str) -> str:
    r"""A delimiter as one character: `\t` is a tab; `\0` means that there is none, so that a line is one value."""
    return {"\\t": "\t", "\\0": "\x01", "\\s": " "}.get(text, text)


def encoding(config: Configuration) -> str:
    """Python's name of a Windows code page; utf-8, with a note, where it has none."""
    page = config.number("FormatSpecificOptions/CodePage", 65001)
    special = {65001: "utf-8", 1200: "utf-16-le", 1201: "utf-16-be", 20127: "ascii"}
    name = special.get(page) or (f"iso8859-{page - 28590}" if 28591 <= page <= 28606 else f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        config.lost.append(f"the code page {page}")
        return "utf-8"
    return "latin-1" if page == 28591 else name

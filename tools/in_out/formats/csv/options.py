"""How a text file is written."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as ConfigField

from engine.tool import Config, hint


def _one_character(value: str) -> str:
    value = value.replace("\\t", "\t")
    if len(value) != 1 or not value.isascii() or value in "\r\n":
        raise ValueError(f"a delimiter is one ASCII character such as ',' or '\\t', not {value!r}")
    return value


def _known_encoding(value: str) -> str:
    try:
        codecs.lookup(value)
    except LookupError:
        raise ValueError(f"there is no encoding {value!r}; try utf-8, cp1252, latin-1 or utf-16") from None
    return value


Delimiter = Annotated[str, AfterValidator(_one_character)]
Encoding = Annotated[
    str, AfterValidator(_known_encoding), hint(examples=["utf-8", "cp1252", "latin-1", "utf-16", "shift_jis"])
]

_DELIMITERS = [",", ";", "|", r"\t"]


class ReadOptions(Config):
    delimiter: Annotated[Delimiter | None, hint(none="Automatic", examples=_DELIMITERS)] = None
    """What stands between two values; left out, whichever of comma, semicolon, tab and bar the first line has most
    of."""
    header: bool = True
    """Whether the first line holds the field names."""
    start_line: int = ConfigField(default=1, ge=1)
    """The line to begin with, counted from 1; those above are passed over."""
    quote: Literal['"', "'", ""] = '"'
    """What encloses values that hold a delimiter or a line break; empty where nothing does."""
    encoding: Encoding = "utf-8"
    """How the file's characters are stored: utf-8, cp1252 (Windows), latin-1, utf-16, shift_jis, ..."""
    types: Literal["infer", "text"] | dict[str, str] = "infer"
    """`infer` finds the types from the first 20,000 records, `text` leaves everything text, and types by name
    (`{zip: V_WString, price: FixedDecimal(19.2)}`) settle some fields and find the others."""
    bad_records: Literal["stop", "skip"] = "stop"
    """What to do with a record that has too few or too many values."""


class WriteOptions(Config):
    delimiter: Annotated[Delimiter | None, hint(none="Automatic", examples=_DELIMITERS)] = None
    """What to put between two values; left out, a tab in .tsv files and a comma in others."""
    header: bool = True
    """Whether to write the field names as first line."""
    quote: Literal["needed", "always", "never"] = "needed"
    """Which values to put in quotes: those that need it, all, or none (then one that needs it is an error)."""
    line_ending: Literal["lf", "crlf"] = "lf"
    """How lines end: lf as everywhere, crlf for old Windows programs."""
    encoding: Encoding = "utf-8"
    """How to store characters: utf-8, cp1252 (Windows), latin-1, utf-16, ..."""
    bom: bool = False
    """Whether a utf-8 file begins with a byte order mark, by which Excel knows that it is utf-8."""

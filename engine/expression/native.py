"""What SQL cannot say: functions in Python that the session knows, over whole columns."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from engine.expression import finance
from engine.expression.languages import find_language


def file_exists(folder: pa.Array, path: pa.Array) -> pa.Array:
    return _each(pa.bool_(), _exists, folder, path)


def _exists(folder: str, path: str) -> bool:
    try:
        return (Path(folder) / Path(path).expanduser()).exists()
    except (OSError, ValueError, RuntimeError):  # no such user, a NUL, a name too long: nothing of the kind exists
        return False


def normalize(text: pa.Array, form: pa.Array) -> pa.Array:
    return _each(pa.string(), lambda value, name: unicodedata.normalize(name, value), text, form)


def md5_utf16(text: pa.Array) -> pa.Array:
    return _each(
        pa.string(), lambda value: hashlib.md5(value.encode("utf-16-le"), usedforsecurity=False).hexdigest(), text
    )


def from_code_page(text: pa.Array, codec: pa.Array) -> pa.Array:
    """Texts whose characters are the bytes of a code page."""
    return _each(pa.string(), lambda value, name: _recoded(value, "latin-1", name), text, codec)


def to_code_page(text: pa.Array, codec: pa.Array) -> pa.Array:
    """Texts as the bytes of a code page, a character each."""
    return _each(pa.string(), lambda value, name: _recoded(value, name, "latin-1"), text, codec)


def _recoded(text: str, encoding: str, decoding: str) -> str | None:
    try:
        return text.encode(encoding).decode(decoding)
    except UnicodeError:
        return None


def to_local(moment: pa.Array, zone: pa.Array) -> pa.Array:
    """Times of UTC as those of a zone; of this machine where its name is empty."""
    return _each(_MOMENT, lambda value, name: _moved(value.replace(tzinfo=UTC), _zone(name)), moment, zone)


def to_utc(moment: pa.Array, zone: pa.Array) -> pa.Array:
    """Times of a zone as those of UTC."""
    return _each(_MOMENT, lambda value, name: _moved(value.replace(tzinfo=_zone(name)), UTC), moment, zone)


def offset(moment: pa.Array, zone: pa.Array) -> pa.Array:
    """How far the zones of these times are from UTC, such as +0200."""
    return _each(pa.string(), lambda value, name: f"{_placed(value, name):%z}", moment, zone)


def zone_name(moment: pa.Array, zone: pa.Array) -> pa.Array:
    """What the zones of these times are called, such as CEST."""
    return _each(pa.string(), lambda value, name: f"{_placed(value, name):%Z}", moment, zone)


def in_english(text: pa.Array, language: pa.Array, signs: pa.Array) -> pa.Array:
    """Texts with names of months and days, put into English."""
    return _each(pa.string(), _in_english, text, language, signs)


def _in_english(text: str, language: str, signs: str) -> str:
    found = find_language(language)
    assert found is not None
    return found.in_english(text, signs)


def range_median(least: pa.Array, count: pa.Array) -> pa.Array:
    """The medians of values that are counted by ranges; see `RangeMedian`."""
    return _each(pa.float64(), _range_median, least, count)


def _range_median(least: list[float | None], count: list[float | None]) -> float | None:
    ranges = [(low, max(number or 0.0, 0.0)) for low, number in zip(least, count, strict=True) if low is not None]
    left = sum(number for _, number in ranges) / 2
    for (low, number), (high, _) in pairwise([*ranges, ranges[-1]] if ranges else []):
        if number and left <= number:
            return low + (high - low) * left / number
        left -= number
    return None


def _placed(moment: datetime, name: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(name)) if name else moment.astimezone()


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name else None


def _moved(moment: datetime, zone: Any) -> datetime | None:
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):  # beyond the calendar, or beyond what the system knows
        return None


_MOMENT = pa.timestamp("us")


def soundex(text: pa.Array) -> pa.Array:
    return _each(pa.string(), _soundex, text)


def _financial(function: Callable[..., float | None]) -> Callable[..., pa.Array]:
    """Over columns; a list that holds Null gives Null."""

    def apply(*row: Any) -> float | None:
        complete = all(None not in value for value in row if isinstance(value, list))
        return function(*row) if complete else None

    @wraps(function)  # DuckDB counts the arguments
    def over_columns(*columns: pa.Array) -> pa.Array:
        return _each(pa.float64(), apply, *columns)

    return over_columns


_CODES = {
    letter: code for code, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for letter in letters
}


def _soundex(name: str) -> str:
    letters = [letter for letter in name.upper() if "A" <= letter <= "Z"]
    if not letters:
        return ""
    code, last = letters[0], _CODES.get(letters[0])
    for letter in letters[1:]:
        number = _CODES.get(letter)
        if number and number != last:
            code += str(number)
        if letter not in "HW":  # these do not separate equal codes, vowels do
            last = number
    return code[:4].ljust(4, "0")


def _each(type_: pa.DataType, function: Callable[..., Any], *columns: pa.Array) -> pa.Array:
    """`function` of every record; Null where one argument is."""
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([None if None in row else function(*row) for row in rows], type_)


PYTHON_FUNCTIONS: dict[str, tuple[Callable[..., Any], list[str], str]] = {
    "flowrun_file_exists": (file_exists, ["VARCHAR", "VARCHAR"], "BOOLEAN"),
    "flowrun_normalize": (normalize, ["VARCHAR", "VARCHAR"], "VARCHAR"),
    "flowrun_md5_utf16": (md5_utf16, ["VARCHAR"], "VARCHAR"),
    "flowrun_soundex": (soundex, ["VARCHAR"], "VARCHAR"),
    "flowrun_from_code_page": (from_code_page, ["VARCHAR", "VARCHAR"], "VARCHAR"),
    "flowrun_to_code_page": (to_code_page, ["VARCHAR", "VARCHAR"], "VARCHAR"),
    "flowrun_to_local": (to_local, ["TIMESTAMP", "VARCHAR"], "TIMESTAMP"),
    "flowrun_to_utc": (to_utc, ["TIMESTAMP", "VARCHAR"], "TIMESTAMP"),
    "flowrun_offset": (offset, ["TIMESTAMP", "VARCHAR"], "VARCHAR"),
    "flowrun_zone_name": (zone_name, ["TIMESTAMP", "VARCHAR"], "VARCHAR"),
    "flowrun_in_english": (in_english, ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR"),
    "flowrun_range_median": (range_median, ["DOUBLE[]", "DOUBLE[]"], "DOUBLE"),
    "flowrun_finance_npv": (_financial(finance.npv), ["DOUBLE", "DOUBLE[]"], "DOUBLE"),
    "flowrun_finance_irr": (_financial(finance.irr), ["DOUBLE[]"], "DOUBLE"),
    "flowrun_finance_mirr": (_financial(finance.mirr), ["DOUBLE", "DOUBLE", "DOUBLE[]"], "DOUBLE"),
    "flowrun_finance_xnpv": (_financial(finance.xnpv), ["DOUBLE", "DOUBLE[]", "DATE[]"], "DOUBLE"),
    "flowrun_finance_xirr": (_financial(finance.xirr), ["DOUBLE[]", "DATE[]"], "DOUBLE"),
    "flowrun_finance_mxirr": (_financial(finance.mxirr), ["DOUBLE", "DOUBLE", "DOUBLE[]", "DATE[]"], "DOUBLE"),
    "flowrun_finance_rate": (_financial(finance.rate), [*["DOUBLE"] * 4, "BOOLEAN"], "DOUBLE"),
}
"""By the name that SQL knows them: the function, the types of its arguments, the type of its result."""

"""What SQL cannot say: functions in Python that the session knows, over whole columns."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa


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


def soundex(text: pa.Array) -> pa.Array:
    return _each(pa.string(), _soundex, text)


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
}
"""By the name that SQL knows them: the function, the types of its arguments, the type of its result."""

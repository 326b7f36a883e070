"""The values of a JSON file one by one, of an array or one after the other; a part of it is in memory at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from tools._parsing.texts import storable

_CHUNK = 1 << 20  # characters read at a time
_MOST = 64 << 20  # characters of one value: past that, something is never closed
_BETWEEN = re.compile(r"[\s,]*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read(text: str) -> Any:
    """The value of a whole text.

    Raises:
        json.JSONDecodeError: it is no JSON.
    """
    value = json.loads(text)
    return _storable(value) if _HALF.search(text) else value


def values(file: TextIO) -> Iterator[tuple[int, Any]]:
    """Each value with the line in which it begins, counted from 1.

    Raises:
        json.JSONDecodeError: what stands there is no JSON; `lineno` counts from the start of the file.
    """
    decoder = json.JSONDecoder()
    text, line, in_array = "", 1, False
    while chunk := file.read(_CHUNK):
        text += chunk
        place = 0
        while True:
            start = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing, too
            line += text.count("\n", place, start)
            place = start
            if text.startswith("[", place) and not in_array:
                in_array, place = True, place + 1
                continue
            if text.startswith("]", place) and in_array:
                _check_rest(text[place + 1 :] + file.read(_CHUNK), line)
                return
            try:
                value, end = decoder.raw_decode(text, place)
            except json.JSONDecodeError as error:
                if len(text) - place > _MOST:
                    raise _at(error, line + error.lineno - 1) from None
                break  # the rest of it may be in the next part
            yield line, _storable(value) if _HALF.search(text, place, end) else value
            line += text.count("\n", place, end)
            place = end
        text = text[place:]
    if text.strip(", \t\r\n") or in_array:
        try:
            decoder.decode(text)
        except json.JSONDecodeError as error:
            raise _at(error, line + error.lineno - 1) from None
        raise json.JSONDecodeError("the list is never closed", text, len(text))


def _storable(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {storable(key): _storable(item) for key, item in value.items()}
    return value


def _check_rest(rest: str, line: int) -> None:
    if rest.strip():
        raise _at(json.JSONDecodeError("something stands behind the list", rest, 0), line)


def _at(error: json.JSONDecodeError, line: int) -> json.JSONDecodeError:
    """The same error, with its line in the file."""
    error.lineno = line
    return error

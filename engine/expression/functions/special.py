"""What fits nowhere else."""

from __future__ import annotations

import os
from collections.abc import Sequence

from engine.expression import convert
from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.value import TEXT, Value, literal
from engine.remarks import remark_sql
from engine.sql import in_template

READABLE = "FLOWRUN_READABLE"
"""The environment variable that names those a workflow may read, with commas between."""


def _environment(taken: Sequence[Value]) -> str:
    """A workflow may come from anywhere, and the environment holds passwords: only what the user names is read."""
    name, place = str(taken[0].constant), taken[0].place
    readable = [READABLE, *(known.strip() for known in os.environ.get(READABLE, "").split(","))]
    if name not in readable:
        hint = f"To allow it, start flowrun with {READABLE}={name} in the environment."
        raise Mistake(f"This workflow may not read the environment variable {name}", place.start, place.end, hint=hint)
    return in_template(f"CAST({literal(os.environ.get(name)).sql} AS VARCHAR)")


_LEVELS = {1: "info", 2: "warning", 3: "error", 5: "conversion_error", 8: "info", 9: "info"}


def _message(taken: Sequence[Value]) -> str:
    level, _, result = taken
    if level.constant not in _LEVELS:
        hint = "1 is a message, 2 a warning, 3 an error, 5 a conversion error."
        raise Mistake(f"{level.constant} is no kind of message", level.place.start, level.place.end, hint=hint)
    said = remark_sql("{record}", f"'{_LEVELS[level.constant]}'", "coalesce({message}, '')")
    return f"coalesce(CAST({said} AS {convert.SQL_NAME[result.type or TEXT]}), {{result}})"


FUNCTIONS = [
    Function("Specialised", "Null() -> null", "No value.", "Null()", None, "NULL"),
    Function(
        "Specialised",
        "Coalesce(*values: same) -> same",
        "The first that is not Null.",
        "Coalesce(Null(), 'a', 'b')",
        "a",
        "coalesce({values})",
    ),
    Function(
        "Specialised",
        "GetVal(number: integer, *values: same) -> same",
        "The value with this number, counted from 0; Null if there are fewer.",
        "GetVal(1, 'a', 'b')",
        "b",
        "CASE WHEN {number} >= 0 THEN ([{values}])[{number} + 1] END",
    ),
    Function(
        "Specialised",
        "TopNIDX(number: integer, *values: same) -> integer",
        "Which value is the greatest (number 0), the second greatest (1), ...; values count from 0.",
        "TopNIDX(1, 3, 7, 5)",
        2,
        "CASE WHEN {number} >= 0 THEN list_grade_up([{values}], 'DESC', 'NULLS LAST')[{number} + 1] - 1 END",
    ),
    Function(
        "Specialised",
        "RangeMedian(*from: number, *count: number) -> number",
        "The median of values that are only counted by ranges: where each begins and how many are in it, in ascending "
        "order. A range ends where the next begins, the values spread evenly in it; write the end of the last with a "
        "count of 0, else its beginning stands for it.",
        "RangeMedian(0, 10, 10, 20, 20, 10, 40, 0)",
        15.0,
        "flowrun_range_median([{from}], [{count}])",
    ),
    Function(
        "Specialised",
        "EscapeXMLMetacharacters(text: text) -> text",
        "With & < > and quotes as XML writes them.",
        "EscapeXMLMetacharacters('a < b')",
        "a &lt; b",
        "replace(replace(replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '\"', "
        "'&quot;'), '''', '&apos;')",
    ),
    Function(
        "Specialised",
        "UrlEncode(text: text) -> text",
        "As part of a web address, in UTF-8.",
        "UrlEncode('a b&c')",
        "a%20b%26c",
        "url_encode({text})",
    ),
    Function(
        "Specialised",
        "Soundex(text: text) -> text",
        "A code of a letter and three digits, the same for names that sound alike in English.",
        "Soundex('Robert')",
        "R163",
        "flowrun_soundex({text})",
    ),
    Function(
        "Specialised",
        "Message(type: integer!, message: text, result: any) -> last",
        "The result, and a message with the record's number: type 1 says something, 2 warns, 3 stops the tool, 5 is a "
        "conversion error. Use it within IF.",
        "IF 2 > 1 THEN Message(2, 'Out of range', 'late') ELSE 'in time' ENDIF",
        "late",
        _message,
    ),
    Function(
        "Specialised",
        "Soundex_Digits(text: text) -> text",
        "The first four digits of a text, or the Soundex code if it has no digit.",
        "Soundex_Digits('12-3456 Elm Street')",
        "1234",
        "CASE WHEN regexp_matches({text}, '[0-9]') THEN left(regexp_replace({text}, '[^0-9]', '', 'g'), 4) "
        "ELSE flowrun_soundex({text}) END",
    ),
    Function(
        "Specialised",
        "UrlEncodeUTF8(text: text) -> text",
        "The same as UrlEncode: percent-encoding as of RFC 3986.",
        "UrlEncodeUTF8('ä/b')",
        "%C3%A4%2Fb",
        "url_encode({text})",
    ),
    Function(
        "Specialised",
        "GetEnvironmentVariable(name: text!) -> text",
        f"A variable of the environment; Null if there is none. Only those that {READABLE} names can be read.",
        "GetEnvironmentVariable('FLOWRUN_READABLE')",
        None,
        _environment,
        volatile=True,
    ),
    Function(
        "Specialised",
        "ReadRegistryString(key: text, name: text, default: text = '') -> text",
        "The default: a workflow reads no registry, so that it gives the same on every machine.",
        "ReadRegistryString('HKEY_CURRENT_USER\\Environment', 'TEMP', 'none')",
        "none",
        "{default}",
    ),
]

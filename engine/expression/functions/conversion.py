"""From one type to another. What cannot be converted is Null."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from typing import Any

from engine.expression import convert
from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.value import BOOL, INTEGER, NUMBER, TEXT, Value
from engine.sql import quote_text
from engine.types import DATES


def _to_string(taken: Sequence[Value]) -> str:
    value, decimals, thousands, separator = taken
    _refuse_blob(value, "ToString")
    if decimals.constant is None or value.type not in (NUMBER, INTEGER):
        return convert.template(value.type or TEXT, TEXT).replace("{x}", "{value}")
    places = min(max(decimals.constant, 0), 100)
    comma = "," if thousands.constant else ""
    written = f"format('{{{{:{comma}.{places}f}}}}', CAST(round({{value}}, {places}) AS DOUBLE))"
    return (
        written if separator.constant == "." else f"translate({written}, ',.', '.' || left({{decimal_separator}}, 1))"
    )


def _to_number(taken: Sequence[Value]) -> str:
    value, ignore_errors, keep_nulls, separator = taken
    _refuse_blob(value, "ToNumber")
    if value.type in DATES:
        raise Mistake(
            "A date is no number", value.place.start, value.place.end, hint="DateTimeYear() and its like are."
        )
    plain = "{value}" if separator.constant == "." else "replace({value}, {decimal_separator}, '.')"
    number = convert.template(value.type or TEXT, NUMBER).replace("{x}", plain if value.type is TEXT else "{value}")
    reported = number if ignore_errors.constant else f"coalesce({number}, {{report}})"
    return reported if keep_nulls.constant else f"coalesce({reported}, 0)"


def _refuse_blob(value: Value, function: str) -> None:
    if value.type not in (None, TEXT, BOOL, INTEGER, NUMBER, *DATES):
        raise Mistake(f"{function} cannot convert {value.spoken}", value.place.start, value.place.end)


def _recoding(function: str) -> Callable[[Sequence[Value]], str]:
    def sql(taken: Sequence[Value]) -> str:
        return f"coalesce({function}({{text}}, {quote_text(_codec(taken[1]))}), {{report}})"

    return sql


def _codec(code_page: Value) -> str:
    """The name under which Python knows a Windows code page.

    Raises:
        Mistake: it knows none.
    """
    number = code_page.constant
    name = _CODECS.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        message, hint = f"No code page {number}", "Known are 1250 to 1258, 437, 850, 932, 936, 949, 950, 28591, 65001."
        raise Mistake(message, code_page.place.start, code_page.place.end, hint=hint) from None


_CODECS = {
    1200: "utf-16-le",
    1201: "utf-16-be",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
    **{28590 + part: f"iso8859-{part}" for part in (*range(1, 12), 13, 15)},
}
"""Code pages that Python does not call by their number."""


def _digits(prefix: str, pattern: str) -> str:
    digits = f"regexp_extract(trim({{text}}), '^(0[bxBX])?({pattern})$', 2)"
    return f"coalesce(TRY_CAST('{prefix}' || nullif({digits}, '') AS BIGINT), {{report}})"


_ROWS: list[tuple[Any, ...]] = [
    (
        "ToString(value: any, decimals: integer! = null, thousands: bool! = false, decimal_separator: text! = "
        "'.') -> text",
        "As text. A number with as many decimals as it has, or as given; `thousands`: 1 separates thousands.",
        "ToString(1234567.891, 2, 1)",
        "1,234,567.89",
        _to_string,
    ),
    (
        "ToNumber(value: any, ignore_errors: bool! = false, keep_nulls: bool! = true, decimal_separator: text! = '.')"
        " -> number",
        "A text as a number; Null if it is none, or 0 where `keep_nulls` is 0 (Alteryx gives 0 unless told otherwise). "
        "What is no number is reported, unless `ignore_errors` is 1.",
        "ToNumber(' -1.5e3 ')",
        -1500.0,
        _to_number,
        "is no number",
    ),
    (
        "CharFromInt(number: integer) -> text",
        "The character with this Unicode number.",
        "CharFromInt(66)",
        "B",
        "chr(CAST(nullif(greatest({number}, 0), 0) AS INTEGER))",
    ),
    (
        "CharToInt(text: text) -> integer",
        "The Unicode number of the first character.",
        "CharToInt('B')",
        66,
        "CASE WHEN {text} <> '' THEN CAST(unicode({text}) AS BIGINT) END",
    ),
    (
        "BinToInt(text: text) -> integer",
        "A number written in binary.",
        "BinToInt('1010')",
        10,
        _digits("0b", "[01]+"),
        "is no binary number",
    ),
    (
        "HexToNumber(text: text) -> integer",
        "A number written in hexadecimal.",
        "HexToNumber('ff')",
        255,
        _digits("0x", "[0-9a-fA-F]+"),
        "is no hexadecimal number",
    ),
    ("IntToBin(number: integer) -> text", "A number in binary.", "IntToBin(10)", "1010", "to_binary({number})"),
    ("IntToHex(number: integer) -> text", "A number in hexadecimal.", "IntToHex(255)", "FF", "to_hex({number})"),
    ("ToDegrees(radians: number) -> number", "An angle in degrees.", "ToDegrees(PI())", 180.0, "degrees({radians})"),
    (
        "ToRadians(degrees: number) -> number",
        "An angle in radians.",
        "ToRadians(180)",
        3.141592653589793,
        "radians({degrees})",
    ),
    (
        "UnicodeNormalize(text: text, form: text! = 'NFC') -> text",
        "In a Unicode normal form: NFC, NFD, NFKC or NFKD.",
        "UnicodeNormalize('ﬁ', 'NFKC')",
        "fi",
        "flowrun_normalize({text}, {form})",
    ),
    (
        "ConvertFromCodePage(text: text, code_page: integer!) -> text",
        "A text that holds the bytes of a code page (1252 Western, 65001 UTF-8, ...), read as what they mean.",
        "ConvertFromCodePage('GÃ¼nther', 65001)",
        "Günther",
        _recoding("flowrun_from_code_page"),
        "cannot be read in that code page",
    ),
    (
        "ConvertToCodePage(text: text, code_page: integer!) -> text",
        "A text as the bytes of a code page, each as one character; Null if the code page lacks one of its characters.",
        "ConvertToCodePage('Günther', 65001)",
        "GÃ¼nther",
        _recoding("flowrun_to_code_page"),
        "cannot be written in that code page",
    ),
    (
        "ToDate(value: day) -> date",
        "A text `yyyy-mm-dd`, a date and time, or a number (a day as Excel counts them) as a date.",
        "ToString(ToDate('2024-12-31 10:00:00'))",
        "2024-12-31",
        "{value}",
    ),
    (
        "ToDateTime(value: moment) -> datetime",
        "A text `yyyy-mm-dd hh:mm:ss`, a date, or a number (days as Excel counts them) as a date and time.",
        "ToString(ToDateTime('2024-12-31'))",
        "2024-12-31 00:00:00",
        "{value}",
    ),
]

FUNCTIONS = [Function("Conversion", *row) for row in _ROWS]

"""Dates as texts in any format, and back, in several languages and time zones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from engine.errors import did_you_mean, listed
from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.functions.dates import IN_CALENDAR, zone
from engine.expression.languages import DAYS, ENGLISH, LANGUAGES, MONTHS, NAMED, Language, find_language
from engine.expression.value import Value, literal
from engine.sql import in_template

_SIGNS: dict[str, str] = {
    "h": "%b",
    "D": "%m/%d/%y",
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "e": "%-d",
    "k": "%-H",
    "l": "%-I",
    "P": "%p",
} | {known: f"%{known}" for known in (*"aAbBcdfgHIjmMpSuUwWxXyYzZ%", "-d", "-m", "-H", "-I")}
_ZONES = {"%z": "flowrun_offset({date}, {zone})", "%Z": "flowrun_zone_name({date}, {zone})"}
_PLACE = {MONTHS: "month({date})", DAYS: "isodow({date})"}


def _translated(format_: Value) -> str:
    """Alteryx's signs as those of DuckDB."""
    if not format_.constant:
        hint = "Write one such as '%Y-%m-%d'."
        raise Mistake("The format is empty", format_.place.start, format_.place.end, hint=hint)

    def one(found: re.Match[str]) -> str:
        sign = str(found[1])
        if sign not in _SIGNS:
            known = " ".join(f"%{name}" for name in sorted(_SIGNS) if len(name) == 1)
            message = f"'{found[0]}' is no part of a date"
            raise Mistake(message, format_.place.start, format_.place.end, hint=f"Known are {known}.")
        return _SIGNS[sign]

    return re.sub(r"%(-?.|)", one, str(format_.constant), flags=re.DOTALL)


def _language(value: Value) -> Language:
    found = find_language(str(value.constant or "English"))
    if found is None:
        known = [language.called[0] for language in LANGUAGES]
        hint = did_you_mean(str(value.constant), known) or f"Known are {listed(known)}."
        raise Mistake(f"'{value.constant}' is no language of dates", value.place.start, value.place.end, hint=hint)
    return found


def _pieces(format_: str) -> list[str]:
    """The format cut so that names and zones stand alone."""
    return [piece for piece in re.split(r"(?<!%)((?:%%)*)(%[aAbBzZ])", format_) if piece]


def _written(taken: Sequence[Value]) -> str:
    """SQL that writes a date: names and zones are put between what DuckDB writes."""
    language = _language(taken[2])
    zone(taken[3])
    return " || ".join(_piece(piece, language) for piece in _pieces(_translated(taken[1])))


def _piece(piece: str, language: Language) -> str:
    if piece in _ZONES:
        return _ZONES[piece]
    if piece[1:] in NAMED and language is not ENGLISH:
        kind, short = NAMED[piece[1:]]
        return f"[{', '.join(map(_quoted, language.names(kind, short=short)))}][{_PLACE[kind]}]"
    return f"strftime({{date}}, {_quoted(piece)})"


def _read(taken: Sequence[Value]) -> str:
    """SQL that reads a date: its names are put into English first."""
    language, format_ = _language(taken[2]), _translated(taken[1])
    zone(taken[3])
    signs = re.findall(r"%-?(.)", format_)
    named = "".join(sign for sign in signs if sign in NAMED)
    text = "{text}"
    if named and language is not ENGLISH:
        text = f"flowrun_in_english({{text}}, {_quoted(language.called[0])}, '{named}')"
    # With an offset it has a zone, which our DateTimes have not.
    found = f"make_timestamp(epoch_us(try_strptime({text}, {_quoted(format_)})))"
    if "y" in signs or "Y" in signs:
        found = _near(found, always="Y" not in signs)
    if "z" in signs:
        found = f"flowrun_to_local({found}, {{zone}})"
    return f"coalesce({IN_CALENDAR.replace('WHEN', found)}, {{report}})"


def _near(found: str, *, always: bool) -> str:
    """Years of two digits lie up to 66 years back and 33 ahead, as in Alteryx; DuckDB has other ones for %y (`always`),
    and takes those for %Y as they stand."""
    last, year = datetime.now().year + 33, f"year({found})"
    more = f"({last} - {year} % 100) // 100 * 100 + {year} % 100 - {year}"
    more = more if always else f"CAST({year} < 100 AS INTEGER) * ({more})"
    return f"{found} + to_years(CAST({more} AS INTEGER))"


def _quoted(text: str) -> str:
    return in_template(literal(text).sql)


FUNCTIONS = [
    Function(
        "DateTime",
        "DateTimeFormat(date: datetime, format: text!, language: text! = 'English', zone: text! = 'UTC') -> text",
        "A date as text: %Y 2024, %y 24, %m 12, %d 31, %H 23, %I 11, %p PM, %M minutes, %S seconds, %b Dec, %B "
        "December, %a Tue, %A Tuesday, %j day of the year; names in a language such as 'German' or 'fr'; %z and %Z "
        "offset and name of the zone that the date is of.",
        "DateTimeFormat('2024-12-31', '%A, %d. %B %y', 'German')",
        "Dienstag, 31. Dezember 24",
        _written,
    ),
    Function(
        "DateTime",
        "DateTimeParse(text: text, format: text!, language: text! = 'English', zone: text! = 'UTC') -> datetime",
        "A text as a date, read by a format as of DateTimeFormat; Null if it does not fit. Where the text has an "
        "offset (%z), the result is the time in the zone. A year of two digits lies up to 66 years back or 33 ahead.",
        "ToString(DateTimeParse('31 déc 24', '%d %b %y', 'French'))",
        "2024-12-31 00:00:00",
        _read,
        "does not fit the format",
    ),
]

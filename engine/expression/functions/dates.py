"""Dates and times. A date is a Date or DateTime field, or a text such as '2024-12-31' or '2024-12-31 23:59:00'."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from engine.errors import did_you_mean
from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.value import Value, literal

_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")
_SPECIFIERS = {
    "h": "%b",
    "D": "%m/%d/%y",
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "e": "%-d",
    "k": "%-H",
    "l": "%-I",
    "P": "%p",
} | {known: f"%{known}" for known in "aAbBcdfHIjmMpSuUwWxXyYz%"}


# Dates end where Python's and Arrow's do.
_IN_CALENDAR = "list_filter([WHEN], lambda moment: year(moment) BETWEEN 1 AND 9999)[1]"


def _unit(value: Value) -> str:
    name = str(value.constant).strip().lower()
    unit = name if name in _UNITS else name.removesuffix("s")
    if unit not in _UNITS:
        hint = did_you_mean(name, _UNITS) or f"Units are {', '.join(_UNITS)}."
        raise Mistake(f"'{value.constant}' is no unit of time", value.place.start, value.place.end, hint=hint)
    return unit


def _with_unit(template: str) -> Callable[[Sequence[Value]], str]:
    return lambda taken: template.replace("UNIT", _unit(taken[-1]))


def _with_format(template: str) -> Callable[[Sequence[Value]], str]:
    """`template` with Alteryx's date specifiers translated; where an argument is no constant, it is taken as it is."""

    def sql(taken: Sequence[Value]) -> str:
        return template.replace("FORMAT", literal(_translated(taken[1])).sql.replace("{", "{{").replace("}", "}}"))

    return sql


def _translated(format_: Value) -> str:
    if not format_.constant:
        hint = "Write one such as '%Y-%m-%d'."
        raise Mistake("The format is empty", format_.place.start, format_.place.end, hint=hint)

    def one(found: re.Match[str]) -> str:
        if found[1] not in _SPECIFIERS:
            known = " ".join(f"%{name}" for name in sorted(_SPECIFIERS))
            message = f"'{found[0]}' is no part of a date"
            raise Mistake(message, format_.place.start, format_.place.end, hint=f"Known are {known}.")
        return _SPECIFIERS[found[1]]

    return re.sub(r"%(.?)", one, str(format_.constant), flags=re.DOTALL)


_TRIMMED = {
    "firstofmonth": "date_trunc('month', {date})",
    "lastofmonth": "date_trunc('month', {date}) + INTERVAL 1 MONTH - INTERVAL 1 SECOND",
}


def _trim(taken: Sequence[Value]) -> str:
    whole = _TRIMMED.get(str(taken[1].constant).strip().lower())
    return whole if whole else f"CAST(date_trunc('{_unit(taken[1])}', {{date}}) AS TIMESTAMP)"


def _part(name: str, unit: str, help: str, gives: int) -> Function:
    return Function(
        "DateTime",
        f"DateTime{name}(date: datetime) -> integer",
        help,
        f"DateTime{name}('2024-12-31 23:58:59')",
        gives,
        f"CAST(date_part('{unit}', {{date}}) AS BIGINT)",
    )


def _moment(template: str) -> Callable[[Sequence[Value]], str]:
    """A moment that is fixed when the expression is translated, so that all records share it."""
    return lambda taken: template.format(now=f"TIMESTAMP '{datetime.now():%Y-%m-%d %H:%M:%S.%f}'")


_NOW = _moment("date_trunc('second', {now})")
_TODAY = _moment("CAST({now} AS DATE)")

FUNCTIONS = [
    Function(
        "DateTime",
        "DateTimeAdd(date: datetime, count: integer, unit: text!) -> datetime",
        "A date some units later, or earlier if the count is negative; the 31st becomes the last day of shorter "
        "months.",
        "ToString(DateTimeAdd('2024-01-31', 1, 'months'))",
        "2024-02-29 00:00:00",
        _with_unit(_IN_CALENDAR.replace("WHEN", "{date} + CAST({count} || ' UNIT' AS INTERVAL)")),
    ),
    Function(
        "DateTime",
        "DateTimeDiff(date: datetime, earlier: datetime, unit: text!) -> integer",
        "How many whole units lie between two dates.",
        "DateTimeDiff('2024-12-31', '2024-01-01', 'days')",
        365,
        _with_unit("date_sub('UNIT', {earlier}, {date})"),
    ),
    Function(
        "DateTime",
        "DateTimeFormat(date: datetime, format: text!) -> text",
        "A date as text: %Y 2024, %y 24, %m 12, %d 31, %H 23, %I 11, %p PM, %M minutes, %S seconds, %b Dec, %B "
        "December, %a Tue, %A Tuesday, %j day of the year.",
        "DateTimeFormat('2024-12-31', '%d.%m.%y')",
        "31.12.24",
        _with_format("strftime({date}, FORMAT)"),
    ),
    Function(
        "DateTime",
        "DateTimeParse(text: text, format: text!) -> datetime",
        "A text as a date, read by a format as of DateTimeFormat; Null if it does not fit.",
        "ToString(DateTimeParse('31-Dec-24', '%d-%b-%y'))",
        "2024-12-31 00:00:00",
        _with_format(_IN_CALENDAR.replace("WHEN", "try_strptime({text}, FORMAT)")),
    ),
    Function(
        "DateTime",
        "DateTimeTrim(date: datetime, unit: text!) -> datetime",
        "A date cut to a unit: year, month, day, hour, minute; or firstofmonth, lastofmonth.",
        "ToString(DateTimeTrim('2024-12-31 23:58:59', 'hour'))",
        "2024-12-31 23:00:00",
        _trim,
    ),
    _part("Year", "year", "The year.", 2024),
    _part("Quarter", "quarter", "The quarter of the year, 1 to 4.", 4),
    _part("Month", "month", "The month, 1 to 12.", 12),
    _part("Day", "day", "The day of the month.", 31),
    _part("Hour", "hour", "The hour, 0 to 23.", 23),
    _part("Minutes", "minute", "The minute, 0 to 59.", 58),
    _part("Seconds", "second", "The second, 0 to 59.", 59),
    Function(
        "DateTime",
        "DateTimeWeekNum(date: datetime) -> integer",
        "The week of the year as of ISO 8601: weeks begin on Monday, the first has the first Thursday.",
        "DateTimeWeekNum('2024-12-31')",
        1,
        "CAST(date_part('week', {date}) AS BIGINT)",
    ),
    Function(
        "DateTime",
        "DateTimeFirstOfMonth() -> datetime",
        "The first moment of this month.",
        "DateTimeDay(DateTimeFirstOfMonth())",
        1,
        _moment("date_trunc('month', {now})"),
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeLastOfMonth() -> datetime",
        "The last second of this month.",
        "DateTimeHour(DateTimeLastOfMonth())",
        23,
        _moment("date_trunc('month', {now}) + INTERVAL 1 MONTH - INTERVAL 1 SECOND"),
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeNow() -> datetime",
        "The time at which the run began, where the machine is.",
        "DateTimeYear(DateTimeNow()) > 2000",
        True,
        _NOW,
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeStart() -> datetime",
        "The same as DateTimeNow().",
        "DateTimeStart() >= DateTimeToday()",
        True,
        _NOW,
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeNowPrecise() -> datetime",
        "The same with fractions of a second.",
        "DateTimeNowPrecise() >= DateTimeToday()",
        True,
        _moment("{now}"),
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeToday() -> date",
        "The day on which the run began, where the machine is.",
        "DateTimeYear(DateTimeToday()) > 2000",
        True,
        _TODAY,
        volatile=True,
    ),
]

"""Dates and times. A date is a Date or DateTime field, or a text such as '2024-12-31' or '2024-12-31 23:59:00'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from engine.errors import did_you_mean
from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.value import Value

_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")
_SHORT_UNITS = {"ms": "millisecond", "msec": "millisecond", "us": "microsecond", "usec": "microsecond"}
_SHORTEST = 3  # characters of a unit: sec, min, hou
_DAYS_OF_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
IN_CALENDAR = "list_filter([WHEN], lambda moment: year(moment) BETWEEN 1 AND 9999)[1]"
"""Null where a moment lies outside of the calendar: dates end where Python's and Arrow's do."""


def _unit(value: Value) -> str:
    name = str(value.constant).strip().lower()
    unit = name if name in _UNITS else name.removesuffix("s")
    unit = _SHORT_UNITS.get(name) or _SHORT_UNITS.get(unit, unit)
    beginning = [known for known in _UNITS if len(name) >= _SHORTEST and f"{known}s".startswith(name)]
    if unit not in _UNITS and len(beginning) != 1:
        hint = did_you_mean(name, _UNITS) or f"Units are {', '.join(_UNITS)}."
        raise Mistake(f"'{value.constant}' is no unit of time", value.place.start, value.place.end, hint=hint)
    return unit if unit in _UNITS else beginning[0]


def _day_of_week(value: Value) -> int:
    """The day that a week begins with, counted from Monday as 0; written as a name, or as a number from Sunday as 0."""
    if isinstance(value.constant, str):
        name = value.constant.strip().lower()
        for number, day in enumerate(_DAYS_OF_WEEK):
            if len(name) >= _SHORTEST and day.startswith(name):
                return number
    message = f"'{value.constant}' is no day of the week"
    raise Mistake(message, value.place.start, value.place.end, hint="Write one such as 'Monday' or 'Sun'.")


def _week_number(taken: Sequence[Value]) -> str:
    """A week belongs to the year that its fourth day is in."""
    past = f"((date_part('isodow', {{date}}) + {6 - _day_of_week(taken[1])}) % 7)"
    fourth = f"CAST({{date}} AS DATE) - CAST({past} AS INTEGER) + 3"
    return f"CAST((date_part('dayofyear', {fourth}) - 1) // 7 + 1 AS BIGINT)"


def _work_days(taken: Sequence[Value]) -> str:
    """The five first days of each week. Day 0 is a Monday; all days are counted up to the last, less those before."""
    days = [f"(date_diff('day', DATE '0001-01-01', CAST({{{name}}} AS DATE)) + {7 - _day_of_week(taken[2])})"
            for name in ("first", "last")]  # fmt: skip
    upto = "5 * ({day} // 7) + least({day} % 7 + 1, 5)"
    sign = "CASE WHEN {first} <= {last} THEN 1 ELSE -1 END"
    low, high = f"least({days[0]}, {days[1]})", f"greatest({days[0]}, {days[1]})"
    return f"{sign} * ({upto.replace('{day}', high)} - ({upto.replace('{day}', f'({low} - 1)')}))"


def _quarter(taken: Sequence[Value]) -> str:
    first = taken[1].constant
    if first not in range(1, 13):
        message = f"A year begins in month 1 to 12, not {first}"
        raise Mistake(message, taken[1].place.start, taken[1].place.end)
    return f"CAST((date_part('month', {{date}}) - {first} + 12) % 12 // 3 + 1 AS BIGINT)"


def _in_zone(function: str) -> Callable[[Sequence[Value]], str]:
    def sql(taken: Sequence[Value]) -> str:
        zone(taken[1])
        return f"{function}({{date}}, {{zone}})"

    return sql


def zone(value: Value) -> tzinfo | None:
    """The time zone that is meant; None: that of this machine.

    Raises:
        Mistake: there is none of that name.
    """
    try:
        return ZoneInfo(str(value.constant)) if value.constant else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(str(value.constant), sorted(available_timezones()))
        message = f"'{value.constant}' is no time zone"
        raise Mistake(message, value.place.start, value.place.end, hint=near or "Write 'Europe/Berlin', say.") from None


def _with_unit(template: str) -> Callable[[Sequence[Value]], str]:
    return lambda taken: template.replace("UNIT", _unit(taken[-1]))


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

    def sql(taken: Sequence[Value]) -> str:
        there = zone(taken[-1]) if taken else None
        return template.format(now=f"TIMESTAMP '{datetime.now(there):%Y-%m-%d %H:%M:%S.%f}'")

    return sql


def _precisely(taken: Sequence[Value]) -> str:
    digits = taken[0].constant
    if digits not in range(7):
        place = taken[0].place
        raise Mistake(f"A time has 0 to 6 digits behind its seconds, not {digits}", place.start, place.end)
    now = f"{datetime.now(zone(taken[1])):%Y-%m-%d %H:%M:%S.%f}"
    return f"TIMESTAMP '{now[: len(now) - 6 + digits].rstrip('.')}'"


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
        _with_unit(IN_CALENDAR.replace("WHEN", "{date} + CAST({count} || ' UNIT' AS INTERVAL)")),
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
        "DateTimeTrim(date: datetime, unit: text!) -> datetime",
        "A date cut to a unit: year, month, day, hour, minute; or firstofmonth, lastofmonth.",
        "ToString(DateTimeTrim('2024-12-31 23:58:59', 'hour'))",
        "2024-12-31 23:00:00",
        _trim,
    ),
    _part("Year", "year", "The year.", 2024),
    Function(
        "DateTime",
        "DateTimeQuarter(date: datetime, first_month: integer! = 1) -> integer",
        "The quarter of the year, 1 to 4; of a business year where that begins in another month.",
        "DateTimeQuarter('2024-12-31', 10)",
        1,
        _quarter,
    ),
    _part("Month", "month", "The month, 1 to 12.", 12),
    _part("Day", "day", "The day of the month.", 31),
    _part("Hour", "hour", "The hour, 0 to 23.", 23),
    _part("Minutes", "minute", "The minute, 0 to 59.", 58),
    _part("Seconds", "second", "The second, 0 to 59.", 59),
    Function(
        "DateTime",
        "DateTimeWeekNum(date: datetime, first_day: text! = 'Monday') -> integer",
        "The week of the year as of ISO 8601: weeks begin on Monday, the first has the first Thursday; or they begin "
        "on another day, and the first has four days of the year.",
        "DateTimeWeekNum('2024-12-31')",
        1,
        _week_number,
    ),
    Function(
        "DateTime",
        "DateTimeWorkDays(first: datetime, last: datetime, first_day: text! = 'Monday') -> integer",
        "How many working days there are from one date to another, both included: the first five of each week.",
        "DateTimeWorkDays('2024-03-01', '2024-03-11')",
        7,
        _work_days,
    ),
    Function(
        "DateTime",
        "DateTimeToLocal(date: datetime, zone: text! = '') -> datetime",
        "A time of UTC as the time in a zone, such as 'Europe/Berlin'; without a zone where the machine is.",
        "ToString(DateTimeToLocal('2024-07-01 10:00:00', 'Europe/Berlin'))",
        "2024-07-01 12:00:00",
        _in_zone("flowrun_to_local"),
        volatile=True,
    ),
    Function(
        "DateTime",
        "DateTimeToUTC(date: datetime, zone: text! = '') -> datetime",
        "The time in a zone, or without one where the machine is, as time of UTC.",
        "ToString(DateTimeToUTC('2024-01-01 10:00:00', 'Asia/Tokyo'))",
        "2024-01-01 01:00:00",
        _in_zone("flowrun_to_utc"),
        volatile=True,
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
        "DateTimeNow(zone: text! = '') -> datetime",
        "The time at which the run began, where the machine is or in a zone such as 'Europe/Berlin'.",
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
        "DateTimeNowPrecise(digits: integer! = 6, zone: text! = '') -> datetime",
        "The same with so many digits of a fraction of a second.",
        "DateTimeNowPrecise(3) >= DateTimeToday()",
        True,
        _precisely,
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

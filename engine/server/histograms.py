"""How often values come: numbers by range, dates by period."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from engine.server.cells import Cell, cell
from engine.server.columns import Columns
from engine.server.work import Work
from engine.types import INTEGERS, NUMBERS, Field, FieldType

_BARS = 24  # at most, of numbers
_DAY = 86_400.0
_PERIODS = [  # up to so many seconds in all: the period of a bar, its length in the series, how it is written
    (2 * _DAY, "hour", "1 hour", "%Y-%m-%d %H:00"),
    (62 * _DAY, "day", "1 day", "%Y-%m-%d"),
    (5 * 366 * _DAY, "month", "1 month", "%Y-%m"),
    (80 * 366 * _DAY, "year", "1 year", "%Y"),
    (800 * 366 * _DAY, "decade", "10 years", "%Y"),
]
_LONGEST = ("century", "100 years", "%Y")


class Bar(BaseModel):
    """So many values from `low` up to `high`; of dates, in the period that begins with `low`."""

    low: Cell
    high: Cell = None
    count: int


def bars(columns: Columns, field: Field, work: Work) -> list[Bar]:
    """The histogram of a field; empty where its type has none."""
    if field.type in NUMBERS:
        return _of_numbers(columns, field, work)
    if field.type is FieldType.Time:
        sql = "SELECT date_part('hour', {c}) AS hour, count(*) FROM data WHERE {c} IS NOT NULL GROUP BY 1 ORDER BY 1"
        return [Bar(low=f"{hour:02}:00", count=count) for hour, count in _rows(columns, field, work, sql)]
    return _of_dates(columns, field, work) if field.type in (FieldType.Date, FieldType.DateTime) else []


def _of_numbers(columns: Columns, field: Field, work: Work) -> list[Bar]:
    sql = "SELECT min(x), max(x) FROM (SELECT CAST({c} AS DOUBLE) AS x FROM data) WHERE isfinite(x)"
    [(low, high)] = _rows(columns, field, work, sql)
    if low is None or high - low == float("inf"):
        return []
    whole = field.type in INTEGERS
    number = _BARS if high > low else 1
    width = (high - low) / number or 1.0
    if whole:  # a bar holds the same number of integers
        width = float(-int(-(high - low + 1) // _BARS))
        number = int((high - low) // width) + 1
    sql = (
        "SELECT least(greatest(CAST(floor((CAST({c} AS DOUBLE) - {low}) / {width}) AS INTEGER), 0), {last}) AS bar, "
        "count(*) FROM data WHERE isfinite(CAST({c} AS DOUBLE)) GROUP BY 1"
    ).replace("{low}", f"CAST('{low!r}' AS DOUBLE)")
    sql = sql.replace("{width}", f"CAST('{width!r}' AS DOUBLE)").replace("{last}", str(number - 1))
    counts = dict(_rows(columns, field, work, sql))
    edges = [low + place * width for place in range(number + 1)]
    edges[-1] = edges[-1] if whole else high
    return [
        Bar(
            low=_end(edges[place], whole),
            high=_end(min(edges[place + 1] - whole, high), whole),
            count=counts.get(place, 0),
        )
        for place in range(number)
    ]


def _end(value: float, whole: bool) -> Cell:
    return cell(int(value) if whole else value)


def _of_dates(columns: Columns, field: Field, work: Work) -> list[Bar]:
    sql = "SELECT epoch(max({c})) - epoch(min({c})) FROM data"
    [(span,)] = _rows(columns, field, work, sql)
    if span is None:
        return []
    periods = _PERIODS if field.type is FieldType.DateTime else _PERIODS[1:]
    unit, step, form = next((names for most, *names in periods if span <= most), _LONGEST)
    sql = (
        "WITH counted AS MATERIALIZED (SELECT CAST(date_trunc('{unit}', {c}) AS TIMESTAMP) AS period, count(*) AS n "
        "FROM data WHERE {c} IS NOT NULL GROUP BY 1) SELECT strftime(period, '{form}'), coalesce(n, 0) FROM "
        "(SELECT unnest(generate_series((SELECT min(period) FROM counted), (SELECT max(period) FROM counted), "
        "INTERVAL '{step}')) AS period) LEFT JOIN counted USING (period) ORDER BY period"
    )
    sql = sql.replace("{unit}", unit).replace("{step}", step).replace("{form}", form)
    return [Bar(low=label, count=count) for label, count in _rows(columns, field, work, sql)]


def _rows(columns: Columns, field: Field, work: Work, sql: str) -> list[tuple[Any, ...]]:
    column, _ = columns.find(field.name)
    batches = work.query(sql.replace("{c}", column), *columns.read([field.name]))
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

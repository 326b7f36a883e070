"""What one can do with the values of a field over many records: one row an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.expression import convert
from engine.feed import NUMBER
from engine.sql import quote_text
from engine.types import BLOBS, DATES, INTEGERS, NUMBERS, TEXTS, Field, FieldType

_ANY = tuple(FieldType)
_COMPARED = (FieldType.Bool, *NUMBERS, *TEXTS, *DATES)
_REALS = (FieldType.Float, FieldType.Double)


@dataclass(frozen=True)
class Action:
    """An action.

    Attributes:
        fits: the types of fields it works on.
        sql: an aggregate with `{x}` for the field's column, `{number}` for it as one to compute with, `{text}` for it
            as text, `{n}` for the number of the record.
        gives: the field that comes of it, or None where it is the same as the one it works on.
        prefix: of the name of the new field.
    """

    fits: tuple[FieldType, ...]
    sql: str
    gives: Callable[[Field], Field] | None = None
    prefix: str = ""


def _count(sql: str, fits: tuple[FieldType, ...] = _ANY) -> Action:
    return Action(fits, sql, lambda field: Field(field.name, FieldType.Int64))


def _double(sql: str) -> Action:
    return Action(NUMBERS, sql, lambda field: Field(field.name, FieldType.Double))


def _sum(field: Field) -> Field:
    if field.type in INTEGERS:
        return Field(field.name, FieldType.Int64)
    if field.type is FieldType.FixedDecimal and field.size is not None and field.size <= 39:
        return Field(field.name, FieldType.FixedDecimal, 39 if field.scale else 38, field.scale)
    return Field(field.name, FieldType.Double)


def _text(field: Field) -> Field:
    return Field(field.name, FieldType.V_WString)


# Sums of floating-point numbers are compensated (f...), and come out the same every time only `in_order` (engine.feed).
# What depends on the order of records altogether is told it.
_AVERAGE = "CASE WHEN isfinite(favg({number}){where}) THEN favg({number}){where} ELSE avg({number}){where} END"
_EXTREME = "arg_max({{x}}, {{{{'by': {by}, 'n': -{{n}}}}}}) FILTER ({{x}} IS NOT NULL)"
_BLANK = "({x} IS NULL OR {x} = '')"

ACTIONS = {
    "Sum": Action(NUMBERS, "sum({number})", _sum),
    "Count": _count("count(*)"),
    "CountNonNull": _count("count({x})"),
    "CountNull": _count("count(*) - count({x})"),
    "CountDistinct": _count("count(DISTINCT {x}) + CASE WHEN count({x}) < count(*) THEN 1 ELSE 0 END", _COMPARED),
    "CountDistinctNonNull": _count("count(DISTINCT {x})", _COMPARED),
    "CountBlank": _count(f"count(*) FILTER ({_BLANK})", TEXTS),
    "CountNonBlank": _count(f"count(*) FILTER (NOT {_BLANK})", TEXTS),
    "Min": Action(_COMPARED, "{least}"),
    "Max": Action(_COMPARED, "{greatest}"),
    "First": Action(_ANY, "arg_min_null({x}, {n})"),
    "Last": Action(_ANY, "arg_max_null({x}, {n})"),
    "Mode": Action(_COMPARED, "mode({x} ORDER BY {n})"),
    "Longest": Action(TEXTS, _EXTREME.format(by="length({x})")),
    "Shortest": Action(TEXTS, _EXTREME.format(by="-length({x})")),
    "Concat": Action(_COMPARED, "{start} || string_agg({text}, {separator} ORDER BY {n}) || {end}", _text),
    "Avg": _double(_AVERAGE.replace("{where}", "")),
    "AvgNo0": _double(_AVERAGE.replace("{where}", " FILTER ({number} <> 0)")),
    "StdDev": _double("stddev_samp(CAST({number} AS DOUBLE))"),
    "Variance": _double("var_samp(CAST({number} AS DOUBLE))"),
    "Median": _double("quantile_cont(CAST({number} AS DOUBLE), 0.5)"),
    "Percentile": _double("quantile_cont(CAST({number} AS DOUBLE), {fraction})"),
}


def aggregate(
    action: str,
    field: Field,
    column: str,
    *,
    separator: str = ",",
    start: str = "",
    end: str = "",
    fraction: float = 0.5,
) -> str:
    """The SQL of an action on a field in a column of a `Feed`; the rest are options of Concat and Percentile."""
    wide = field.type is FieldType.FixedDecimal and field.size is not None and field.size > 39
    number = f"CAST({column} AS DOUBLE)" if wide else column  # such decimals come as text, see Feed
    text = convert.template(field.type, FieldType.V_WString) if field.type not in BLOBS else "{x}"
    least, greatest = (
        f"{name}({column}, {number})" if wide else f"{name[4:]}({column})" for name in ("arg_min", "arg_max")
    )
    sql = ACTIONS[action].sql
    if action == "Sum" and (field.type in _REALS or wide):
        sql = "CASE WHEN isfinite(fsum({number})) THEN fsum({number}) ELSE sum({number}) END"
    return sql.format(
        x=column, number=number, text=text.format(x=column), n=NUMBER, least=least, greatest=greatest,
        separator=quote_text(separator), start=quote_text(start), end=quote_text(end), fraction=fraction,
    )  # fmt: skip

"""How values of one field type become another, as SQL; what cannot is null, and is reported.

Numbers become whole by rounding; texts become numbers if they are plain ones (`-1.5e3`, no separators), dates if they
are ISO dates; an empty text becomes null without complaint. Numbers become text without exponent and without a
trailing `.0`; Booleans become `True` and `False`.
"""

from __future__ import annotations

from engine.errors import ToolError
from engine.types import BLOBS, DATES, INTEGERS, MAX_BLOB, MAX_TEXT, NUMBERS, TEXTS, Field, FieldType

SQL_NAME = {
    FieldType.Bool: "BOOLEAN",
    FieldType.Byte: "UTINYINT",
    FieldType.Int16: "SMALLINT",
    FieldType.Int32: "INTEGER",
    FieldType.Int64: "BIGINT",
    FieldType.Float: "FLOAT",
    FieldType.Double: "DOUBLE",
    FieldType.Date: "DATE",
    FieldType.Time: "TIME",
    FieldType.DateTime: "TIMESTAMP",
    FieldType.Blob: "BLOB",
    FieldType.SpatialObj: "BLOB",
    **dict.fromkeys(TEXTS, "VARCHAR"),
}
_LARGEST_DECIMAL = 39  # characters: the 38 digits that DuckDB computes with, and the point
_FINITE = {FieldType.Float: "CAST('inf' AS FLOAT)", FieldType.Double: "CAST('inf' AS DOUBLE)"}
_PLAIN_NUMBER = r"'\s*[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?\s*'"
_CLOCK = "TIME '23:59:59.999999'"  # DuckDB knows 24:00:00, Arrow and Python do not
_DAYS = {FieldType.Date: "DATE '0001-01-01' AND DATE '9999-12-31'",
         FieldType.DateTime: "TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"}  # fmt: skip


def carrier(type_: FieldType) -> FieldType:
    """The type as which an expression reads a field."""
    if type_ in INTEGERS:
        return FieldType.Int64
    if type_ in NUMBERS:
        return FieldType.Double
    if type_ in TEXTS:
        return FieldType.V_WString
    return FieldType.Blob if type_ in BLOBS else type_


def template(source: FieldType, target: FieldType | Field) -> str:
    """SQL with `{x}` for a value of `source`; gives `target`, null where the value cannot be one.

    Raises:
        ToolError: no value of the one type means anything in the other.
    """
    field = target if isinstance(target, Field) else Field("", target)
    wanted = field.type
    if wanted in TEXTS:
        return _to_text_of_size(source, field)
    if wanted in NUMBERS:
        return _to_number(source, _sql_type(field), wanted)
    if wanted is FieldType.Bool:
        return _to_bool(source)
    if wanted in DATES:
        return _to_date(source, wanted)
    if wanted in BLOBS and source in BLOBS:
        return "{x}"
    raise _senseless(source, wanted)


def can_fail(source: FieldType, target: Field) -> bool:
    """Whether there are values of `source` that cannot become `target`, and are null then."""
    wanted = target.type
    if wanted in TEXTS:
        return source not in TEXTS and limited(target)
    if source is wanted:
        return wanted is FieldType.FixedDecimal
    if source in INTEGERS and wanted in INTEGERS:
        return INTEGERS.index(source) > INTEGERS.index(wanted)
    widened = source in INTEGERS and wanted in (FieldType.Float, FieldType.Double)
    return source in TEXTS or (source in NUMBERS and wanted is not FieldType.Bool and not widened)


def spoken(type_: FieldType) -> str:
    """A type in a sentence: `a Date`, `an Int32`."""
    return f"an {type_}" if type_.startswith("Int") else f"a {type_}"


def check_size(type_: FieldType, size: int | None, scale: int | None, setting: str) -> None:
    """Refuse a size or scale that a type cannot have.

    Raises:
        ToolError: says what it can be.
    """
    decimal = type_ is FieldType.FixedDecimal
    if size is not None and not decimal and type_ not in (*TEXTS, *BLOBS):
        raise ToolError(f"A{spoken(type_)[1:]} has no size.", hint="Leave the size out.", setting=f"{setting}.size")
    if scale is not None and not decimal:
        raise ToolError(
            f"A{spoken(type_)[1:]} has no scale.", hint="Only FixedDecimal has.", setting=f"{setting}.scale"
        )
    if size is not None and not 1 <= size <= (_LARGEST_DECIMAL if decimal else MAX_BLOB):
        most = f" and at most {_LARGEST_DECIMAL}" if decimal else ""
        raise ToolError(f"The size is {size}; it must be at least 1{most}.", setting=f"{setting}.size")
    if scale is not None and not 0 <= scale <= max((size or _LARGEST_DECIMAL) - 2, 0):
        message = f"The scale is {scale}; sign, point and a digit must fit into the size beside it."
        raise ToolError(message, setting=f"{setting}.scale")


def limited(field: Field) -> bool:
    """Whether texts may be too long for this field."""
    return field.type in TEXTS and field.size is not None and field.size < MAX_TEXT


def _to_text_of_size(source: FieldType, field: Field) -> str:
    """Texts are cut where they are too long; a number or a date that was cut would be another one, and is null."""
    sql = _to_text(source)
    if not limited(field):
        return sql
    if source in TEXTS:
        return f"left({sql}, {field.size})"
    return f"CASE WHEN length({sql}) <= {field.size} THEN {sql} END"


def _sql_type(field: Field) -> str:
    if field.type is not FieldType.FixedDecimal:
        return SQL_NAME[field.type]
    arrow = field.arrow_type
    return f"DECIMAL({min(arrow.precision, 38)}, {min(arrow.scale, 38)})"


def _senseless(source: FieldType, target: FieldType) -> ToolError:
    return ToolError(f"A{spoken(source)[1:]} cannot become {spoken(target)}.")


def _to_text(source: FieldType) -> str:
    if source in TEXTS:
        return "{x}"
    if source is FieldType.Bool:
        return "CASE WHEN {x} THEN 'True' WHEN NOT {x} THEN 'False' END"
    if source in (FieldType.Float, FieldType.Double):
        return _PLAIN_TEXT_OF_NUMBER
    if source in NUMBERS or source in DATES:
        return "CAST({x} AS VARCHAR)"
    raise _senseless(source, FieldType.V_WString)


def _plain_text_of_number() -> str:
    """DuckDB writes 1e16 as `1e+16` and 3 as `3.0`; people want 10000000000000000 and 3, with the same digits."""
    written = "CAST({x} AS VARCHAR)"
    digits = f"replace(regexp_extract({written}, '^-?([0-9.]+)e', 1), '.', '')"
    exponent = f"CAST(regexp_extract({written}, 'e[+-]([0-9]+)$', 1) AS INTEGER)"
    sign = "CASE WHEN {x} < 0 THEN '-' ELSE '' END"
    return (
        f"CASE WHEN {written} LIKE '%.0' THEN left({written}, length({written}) - 2)"
        f" WHEN {written} LIKE '%e+%' THEN ({sign}) || rpad({digits}, {exponent} + 1, '0')"
        f" WHEN {written} LIKE '%e-%' THEN ({sign}) || '0.' || repeat('0', {exponent} - 1) || {digits}"
        f" ELSE {written} END"
    )


_PLAIN_TEXT_OF_NUMBER = _plain_text_of_number()


def _to_number(source: FieldType, sql_type: str, wanted: FieldType) -> str:
    if source in TEXTS:
        cast = f"CASE WHEN regexp_full_match({{x}}, {_PLAIN_NUMBER}) THEN TRY_CAST(trim({{x}}) AS {sql_type}) END"
        return f"CASE WHEN abs({cast}) < {_FINITE[wanted]} THEN {cast} END" if wanted in _FINITE else cast
    if source is FieldType.Bool or (source in INTEGERS and wanted is not FieldType.Float):
        return f"TRY_CAST({{x}} AS {sql_type})"
    if source in NUMBERS:
        whole = wanted in INTEGERS and source is not FieldType.FixedDecimal
        return f"TRY_CAST(round({{x}}) AS {sql_type})" if whole else f"TRY_CAST({{x}} AS {sql_type})"
    raise _senseless(source, wanted)


def _to_bool(source: FieldType) -> str:
    if source is FieldType.Bool:
        return "{x}"
    if source in NUMBERS:
        return "({x} <> 0)"
    if source in TEXTS:
        return (
            "CASE WHEN lower(trim({x})) IN ('true', 't', 'yes', 'y', '1') THEN TRUE"
            " WHEN lower(trim({x})) IN ('false', 'f', 'no', 'n', '0') THEN FALSE END"
        )
    raise _senseless(source, FieldType.Bool)


def _to_date(source: FieldType, wanted: FieldType) -> str:
    cast = f"TRY_CAST({{x}} AS {SQL_NAME[wanted]})"
    if source in TEXTS:  # DuckDB also takes words such as 'epoch' and 'infinity'
        cast = f"CASE WHEN regexp_matches({{x}}, '^\\s*[0-9]') THEN {cast} END"
        inside = f"{cast} <= {_CLOCK}" if wanted is FieldType.Time else f"{cast} BETWEEN {_DAYS[wanted]}"
        return f"CASE WHEN {inside} THEN {cast} END"
    days = (FieldType.Date, FieldType.DateTime)
    if source is wanted or (source in days and wanted in days) or (source is FieldType.DateTime and wanted in DATES):
        return cast
    raise _senseless(source, wanted)

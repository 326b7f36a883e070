"""Numbers. A result that is no finite number, such as the root of -1, is Null."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.expression.function import Function
from engine.expression.value import Value, literal


def _finite(sql: str) -> str:
    for outside in ("nan", "inf", "-inf"):
        sql = f"nullif({sql}, CAST('{outside}' AS DOUBLE))"
    return sql


def _to_multiple(function: str) -> str:
    return f"{function}({{number}} / nullif({{multiple}}, 0)) * {{multiple}}"


def _rounding(function: str) -> Callable[[Sequence[Value]], str]:
    """To a multiple. Multiplying by 0.01 would leave 55.550000000000004, dividing by 100 leaves 55.55."""

    def sql(taken: Sequence[Value]) -> str:
        multiple = taken[1].constant
        if isinstance(multiple, float) and 0 < multiple < 1:
            inverse = 1 / multiple
            if abs(inverse - round(inverse)) < 1e-9 * inverse:
                return f"{function}({{number}} / {{multiple}}) / {literal(float(round(inverse))).sql}"
        return _to_multiple(function)

    return sql


_SMART_STEP = "pow(10, floor(log10(abs({number}))) - 2)"


def _plain(name: str, help: str, argument: float, gives: float, sql: str, parameter: str = "number") -> Function:
    return Function(
        "Math",
        f"{name}({parameter}: number) -> number",
        help,
        f"{name}({argument})",
        gives,
        sql.replace("{x}", "{" + parameter + "}"),
    )


_EARTH_IN_MILES = 3958.7613

FUNCTIONS = [
    Function("Math", "Abs(number: numeric) -> numeric", "Without its sign.", "Abs(-3)", 3, "abs({number})"),
    Function(
        "Math",
        "Round(number: number, multiple: number = 1) -> number",
        "The nearest multiple, halves away from zero: Round(x, 0.01) leaves two decimals.",
        "Round(55.548, 0.01)",
        55.55,
        _rounding("round"),
    ),
    Function(
        "Math",
        "Ceil(number: number, multiple: number = 1) -> number",
        "The next multiple above.",
        "Ceil(4.2)",
        5.0,
        _rounding("ceil"),
    ),
    Function(
        "Math",
        "Floor(number: number, multiple: number = 1) -> number",
        "The next multiple below.",
        "Floor(4.8, 0.5)",
        4.5,
        _rounding("floor"),
    ),
    Function(
        "Math",
        "SmartRound(number: number) -> number",
        "Rounded as its size demands: three digits are left, and zeros behind them.",
        "SmartRound(1234.5)",
        1230.0,
        "CASE WHEN {number} = 0 THEN 0 ELSE round({number} / " + _SMART_STEP + ") * " + _SMART_STEP + " END",
    ),
    Function(
        "Math",
        "Mod(number: integer, divisor: integer) -> integer",
        "The rest of a division of whole numbers.",
        "Mod(17, 5)",
        2,
        "{number} % nullif({divisor}, 0)",
    ),
    Function(
        "Math",
        "Pow(number: number, exponent: number) -> number",
        "A power.",
        "Pow(2, 10)",
        1024.0,
        _finite("pow({number}, {exponent})"),
    ),
    _plain("Sqrt", "The square root.", 9, 3.0, "CASE WHEN {x} >= 0 THEN sqrt({x}) END"),
    _plain("Exp", "e to the power of a number.", 0, 1.0, _finite("exp({x})")),
    _plain("Log", "The natural logarithm.", 1, 0.0, "CASE WHEN {x} > 0 THEN ln({x}) END"),
    _plain("Log10", "The logarithm to base 10.", 1000, 3.0, "CASE WHEN {x} > 0 THEN log10({x}) END"),
    _plain(
        "Factorial",
        "1 * 2 * ... * number; up to 170.",
        5,
        120.0,
        "CASE WHEN {x} >= 0 AND {x} = floor({x}) THEN " + _finite("gamma({x} + 1)") + " END",
    ),
    _plain("Sin", "The sine of an angle in radians.", 0, 0.0, "sin({x})", "radians"),
    _plain("Cos", "The cosine of an angle in radians.", 0, 1.0, "cos({x})", "radians"),
    _plain("Tan", "The tangent of an angle in radians.", 0, 0.0, "tan({x})", "radians"),
    _plain("Asin", "The angle, in radians, with this sine.", 0, 0.0, "CASE WHEN abs({x}) <= 1 THEN asin({x}) END"),
    _plain("Acos", "The angle, in radians, with this cosine.", 1, 0.0, "CASE WHEN abs({x}) <= 1 THEN acos({x}) END"),
    _plain("Atan", "The angle, in radians, with this tangent.", 0, 0.0, "atan({x})"),
    Function(
        "Math",
        "Atan2(y: number, x: number) -> number",
        "The angle, in radians, of the point (x, y).",
        "Atan2(0, 1)",
        0.0,
        "atan2({y}, {x})",
    ),
    _plain("Sinh", "The hyperbolic sine.", 0, 0.0, _finite("sinh({x})")),
    _plain("Cosh", "The hyperbolic cosine.", 0, 1.0, _finite("cosh({x})")),
    _plain("Tanh", "The hyperbolic tangent.", 0, 0.0, "tanh({x})"),
    Function("Math", "PI() -> number", "3.14159...", "PI()", 3.141592653589793, "pi()"),
    Function(
        "Math",
        "Rand() -> number",
        "A random number from 0 up to 1, another for every record.",
        "Rand() < 1",
        True,
        "random()",
        volatile=True,
    ),
    Function(
        "Math",
        "RandInt(most: integer) -> integer",
        "A random whole number from 0 to `most`.",
        "RandInt(0)",
        0,
        "TRY_CAST(floor(random() * (CAST({most} AS DOUBLE) + 1)) AS BIGINT)",
        volatile=True,
    ),
    Function(
        "Math",
        "Average(*numbers: number) -> number",
        "The mean; Null counts as 0.",
        "Average(1, 2, Null())",
        1.0,
        "list_avg(list_transform([{numbers}], lambda number: coalesce(number, 0)))",
    ),
    Function(
        "Math",
        "AverageNonNull(*numbers: number) -> number",
        "The mean of those that are not Null.",
        "AverageNonNull(1, 2, Null())",
        1.5,
        "list_avg([{numbers}])",
    ),
    Function(
        "Math",
        "Median(*numbers: number) -> number",
        "The middle one of those that are not Null.",
        "Median(5, 1, 3)",
        3.0,
        "list_median([{numbers}])",
    ),
    Function(
        "Math",
        "Distance(latitude_a: number, longitude_a: number, latitude_b: number, longitude_b: number) -> number",
        "The distance of two places on Earth, in miles along a great circle; angles in degrees.",
        "Round(Distance(42, -90, 43, -80))",
        514.0,
        f"2 * {_EARTH_IN_MILES} * asin(least(1, sqrt("
        "pow(sin(radians({latitude_b} - {latitude_a}) / 2), 2) + cos(radians({latitude_a})) * "
        "cos(radians({latitude_b}))"
        " * pow(sin(radians({longitude_b} - {longitude_a}) / 2), 2))))",
    ),
]

"""Money over time, with the signs of spreadsheets: what is paid is negative, what is received positive."""

from __future__ import annotations

from engine.expression.function import Example, Function

_GROWTH = "pow(1 + {rate}, {payments})"
_DUE = "(1 + {rate} * CAST({begin} AS DOUBLE))"
_SUM = f"CASE WHEN {{rate}} = 0 THEN {{payments}} ELSE {_DUE} * ({_GROWTH} - 1) / {{rate}} END"
"""What payments of 1 have grown to."""


def _finite(sql: str) -> str:
    return f"CASE WHEN isfinite({sql}) THEN {sql} END"


_ROWS: list[tuple[str, str, str, Example, str]] = [
    (
        "FinanceCAGR(beginning: number, ending: number, years: number) -> number",
        "The yearly growth rate that leads from one value to another.",
        "Round(FinanceCAGR(100, 200, 10), 0.0001)",
        0.0718,
        _finite("pow({ending} / nullif({beginning}, 0), 1 / nullif({years}, 0)) - 1"),
    ),
    (
        "FinanceEffectiveRate(nominal_rate: number, payments_per_year: number) -> number",
        "The yearly rate that a nominal one comes to, with its compound interest.",
        "FinanceEffectiveRate(0.1, 2)",
        0.1025,
        _finite("pow(1 + {nominal_rate} / nullif({payments_per_year}, 0), {payments_per_year}) - 1"),
    ),
    (
        "FinanceNominalRate(effective_rate: number, payments_per_year: number) -> number",
        "The nominal yearly rate that comes to an effective one.",
        "FinanceNominalRate(0.1025, 2)",
        0.1,
        _finite("(pow(1 + {effective_rate}, 1 / nullif({payments_per_year}, 0)) - 1) * {payments_per_year}"),
    ),
    (
        "FinanceFV(rate: number, payments: number, payment: number, present_value: number = 0, begin: bool = false) "
        "-> number",
        "The value of an investment after so many payments; `begin`: 1 if they are due at the beginning of a period.",
        "FinanceFV(0.1, 2, -100, -1000)",
        1420.0,
        _finite(f"-({{present_value}} * {_GROWTH} + {{payment}} * ({_SUM}))"),
    ),
    (
        "FinancePV(rate: number, payments: number, payment: number, future_value: number = 0, begin: bool = false) "
        "-> number",
        "What payments to come are worth today.",
        "Round(FinancePV(0.1, 2, -100), 0.01)",
        173.55,
        _finite(f"-({{future_value}} + {{payment}} * ({_SUM})) / {_GROWTH}"),
    ),
    (
        "FinancePMT(rate: number, payments: number, present_value: number, future_value: number = 0, "
        "begin: bool = false) -> number",
        "The payment that pays off a loan.",
        "Round(FinancePMT(0.05 / 12, 360, 200000), 0.01)",
        -1073.64,
        _finite(f"-({{present_value}} * {_GROWTH} + {{future_value}}) / ({_SUM})"),
    ),
    (
        "FinanceNPER(rate: number, payment: number, present_value: number, future_value: number = 0, "
        "begin: bool = false) -> number",
        "How many payments an investment or a loan takes.",
        "FinanceNPER(0, -100, 1000)",
        10.0,
        _finite(
            "CASE WHEN {rate} = 0 THEN -({present_value} + {future_value}) / nullif({payment}, 0) "
            f"ELSE ln(({{payment}} * {_DUE} - {{future_value}} * {{rate}}) / "
            f"({{present_value}} * {{rate}} + {{payment}} * {_DUE})) / ln(1 + {{rate}}) END"
        ),
    ),
    (
        "FinanceRate(payments: number, payment: number, present_value: number, future_value: number = 0, "
        "begin: bool = false) -> number",
        "The rate for a period that makes payments pay off a loan.",
        "Round(FinanceRate(10, -100, 800), 0.0001)",
        0.0428,
        "flowrun_finance_rate({payments}, {payment}, {present_value}, {future_value}, {begin})",
    ),
    (
        "FinanceFVSchedule(principal: number, *rate: number) -> number",
        "What an amount grows to with a rate for each period.",
        "FinanceFVSchedule(1000, 0.1, 0.2)",
        1320.0,
        _finite("{principal} * list_product(list_transform([{rate}], lambda rate: 1 + rate))"),
    ),
    (
        "FinanceNPV(rate: number, *value: number) -> number",
        "What values at the ends of the coming periods are worth today.",
        "Round(FinanceNPV(0.1, 100, 100), 0.01)",
        173.55,
        "flowrun_finance_npv({rate}, [{value}])",
    ),
    (
        "FinanceIRR(*value: number) -> number",
        "The internal rate of return: the rate at which values, one a period, are worth nothing together.",
        "FinanceIRR(-100, 60, 60)",
        0.1306623862918074,
        "flowrun_finance_irr([{value}])",
    ),
    (
        "FinanceMIRR(finance_rate: number, reinvest_rate: number, *value: number) -> number",
        "The modified internal rate of return: payments are financed at one rate, receipts reinvested at another.",
        "Round(FinanceMIRR(0.1, 0.12, -120000, 39000, 30000, 21000, 37000, 46000), 0.0001)",
        0.1261,
        "flowrun_finance_mirr({finance_rate}, {reinvest_rate}, [{value}])",
    ),
    (
        "FinanceXNPV(rate: number, *value: number, *date: date) -> number",
        "What values at given dates are worth at the first of them, at a yearly rate.",
        "Round(FinanceXNPV(0.1, -100, '2023-01-01', 110, '2024-01-01'), 0.01)",
        0.0,
        "flowrun_finance_xnpv({rate}, [{value}], [{date}])",
    ),
    (
        "FinanceXIRR(*value: number, *date: date) -> number",
        "The internal rate of return, yearly, of values at given dates.",
        "Round(FinanceXIRR(-100, '2023-01-01', 110, '2024-01-01'), 0.0001)",
        0.1,
        "flowrun_finance_xirr([{value}], [{date}])",
    ),
    (
        "FinanceMXIRR(finance_rate: number, reinvest_rate: number, *value: number, *date: date) -> number",
        "The modified internal rate of return, yearly, of values at given dates.",
        "Round(FinanceMXIRR(0.1, 0.1, -100, '2023-01-01', 121, '2025-01-01'), 0.001)",
        0.1,
        "flowrun_finance_mxirr({finance_rate}, {reinvest_rate}, [{value}], [{date}])",
    ),
]

FUNCTIONS = [Function("Finance", *row) for row in _ROWS]

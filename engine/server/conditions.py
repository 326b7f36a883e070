"""What records must fulfil to be shown: conditions on fields, a search, an expression; each as SQL."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, Field

from engine.server.refusal import Refusal
from engine.sql import quote_text
from engine.types import BLOBS, DATES, NUMBERS, TEXTS, FieldType
from engine.types import Field as RecordField

Test = Literal[
    "contains", "lacks", "starts", "ends",
    "equals", "differs", "less", "at_most", "greater", "at_least", "between",
    "null", "not_null", "empty", "filled",
]  # fmt: skip

_OF_TEXT = {
    "contains": "contains(lower({c}), lower({v}))",
    "lacks": "NOT coalesce(contains(lower({c}), lower({v})), false)",
    "starts": "starts_with(lower({c}), lower({v}))",
    "ends": "ends_with(lower({c}), lower({v}))",
}
_OF_ORDER = {
    "equals": "{c} = {v}",
    "differs": "{c} IS DISTINCT FROM {v}",
    "less": "{c} < {v}",
    "at_most": "{c} <= {v}",
    "greater": "{c} > {v}",
    "at_least": "{c} >= {v}",
    "between": "{c} BETWEEN {v} AND {to}",
}
_OF_ALL = {"null": "{c} IS NULL", "not_null": "{c} IS NOT NULL"}
_OF_FILLING = {"empty": "{c} = ''", "filled": "{c} <> ''"}


class Condition(BaseModel):
    """A test of a field. Texts are compared by `contains`, `lacks`, `starts` and `ends` without regard to case.

    `to` ends the range of `between`, both ends included. What is null passes `null`, `differs` and `lacks` alone.
    """

    field: str
    test: Test
    value: str = Field(default="", max_length=10_000)
    to: str = Field(default="", max_length=10_000)


def sql_of(condition: Condition, column: str, field: RecordField) -> str:
    """A condition as SQL over the column that holds its field.

    Raises:
        Refusal: the field knows no such test, or the value is none of its type.
    """
    known = _OF_ALL | ({} if field.type in BLOBS else _OF_ORDER) | (
        _OF_TEXT | _OF_FILLING if field.type in TEXTS else {}
    )  # fmt: skip
    if condition.test not in known:
        raise Refusal(422, f"[{field.name}] is {field.type}; it cannot be tested by '{condition.test}'.")
    needs = known[condition.test]
    return needs.format(
        c=column,
        v=_literal(condition.value, field) if "{v}" in needs else "",
        to=_literal(condition.to, field) if "{to}" in needs else "",
    )


def search(text: str, columns: list[tuple[str, RecordField]]) -> str:
    """Whether any of the columns shows a text, without regard to case; none of them a blob."""
    wanted = quote_text(text.lower())
    found = [
        f"coalesce(contains({f'lower({column})' if field.type in TEXTS else f'CAST({column} AS VARCHAR)'}, {wanted}), "
        "false)"
        for column, field in columns
    ]
    return " OR ".join(found or ["false"])


def _literal(text: str, field: RecordField) -> str:
    if field.type in TEXTS:
        return quote_text(text)
    try:
        if field.type in NUMBERS:
            return _number(text.strip().replace(",", ""), field)
        value = str(pa.scalar(text.strip()).cast(field.arrow_type).cast(pa.string()))
        return f"CAST({quote_text(value)} AS {_TYPES[field.type]})"
    except (ValueError, pa.ArrowInvalid):
        example = _EXAMPLES.get(field.type, "12.5")
        hint = f"Write it like {example}."
        raise Refusal(422, f"{text!r} is no {field.type} to compare [{field.name}] with.", hint=hint) from None


def _number(text: str, field: RecordField) -> str:
    """A number as typed; compared as 32 bits with a Float, so that 0.1 finds the 0.1 that is shown."""
    try:
        return str(int(text)) if abs(int(text)) < 1 << 62 else f"CAST({float(text)!r} AS DOUBLE)"
    except ValueError:
        return f"CAST('{float(text)!r}' AS {'FLOAT' if field.type is FieldType.Float else 'DOUBLE'})"


_TYPES = {
    FieldType.Bool: "BOOLEAN",
    **dict(zip(DATES, ("DATE", "TIME", "TIMESTAMP"), strict=True)),
}
_EXAMPLES = {
    FieldType.Bool: "true",
    FieldType.Date: "2024-12-31",
    FieldType.Time: "23:59:00",
    FieldType.DateTime: "2024-12-31 23:59:00",
}

"""The formula language: Alteryx's, translated to DuckDB SQL.

`compile_expression` checks a text against the fields of a schema and gives its SQL; `evaluate` computes it for a few
records; `completions` lists what one can write. The function table (`functions/`) is the one place where functions are
described.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import pyarrow as pa

from engine.expression import convert
from engine.expression.errors import ExpressionError, Mistake
from engine.expression.scope import Column, Scope, constants
from engine.expression.value import Subject
from engine.tool import Home
from engine.types import Field, FieldType

if TYPE_CHECKING:
    from engine.expression.nodes import Node
    from engine.sql import Session

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_DEEPEST = 300  # nested brackets in the SQL; DuckDB stops at 1,000 levels of its own counting

__all__ = [
    "Column",
    "Compiled",
    "ExpressionError",
    "Scope",
    "Subject",
    "compile_expression",
    "completions",
    "constants",
    "evaluate",
    "is_volatile",
]


@dataclass(frozen=True)
class Compiled:
    """An expression that is right.

    Attributes:
        sql: SQL over the columns of its scope. It never raises, whatever the data.
        type: the type of its result: Bool, Int64, Double, V_WString, Date, Time, DateTime or Blob.
        columns: the columns it names, in the order of the text.
    """

    sql: str
    type: FieldType
    columns: tuple[Column, ...]

    @property
    def fields(self) -> list[str]:
        """The names of the fields it reads."""
        return [column.name for column in self.columns]


def compile_expression(
    expression: str | Node, schema: pa.Schema | Scope, home: Home | None = None, *, setting: str = ""
) -> Compiled:
    """Check an expression and translate it.

    Args:
        expression: its text, or a tree built by hand.
        schema: the fields it may name; each is a column of that name. A `Scope` says otherwise.
        home: the workflow, for its constants.
        setting: the setting it stands in, for the error.

    Raises:
        ExpressionError: it is wrong; says where, why, and what to do.
    """
    from engine.expression.grammar import parse
    from engine.expression.translate import Translator
    from engine.expression.value import unified

    scope = schema if isinstance(schema, Scope) else Scope.of(schema, home or Home())
    translator = Translator(scope)
    text = expression if isinstance(expression, str) else ""
    try:
        value = translator.value(parse(expression) if isinstance(expression, str) else expression)
        value = unified([value])[0]
        if _nesting(value.sql) > _DEEPEST:
            raise RecursionError
    except Mistake as mistake:
        raise mistake.in_text(text, setting) from None
    except RecursionError:
        message = "The expression is nested too deeply"
        hint = "Split it into several lines of a Formula, each using the one before."
        raise ExpressionError(message, text, 0, len(text), hint=hint, setting=setting) from None
    assert value.type is not None
    return Compiled(value.sql, value.type, tuple(translator.columns.values()))


def _nesting(sql: str) -> int:
    """How deep brackets are nested at most."""
    depth = deepest = 0
    for character in _QUOTED.sub("", sql):
        if character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth -= 1
    return deepest


def evaluate(
    session: Session, expression: str, batch: pa.RecordBatch, home: Home | None = None, *, field: Field | None = None
) -> pa.Array:
    """The result for each record of a batch; for previews and tests. Tools prepare their query once instead.

    Args:
        session: where it is computed.
        expression: its text.
        batch: the records.
        home: the workflow, for its constants.
        field: the field that the result is for, as in a Formula; what cannot become its type is null.

    Raises:
        ExpressionError: the expression is wrong.
        ToolError: its result can never be of that type.
    """
    compiled = compile_expression(expression, batch.schema, home)
    sql = convert.template(compiled.type, field).format(x=f"({compiled.sql})") if field else compiled.sql
    query_text = f"SELECT {sql} FROM batch"  # noqa: S608 - translated: nothing of the text is taken over
    with session.per_batch(query_text, batch.schema, compiled.fields) as query:
        result = query(batch)[0]
    return result.cast(field.arrow_type) if field else result


def is_volatile(expression: str) -> bool:
    """Whether the same records may give another result another time.

    So it is where a function draws at random, looks at the clock, at files or at the environment. An expression that is
    wrong counts as volatile. Constants do not: who remembers a result looks at those that are named.
    """
    from engine.expression.functions import functions
    from engine.expression.grammar import parse
    from engine.expression.nodes import Call, walk

    try:
        nodes = list(walk(parse(expression)))
    except Mistake:
        return True
    called = (functions().get(node.name.lower()) for node in nodes if isinstance(node, Call))
    return any(row is None or row.volatile for row in called)


class Completion(TypedDict):
    """What the editor offers for a function."""

    name: str
    category: str
    usage: str
    help: str
    example: str


def completions() -> list[Completion]:
    """Every function, in the order of the help."""
    from engine.expression.functions import functions

    return [
        Completion(name=row.name, category=row.category, usage=row.usage, help=row.help, example=row.example)
        for row in functions().values()
    ]

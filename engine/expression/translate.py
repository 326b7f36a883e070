"""Tree -> SQL, with types checked on the way.

Null, as Alteryx has it: `= ` holds between two Nulls, `!=` between Null and anything else, `<` and `>` never, `<=` and
`>=` between two Nulls; `+ - * /` with Null give Null, but a text and Null together give the text. A condition that is
Null does not hold. Division gives a Double, and Null by 0; whole numbers too large for an Int64 are Null.
"""

from __future__ import annotations

import re
from functools import reduce

from engine.errors import did_you_mean
from engine.expression import value as values
from engine.expression.errors import Mistake
from engine.expression.functions import functions
from engine.expression.nodes import Call, Chain, FieldReference, If, In, Literal, Node, Place, Unary, Word
from engine.expression.scope import Column, Scope
from engine.expression.value import BOOL, INTEGER, NUMBER, TEXT, Value, WrongType, fill, literal
from engine.types import DATES, FieldType

_SIGNS = {
    "PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDE": "/", "AND": "AND", "OR": "OR", "EQUAL": "=", "UNEQUAL": "!=",
    "LESS": "<", "LESS_EQUAL": "<=", "GREATER": ">", "GREATER_EQUAL": ">=", "NOT": "NOT",
}  # fmt: skip


class Translator:
    """Translates one tree, and collects the fields that it names in `columns`."""

    def __init__(self, scope: Scope) -> None:
        self.columns: dict[str, Column] = {}
        self._scope = scope

    def value(self, node: Node) -> Value:
        """The SQL and type of a node.

        Raises:
            Mistake: a name is unknown, or types do not fit.
        """
        match node:
            case Literal():
                return literal(node.value, node.place)
            case FieldReference():
                return self._field(node)
            case Word():
                raise self._meaningless(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Chain():
                return reduce(self._step, node.rest, self.value(node.first))
            case In():
                return self._in(node)
            case If():
                return self._if(node)

    def _field(self, node: FieldReference) -> Value:
        found, column = self._scope.resolve(node.name, node.place)
        if column:
            self.columns[column.name] = column
        return found

    def _meaningless(self, node: Word) -> Mistake:
        column = self._scope.find(node.name)
        if column:
            hint = f"Fields stand in brackets: [{column.name}]."
        elif node.name.lower() in functions():
            hint = f"A function is called with brackets: {functions()[node.name.lower()].usage}."
        else:
            hint = "Fields are written [Field Name], texts 'text', functions Name(...)."
        return Mistake(f"'{node.name}' means nothing by itself", node.place.start, node.place.end, hint=hint)

    def _call(self, node: Call) -> Value:
        function = functions().get(node.name.lower())
        if function is None:
            names = [known.name for known in functions().values()]
            end = node.place.start + len(node.name)
            raise Mistake(f"No function {node.name}", node.place.start, end, hint=did_you_mean(node.name, names))
        home = literal(str(self._scope.home.folder.absolute()))
        given = [self.value(argument) for argument in node.arguments]
        return function.call(given, node.place, home, self._scope.subject)

    def _unary(self, node: Unary) -> Value:
        operand = self.value(node.operand)
        try:
            if node.operator == "NOT":
                return Value(f"(NOT {values.as_bool(operand).sql})", BOOL, node.place)
            number = values.as_number(operand)
        except WrongType as error:
            raise _wrong(node.operator, [operand], node.place, error) from None
        if isinstance(number.constant, int | float):
            return literal(-number.constant, node.place)
        return Value(fill("TRY(-{x})", {"x": number}), number.type, node.place)

    def _step(self, left: Value, step: tuple[str, Node]) -> Value:
        return self._binary(step[0], left, self.value(step[1]))

    def _binary(self, operator: str, left: Value, right: Value) -> Value:
        place = left.place | right.place
        try:
            if operator in ("AND", "OR"):
                sql = f"({values.as_bool(left).sql} {operator} {values.as_bool(right).sql})"
                return Value(sql, BOOL, place)
            if operator in ("PLUS", "MINUS", "TIMES", "DIVIDE"):
                return _arithmetic(operator, left, right, place)
            return Value(_comparison(operator, left, right), BOOL, place)
        except WrongType as error:
            raise _wrong(operator, [left, right], place, error) from None

    def _in(self, node: In) -> Value:
        operand = self.value(node.operand)
        choices = [self.value(choice) for choice in node.choices]
        try:
            operand, *choices = values.unified(_comparable([operand, *choices]))
        except WrongType as error:
            raise _wrong("IN", [operand, *choices], node.place, error) from None
        named = {f"choice{number}": choice for number, choice in enumerate(choices)}
        certain = [f"{{{name}}}" for name, choice in named.items() if choice.never_null]
        tests = [f"coalesce({{operand}} IN ({', '.join(certain)}), FALSE)"] if certain else []
        tests += [
            f"({{operand}} IS NOT DISTINCT FROM {{{name}}})" for name, choice in named.items() if not choice.never_null
        ]
        sql = fill(" OR ".join(tests) or "FALSE", {"operand": operand, **named})
        return Value(f"(NOT ({sql}))" if node.negated else f"({sql})", BOOL, node.place)

    def _if(self, node: If) -> Value:
        conditions = [self._condition(condition) for condition, _ in node.arms]
        results = [self.value(result) for _, result in node.arms]
        otherwise = self.value(node.otherwise)
        try:
            *results, otherwise = values.unified([*results, otherwise])
        except WrongType as error:
            message = f"IF gives {_spoken([*results, otherwise])}; all results must be of one type"
            raise Mistake(message, node.place.start, node.place.end, hint=error.hint) from None
        pairs = zip(conditions, results, strict=True)
        arms = " ".join(f"WHEN {condition.sql} THEN {result.sql}" for condition, result in pairs)
        return Value(f"CASE {arms} ELSE {otherwise.sql} END", otherwise.type, node.place)

    def _condition(self, node: Node) -> Value:
        condition = self.value(node)
        try:
            return values.as_bool(condition)
        except WrongType as error:
            message = f"After IF comes a condition; this is {condition.spoken}"
            raise Mistake(message, condition.place.start, condition.place.end, hint=error.hint) from None


def _wrong(operator: str, operands: list[Value], place: Place, error: WrongType) -> Mistake:
    message = f"{_SIGNS.get(operator, operator)} cannot take {_spoken(operands)}"
    return Mistake(message, place.start, place.end, hint=error.hint)


def _spoken(operands: list[Value]) -> str:
    return " and ".join(dict.fromkeys(operand.spoken for operand in operands))


def _arithmetic(operator: str, left: Value, right: Value, place: Place) -> Value:
    if operator == "PLUS" and TEXT in (left.type, right.type):
        return _joined(left, right, place)
    left, right = values.as_number(left), values.as_number(right)
    if operator == "DIVIDE":
        return Value(f"({values.as_double(left).sql} / nullif({values.as_double(right).sql}, 0))", NUMBER, place)
    if left.type is right.type is INTEGER:
        return Value(fill(f"TRY({{a}} {_SIGNS[operator]} {{b}})", {"a": left, "b": right}), INTEGER, place)
    return Value(f"({left.sql} {_SIGNS[operator]} {right.sql})", NUMBER, place)


def _joined(left: Value, right: Value, place: Place) -> Value:
    """Texts put together. Null adds nothing, but Null and Null stay Null."""
    parts = tuple(part for side in (left, right) for part in side.parts or (values.as_text(side),))
    pieces = ", ".join(part.sql for part in parts)
    if any(part.never_null for part in parts):
        return Value(f"concat({pieces})", TEXT, place, parts=parts)
    return Value(f"list_aggregate([{pieces}], 'string_agg', '')", TEXT, place, parts=parts)


_COMPARISON = {
    # with two values that may be Null, and with one that may
    "EQUAL": ("({a} IS NOT DISTINCT FROM {b})", "coalesce({a} = {b}, FALSE)"),
    "UNEQUAL": ("({a} IS DISTINCT FROM {b})", "coalesce({a} <> {b}, TRUE)"),
    "LESS": ("coalesce({a} < {b}, FALSE)",) * 2,
    "GREATER": ("coalesce({a} > {b}, FALSE)",) * 2,
    "LESS_EQUAL": ("coalesce({a} <= {b}, {a} IS NULL AND {b} IS NULL)", "coalesce({a} <= {b}, FALSE)"),
    "GREATER_EQUAL": ("coalesce({a} >= {b}, {a} IS NULL AND {b} IS NULL)", "coalesce({a} >= {b}, FALSE)"),
}


def _comparison(operator: str, left: Value, right: Value) -> str:
    left, right = values.unified(_comparable([left, right]))
    both_nullable, one_nullable = _COMPARISON[operator]
    template = one_nullable if left.never_null or right.never_null else both_nullable
    return fill(template, {"a": left, "b": right})


def _comparable(operands: list[Value]) -> list[Value]:
    """Texts that are compared with a date are read as dates; one that is none, and is written out, is a mistake."""
    dates = {operand.type for operand in operands if operand.type in DATES}
    texts = [operand for operand in operands if operand.type is TEXT]
    if not dates or not texts:
        return operands
    if any(isinstance(text.constant, str) and not _DATE_OR_TIME.match(text.constant) for text in texts):
        raise WrongType("Dates are written '2024-12-31' or '2024-12-31 23:59:00', times '23:59:00'.")
    wanted = FieldType.Time if dates == {FieldType.Time} else FieldType.DateTime
    return [operand if operand.type is FieldType.Time else values.converted(operand, wanted) for operand in operands]


_DATE_OR_TIME = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2})")

"""The formula language's grammar, and its parser: text -> tree.

From the tightest to the loosest: `-x +x !x`, `* /`, `+ -`, `< <= > >= IN NOT IN`, `NOT x`, `= !=`, and at last `AND`
and `OR` **on one level, from left to right**, as Alteryx documents it::

    logic       equality ((AND | OR) equality)*
    equality    relation (("=" | "!=") relation)*
    relation    NOT relation | comparison
    comparison  sum (("<" | "<=" | ">" | ">=") sum | [NOT] IN list)*
    sum         product (("+" | "-") product)*
    product     factor (("*" | "/") factor)*
    factor      ("-" | "+" | "!") factor | value
    value       NUMBER | TEXT | FIELD | TRUE | FALSE | NAME | NAME list | "(" logic ")"
                | IF logic THEN logic (ELSEIF logic THEN logic)* ELSE logic ENDIF
    list        "(" [logic ("," logic)*] ")"

Written by hand: a general parser made itself ready for a tenth of a second, at every start. Rules are generators that
yield the rule they need next, so that no nesting is too deep for Python's stack.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from functools import lru_cache
from typing import Any, TypeAlias

from engine.expression.errors import Mistake
from engine.expression.nodes import Call, Chain, FieldReference, If, In, Literal, Node, Place, Unary, Word
from engine.expression.tokens import END, Token, tokens

_LOGIC, _EQUALITY, _COMPARISON, _SUM, _PRODUCT, _FACTOR = range(6)
_LEVELS = {
    **dict.fromkeys(("AND", "OR"), _LOGIC),
    **dict.fromkeys(("EQUAL", "UNEQUAL"), _EQUALITY),
    **dict.fromkeys(("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "IN", "NOT"), _COMPARISON),
    **dict.fromkeys(("PLUS", "MINUS"), _SUM),
    **dict.fromkeys(("TIMES", "DIVIDE"), _PRODUCT),
}
"""How tight an operator between two values holds."""
_CONDITION = "A condition is written IF c THEN x ELSEIF c THEN y ELSE z ENDIF."
_HINTS = {
    "ELSE": _CONDITION,
    "ENDIF": _CONDITION,
    "THEN": "After IF and ELSEIF comes a condition, then THEN.",
    ")": "Is a ')' or an operator missing?",
}
_LARGEST_INTEGER = 2**63 - 1
_Rule: TypeAlias = Generator[Any, Any, Any]
"""Yields rules, gets what they found, returns what it found itself."""


@lru_cache(4_096)  # while a workflow is edited, all but one of its expressions are those of the check before
def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        Mistake: it is none; says where, and what was expected.
    """
    if not text.strip():
        raise Mistake("The expression is empty", 0, 0, hint="Write a formula such as [Price] * 2.")
    rules: list[_Rule] = [_Parser(text).whole()]
    found: Any = None
    while rules:
        try:
            rules.append(rules[-1].send(found))
            found = None
        except StopIteration as end:
            rules.pop()
            found = end.value
    tree: Node = found
    return tree


class _Parser:
    """The rules of the grammar, over one text."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._last = self._next = next(self._tokens)

    def whole(self) -> _Rule:
        node = yield self._binary(_LOGIC)
        self._expect(END)
        return node

    def _binary(self, level: int) -> _Rule:
        """A value, and all operators behind it that hold at least as tight as `level`."""
        start = self._next.start
        tightest = _EQUALITY if self._next.kind == "NOT" else _FACTOR  # of what may still follow
        node = yield self._unary(level)
        while level <= (here := _LEVELS.get(self._next.kind, -1)) <= tightest:
            tightest = here
            if here == _COMPARISON:
                node = yield self._compared(node, start)
                continue
            rest: list[tuple[str, Node]] = []
            while _LEVELS.get(self._next.kind) == here:
                operator = self._take().kind
                rest.append((operator, (yield self._binary(here + 1))))
            node = Chain(node, tuple(rest))
        return node

    def _compared(self, left: Node, start: int) -> _Rule:
        operator = self._take().kind
        if operator in ("IN", "NOT"):
            if operator == "NOT" and self._next.kind != "IN":
                raise self._unexpected("IN")
            if operator == "NOT":
                self._take()
            choices = yield self._list()
            return In(left, choices, operator == "NOT", Place(start, self._last.end))
        return Chain(left, ((operator, (yield self._binary(_SUM))),))

    def _unary(self, level: int) -> _Rule:
        token = self._next
        if token.kind == "NOT" and level <= _COMPARISON:
            self._take()
            operand = yield self._binary(_COMPARISON)
            return Unary("NOT", operand, self._place_from(token))
        if token.kind in ("MINUS", "PLUS", "!"):
            self._take()
            operand = yield self._unary(_FACTOR)
            place = self._place_from(token)
            if token.kind == "PLUS":
                return Chain(Literal(0, place), (("PLUS", operand),))
            return Unary("NOT" if token.kind == "!" else token.kind, operand, place)
        return (yield self._value())

    def _value(self) -> _Rule:
        token = self._next
        if token.kind == "IF":
            return (yield self._conditional())
        if token.kind not in ("NUMBER", "TEXT", "FIELD", "TRUE", "FALSE", "NAME", "("):
            raise self._unexpected("a value: a field, a text, a number or a function")
        self._take()
        if token.kind == "(":
            node = yield self._binary(_LOGIC)
            self._expect(")")
            return node
        if token.kind == "NAME" and self._next.kind == "(":
            arguments = yield self._list()
            return Call(token.text, arguments, self._place_from(token))
        return _leaf(token)

    def _list(self) -> _Rule:
        """Any number of expressions in brackets, as a tuple."""
        if self._next.kind != "(":
            raise self._unexpected("'('")
        self._take()
        found: list[Node] = []
        while self._next.kind != ")" or found:
            found.append((yield self._binary(_LOGIC)))
            if self._next.kind != ",":
                break
            self._take()
        self._expect(")", ",")
        return tuple(found)

    def _conditional(self) -> _Rule:
        begin = self._next
        arms: list[tuple[Node, Node]] = []
        while not arms or self._next.kind == "ELSEIF":
            self._take()
            condition = yield self._binary(_LOGIC)
            self._expect("THEN")
            arms.append((condition, (yield self._binary(_LOGIC))))
        self._expect("ELSE", "ELSEIF")
        otherwise = yield self._binary(_LOGIC)
        self._expect("ENDIF")
        return If(tuple(arms), otherwise, self._place_from(begin))

    def _take(self) -> Token:
        self._last = self._next
        if self._next.kind != END:
            self._next = next(self._tokens)
        return self._last

    def _place_from(self, first: Token) -> Place:
        return Place(first.start, self._last.end)

    def _expect(self, kind: str, *others: str) -> None:
        """Take a token that ends an expression; `others` might have stood here as well."""
        if self._next.kind != kind:
            opening = ["'('"] if self._last.kind == "NAME" else []
            closing = [word if word.isalpha() else f"'{word}'" for word in (kind, *others) if word != END]
            raise self._unexpected(" or ".join(["an operator", *opening, *closing]), _HINTS.get(kind, ""))
        self._take()

    def _unexpected(self, expected: str, hint: str = "") -> Mistake:
        token = self._next
        if token.kind == END:
            return Mistake(f"The expression ends too early; expected {expected}", token.start, token.end, hint=hint)
        return Mistake(f"'{token.text}' cannot stand here; expected {expected}", token.start, token.end, hint=hint)


def _leaf(token: Token) -> Node:
    place, written = Place(token.start, token.end), token.text
    match token.kind:
        case "NUMBER":
            return Literal(_number(written, place), place)
        case "TEXT":
            return Literal(written[1:-1], place)
        case "FIELD":
            return FieldReference(written[1:-1].replace("]]", "]"), place)
        case "NAME":
            return Word(written, place)
    return Literal(token.kind == "TRUE", place)


def _number(written: str, place: Place) -> int | float:
    """A number as Int64 where it is one, else as Double."""
    number = float(written)
    if math.isinf(number):
        raise Mistake("The number is too large", place.start, place.end, hint="The largest is 1.7976931348623157e308.")
    return int(written) if written.isdecimal() and int(written) <= _LARGEST_INTEGER else number

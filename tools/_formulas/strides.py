"""Loops that add the same again and again: their value after any number of steps, without those between."""

from __future__ import annotations

from engine.expression.nodes import Call, Chain, FieldReference, Literal, Node, Unary
from engine.types import INTEGERS, Field, FieldType

_LARGEST = 1 << 40  # of what is added: so many times 65,536 stays below 2^63
_UNITS = {  # of one length, so that steps add up; months are not
    FieldType.Date: ("day", "week"),
    FieldType.DateTime: ("second", "minute", "hour", "day", "week"),
}


def stride(loop: str, field: Field, steps: str) -> Node | None:
    """The value after as many steps as the field `steps` says; None where the loop does anything but add a constant.

    Known are `[x] + 2`, `2 + [x]` and `[x] - 2` of integers, and `DateTimeAdd([x], 2, "days")` of dates, in units of
    one length. Numbers with decimals are not: added one by one, they round differently.

    Args:
        loop: an expression that is right.
        field: that the loop is about.
        steps: the name of another field, an integer from 1 to 65,536.
    """
    from engine.expression.grammar import parse

    def is_field(node: Node) -> bool:
        return isinstance(node, FieldReference) and node.name.casefold() == field.name.casefold()

    def times(count: Node) -> Node:
        return Chain(FieldReference(steps), (("TIMES", count),))

    match parse(loop):
        case Chain(old, ((("PLUS" | "MINUS") as operator, count),)) if is_field(old) and _adds(count, field):
            return Chain(old, ((operator, times(count)),))
        case Chain(count, (("PLUS", old),)) if is_field(old) and _adds(count, field):
            return Chain(old, (("PLUS", times(count)),))
        case Call(name, (old, count, Literal(str(unit)) as spelt)) if name.casefold() == "datetimeadd":
            lasts = unit.strip().lower().removesuffix("s") in _UNITS.get(field.type, ())
            return Call(name, (old, times(count), spelt)) if lasts and is_field(old) and _is_whole(count) else None
    return None


def _adds(count: Node, field: Field) -> bool:
    return field.type in INTEGERS and _is_whole(count)


def _is_whole(count: Node) -> bool:
    if isinstance(count, Unary) and count.operator == "-":
        count = count.operand
    return isinstance(count, Literal) and type(count.value) is int and count.value < _LARGEST

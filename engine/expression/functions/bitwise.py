"""Whole numbers as 64 bits."""

from __future__ import annotations

from engine.expression.function import Function

FUNCTIONS = [
    Function(
        "Bitwise",
        "BinaryAnd(a: integer, b: integer) -> integer",
        "The bits that both have.",
        "BinaryAnd(6, 3)",
        2,
        "{a} & {b}",
    ),
    Function(
        "Bitwise",
        "BinaryOr(a: integer, b: integer) -> integer",
        "The bits that either has.",
        "BinaryOr(6, 3)",
        7,
        "{a} | {b}",
    ),
    Function(
        "Bitwise",
        "BinaryXOr(a: integer, b: integer) -> integer",
        "The bits that only one has.",
        "BinaryXOr(6, 3)",
        5,
        "xor({a}, {b})",
    ),
    Function("Bitwise", "BinaryNot(a: integer) -> integer", "The bits that it has not.", "BinaryNot(5)", -6, "~{a}"),
    Function(
        "Bitwise",
        "ShiftLeft(a: integer, by: integer) -> integer",
        "With its bits moved to the left.",
        "ShiftLeft(1, 4)",
        16,
        "{a} << {by}",
    ),
    Function(
        "Bitwise",
        "ShiftRight(a: integer, by: integer) -> integer",
        "With its bits moved to the right.",
        "ShiftRight(16, 4)",
        1,
        "{a} >> {by}",
    ),
]

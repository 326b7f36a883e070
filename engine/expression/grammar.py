"""The formula language's grammar, and its parser: text -> tree.

From the tightest to the loosest: `-x !x`, `* /`, `+ -`, `< <= > >= IN NOT`, `= !=`, and at last `AND` and `OR`
**on one level, from left to right**, as Alteryx documents it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer_NonRecursive, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from engine.expression.errors import Mistake
from engine.expression.nodes import Call, Chain, FieldReference, If, In, Literal, Node, Place, Unary, Word

GRAMMAR = r"""
?start: logic
?logic: equality ((AND | OR) equality)*                                -> chain
?equality: relation ((EQUAL | UNEQUAL) relation)*                      -> chain
?relation: NOT relation                                                -> unary
    | comparison
?comparison: sum
    | comparison (LESS_EQUAL | GREATER_EQUAL | LESS | GREATER) sum     -> compared
    | comparison IN "(" [logic ("," logic)*] ")"                    -> is_in
    | comparison NOT IN "(" [logic ("," logic)*] ")"                -> is_not_in
?sum: product ((PLUS | MINUS) product)*                                -> chain
?product: factor ((TIMES | DIVIDE) factor)*                            -> chain
?factor: (MINUS | PLUS | BANG) factor                                  -> unary
    | atom
?atom: NUMBER                                                          -> number
    | STRING                                                           -> text
    | FIELD                                                            -> field
    | TRUE                                                             -> true
    | FALSE                                                            -> false
    | NAME "(" [logic ("," logic)*] ")"                              -> call
    | NAME                                                             -> word
    | "(" logic ")"                                                 -> group
    | IF logic THEN logic elseif* ELSE logic ENDIF                     -> conditional
elseif: ELSEIF logic THEN logic

IF.2: /if\b/i
THEN.2: /then\b/i
ELSEIF.3: /elseif\b/i
ELSE.2: /else\b/i
ENDIF.2: /endif\b/i
AND.2: /and\b|&&/i
OR.2: /or\b|\|\|/i
NOT.2: /not\b/i
IN.2: /in\b/i
TRUE.2: /true\b/i
FALSE.2: /false\b/i
BANG: "!"
EQUAL: "==" | "="
UNEQUAL: "!=" | "<>"
LESS_EQUAL: "<="
GREATER_EQUAL: ">="
LESS: "<"
GREATER: ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
DIVIDE: "/"
NUMBER: /(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?/i
STRING: /"[^"]*"|'[^']*'/
FIELD: /\[([^\]]|\]\])+\]/
NAME: /[^\W\d]\w*/
COMMENT: /\/\/[^\n]*/ | /\/\*(.|\n)*?\*\//
SPACE: /\s+/
%ignore COMMENT
%ignore SPACE
"""

_SPOKEN = {"LPAR": "'('", "RPAR": "')'", "COMMA": "','"} | {word: word for word in ("THEN", "ELSE", "ELSEIF", "ENDIF")}
_UNCLOSED = {
    "[": ("A field name lacks its closing bracket", "Write [Field Name]."),
    "'": ("A text lacks its closing quote", "Write 'text' or \"text\"."),
    '"': ("A text lacks its closing quote", "Write 'text' or \"text\"."),
    "]": ("There is a ']' without its '['", "Fields are written [Field Name]."),
}
_LARGEST_INTEGER = 2**63 - 1


@lru_cache(4_096)  # while a workflow is edited, all but one of its expressions are those of the check before
def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        Mistake: it is none; says where, and what was expected.
    """
    try:
        return _ToNodes().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise _explained(error, text) from None


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@v_args(meta=True)
class _ToNodes(Transformer_NonRecursive[Token, Node]):
    """Lark's tree -> ours. Not recursive, so that no expression is too deep for it."""

    def number(self, meta: Any, children: list[Token]) -> Node:
        written = str(children[0])
        whole = int(written) if written.isdecimal() else None
        return Literal(whole if whole is not None and whole <= _LARGEST_INTEGER else float(written), _place(meta))

    def text(self, meta: Any, children: list[Token]) -> Node:
        return Literal(str(children[0])[1:-1], _place(meta))

    def field(self, meta: Any, children: list[Token]) -> Node:
        return FieldReference(str(children[0])[1:-1].replace("]]", "]"), _place(meta))

    def true(self, meta: Any, children: list[Token]) -> Node:
        return Literal(True, _place(meta))

    def false(self, meta: Any, children: list[Token]) -> Node:
        return Literal(False, _place(meta))

    def word(self, meta: Any, children: list[Token]) -> Node:
        return Word(str(children[0]), _place(meta))

    def call(self, meta: Any, children: list[Any]) -> Node:
        return Call(str(children[0]), tuple(children[1:]), _place(meta))

    def group(self, meta: Any, children: list[Any]) -> Node:
        node: Node = children[0]
        return node

    def unary(self, meta: Any, children: list[Any]) -> Node:
        operator = children[0].type
        if operator == "PLUS":
            return Chain(Literal(0, _place(meta)), (("PLUS", children[1]),))
        return Unary("NOT" if operator == "BANG" else operator, children[1], _place(meta))

    def chain(self, meta: Any, children: list[Any]) -> Node:
        if len(children) == 1:
            first: Node = children[0]
            return first
        operators = [token.type for token in children[1::2]]
        return Chain(children[0], tuple(zip(operators, children[2::2], strict=True)))

    def compared(self, meta: Any, children: list[Any]) -> Node:
        return Chain(children[0], ((children[1].type, children[2]),))

    def is_in(self, meta: Any, children: list[Any]) -> Node:
        return In(children[0], tuple(children[2:]), False, _place(meta))

    def is_not_in(self, meta: Any, children: list[Any]) -> Node:
        return In(children[0], tuple(children[3:]), True, _place(meta))

    def elseif(self, meta: Any, children: list[Any]) -> Any:
        return (children[1], children[3])

    def conditional(self, meta: Any, children: list[Any]) -> Node:
        arms = [(children[1], children[3]), *(child for child in children[4:] if isinstance(child, tuple))]
        return If(tuple(arms), children[-2], _place(meta))


def _place(meta: Any) -> Place:
    return Place(meta.start_pos, meta.end_pos)


def _explained(error: UnexpectedInput, text: str) -> Mistake:
    if not text.strip():
        return Mistake("The expression is empty", 0, 0, hint="Write a formula such as [Price] * 2.")
    at = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(text)
    if isinstance(error, UnexpectedCharacters):
        message, hint = _UNCLOSED.get(text[at], (f"'{text[at]}' means nothing here", ""))
        return Mistake(message, at, len(text) if text[at] in "['\"" else at + 1, hint=hint)
    assert isinstance(error, UnexpectedToken)
    expected = error.accepts
    if error.token.type == "$END":
        at = len(text.rstrip())
        return Mistake(f"The expression ends too early; expected {_spoken(expected)}", at, at, hint=_missing(expected))
    message = f"'{error.token}' cannot stand here; expected {_spoken(expected)}"
    return Mistake(message, at, at + len(error.token), hint=_missing(expected))


def _spoken(expected: set[str]) -> str:
    if "NUMBER" in expected:
        return "a value: a field, a text, a number or a function"
    names = [name for terminal, name in _SPOKEN.items() if terminal in expected]
    return " or ".join(["an operator", *names] if "PLUS" in expected else names) or "the end"


def _missing(expected: set[str]) -> str:
    if expected & {"ENDIF", "ELSE"}:
        return "A condition is written IF c THEN x ELSEIF c THEN y ELSE z ENDIF."
    if "THEN" in expected:
        return "After IF and ELSEIF comes a condition, then THEN."
    if "RPAR" in expected:
        return "Is a ')' or an operator missing?"
    return ""

"""What the text of an expression is made of: numbers, names, words, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.expression.errors import Mistake

END = "the end"
"""The kind of the token behind all others."""
_TOKEN = re.compile(
    r"""(?P<BLANK>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<NUMBER>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)
    |(?P<TEXT>"[^"]*"|'[^']*')
    |(?P<FIELD>\[(?:[^\]]|\]\])+\])
    |(?P<NAME>[^\W\d]\w*)
    |(?P<SIGN>==|!=|<>|<=|>=|&&|\|\||[-=<>+*/!(),])""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_WORDS = {"IF", "THEN", "ELSEIF", "ELSE", "ENDIF", "AND", "OR", "NOT", "IN", "TRUE", "FALSE"}
_SIGNS = {
    "&&": "AND", "||": "OR", "=": "EQUAL", "==": "EQUAL", "!=": "UNEQUAL", "<>": "UNEQUAL",
    "<": "LESS", "<=": "LESS_EQUAL", ">": "GREATER", ">=": "GREATER_EQUAL",
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "DIVIDE",
}  # fmt: skip
_UNCLOSED = {
    "[": ("A field name lacks its closing bracket", "Write [Field Name]."),
    "'": ("A text lacks its closing quote", "Write 'text' or \"text\"."),
    '"': ("A text lacks its closing quote", "Write 'text' or \"text\"."),
    "]": ("There is a ']' without its '['", "Fields are written [Field Name]."),
}


@dataclass(frozen=True)
class Token:
    """A word of the language. Its kind is NUMBER, TEXT, FIELD, NAME, a key word, the name of an operator, or a sign."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """What the text is made of, and its end."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            message, hint = _UNCLOSED.get(text[at], (f"'{text[at]}' means nothing here", ""))
            raise Mistake(message, at, len(text) if text[at] in "['\"" else at + 1, hint=hint)
        kind, written = found.lastgroup or "", found.group()
        if kind == "NAME" and written.upper() in _WORDS:
            kind = written.upper()
        elif kind == "SIGN":
            kind = _SIGNS.get(written, written)
        if kind != "BLANK":
            yield Token(kind, written, at, found.end())
        at = found.end()
    end = len(text.rstrip())
    yield Token(END, "", end, end)

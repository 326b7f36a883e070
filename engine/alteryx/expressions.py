"""Alteryx's expressions in our spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from engine.errors import did_you_mean
from engine.expression.errors import Mistake
from engine.expression.nodes import Call, Word


def convert(text: str) -> tuple[str, list[str]]:
    """The expression with fields in brackets, which Alteryx lets out at times; and what is wrong with it."""
    from engine.expression.functions import functions
    from engine.expression.grammar import parse

    try:
        every = list(_walk(parse(text)))
    except Mistake as mistake:
        return text, [f"the expression {_short(text)} is not understood: {mistake.message} {mistake.hint}".strip()]
    known = {row.name.casefold(): row.name for row in functions().values()}
    unknown = {node.name: None for node in every if isinstance(node, Call) and node.name.casefold() not in known}
    problems = [f"there is no function {name} {did_you_mean(name, known.values())}".strip() for name in unknown]
    for word in sorted((node for node in every if isinstance(node, Word)), key=lambda node: -node.place.start):
        text = f"{text[: word.place.start]}[{word.name}]{text[word.place.end :]}"
    return text, problems


def _walk(node: Any) -> Iterator[Any]:
    """A tree's nodes; deep ones too, so without recursion."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node):
            yield node
            waiting.extend(getattr(node, part.name) for part in fields(node) if part.name != "place")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."

"""The tree of a parsed expression. Every node knows where it stands: offsets into the text, end exclusive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Place:
    """Where a node stands."""

    start: int = 0
    end: int = 0

    def __or__(self, other: Place) -> Place:
        return Place(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Place()


@dataclass(frozen=True)
class Literal:
    """A number, a text, True, False; None is Null()."""

    value: int | float | str | bool | None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class FieldReference:
    """`[name]`: a field or a constant."""

    name: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Word:
    """A bare word. It means nothing; kept so that the message can guess what was meant."""

    name: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Call:
    """`name(arguments)`."""

    name: str
    arguments: tuple[Node, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Unary:
    """`-x` (operator `-`) or `NOT x` (operator `NOT`)."""

    operator: str
    operand: Node
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Chain:
    """Operators of one level, applied from left to right: `first op1 x1 op2 x2 ...`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    @property
    def place(self) -> Place:
        return self.first.place | self.rest[-1][1].place


@dataclass(frozen=True)
class In:
    """`operand IN (choices)`, or `NOT IN`."""

    operand: Node
    choices: tuple[Node, ...]
    negated: bool
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class If:
    """`IF c THEN x ELSEIF c THEN x ELSE y ENDIF`: pairs of condition and result, and what else."""

    arms: tuple[tuple[Node, Node], ...]
    otherwise: Node
    place: Place = field(default=NOWHERE, compare=False)


Node: TypeAlias = Literal | FieldReference | Word | Call | Unary | Chain | In | If


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes inside it. Not recursive, so that no expression is too deep for it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case Call():
                waiting += node.arguments
            case Unary():
                waiting.append(node.operand)
            case Chain():
                waiting += [node.first, *(operand for _, operand in node.rest)]
            case In():
                waiting += [node.operand, *node.choices]
            case If():
                waiting += [part for arm in node.arms for part in arm] + [node.otherwise]

"""What can go wrong, as a tree.

FlowrunError
├── WorkflowError     the document is wrong: unknown tool, cycle, connection, setting, field   (found before a run)
├── ToolError         a tool says no: missing file, bad image, wrong type                     (expected; no traceback)
│   └── Unreachable   what a tool needs is not there now, such as a database's server         (a check only warns)
├── ToolCrash         anything else raised in a tool, chained                                 (a bug; traceback kept)
└── Cancelled         the user, or the machine, asked the run to stop

A message says what failed, what was expected and what came; `hint` is a way out. Whoever raises does not know the
node it runs in: the scheduler and the checker add that.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel


class FlowrunError(Exception):
    """A failure with a message for people, a way out, and the place it belongs to (filled in by the engine).

    Args:
        message: what failed, what was expected, what came. One or two sentences.
        hint: a way out, as a sentence of its own; may be empty.
        setting: the node's setting that is to blame, as a dotted path such as `fields.0.expression`.
    """

    def __init__(self, message: str, *, hint: str = "", setting: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.setting = setting
        self.node = ""
        self.tool = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class WorkflowError(FlowrunError):
    """The document is wrong; found before anything runs. `line` and `column` count from 1, 0 where unknown."""

    file = ""

    def __init__(self, message: str, *, hint: str = "", setting: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message, hint=hint, setting=setting)
        self.line = line
        self.column = column


class ToolError(FlowrunError):
    """A tool says no, in words meant for its user. `schema()` may raise several at once in an `ExceptionGroup`.

    Args:
        missing: the field that its input lacks, where that is what is wrong.
    """

    def __init__(self, message: str, *, hint: str = "", setting: str = "", missing: str = "") -> None:
        super().__init__(message, hint=hint, setting=setting)
        self.missing = missing


class Unreachable(ToolError):
    """What a tool needs is outside and not there now. A check warns of it, since a run may find it; a run fails."""


class ToolCrash(FlowrunError):
    """A tool raised what it should not have: a bug. The cause is chained."""


class Cancelled(FlowrunError):
    """The run was asked to stop."""


@dataclass(frozen=True)
class ToolWarning:
    """What may be wrong with a tool that can run all the same; the parts are those of a `FlowrunError`."""

    message: str
    hint: str = ""
    setting: str = ""
    missing: str = ""


class Problem(BaseModel):
    """One finding in the form that terminal, JSON and canvas share."""

    level: Literal["error", "warning"] = "error"
    message: str
    hint: str = ""
    node: str = ""
    tool: str = ""
    setting: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.node} ({self.tool})" if self.node and self.tool else self.node
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (place, line) if part)
        return f"{where}: {self.message} {self.hint}".strip() if where else f"{self.message} {self.hint}".strip()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'Class'?` for the nearest of `known`, or an empty string where none is near."""
    by_key = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), by_key, n=1, cutoff=0.6)
    return f"Did you mean '{by_key[near[0]]}'?" if near else ""


def said_by_system(error: OSError) -> str:
    """What the operating system has to say of a file, such as `Permission denied (secret.csv).`"""
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}."


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names as a phrase: `a, b, c`, cut after `limit` with a count of the rest; `nothing` where there is none."""
    every = list(names)
    if not every:
        return "nothing"
    rest = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {rest} more" if rest > 0 else "")

"""What becomes of files that cannot be used: the setting `on_...`, the same in every tool."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine.context import Context
from engine.errors import ToolError

# In YAML a plain `null` is no text but nothing; here it is the word.
Policy = Annotated[
    Literal["stop", "skip", "null"], BeforeValidator(lambda policy: "null" if policy is None else policy)
]

_LISTED = 20


class Unusable:
    """Lists what cannot be used by name and reason, the first few each, and sums them up at the end.

    Its notes come back by `take`.

    Args:
        policy: `stop` at the first, `skip` their records, or keep them with `null`.
        what: one of them, such as `image` or `file`.
        setting: where the policy stands.
        nullable: whether `null` is among what it may be.
    """

    def __init__(self, context: Context, policy: Policy, what: str, setting: str, *, nullable: bool = True) -> None:
        self.count = 0
        self._context = context
        self._policy = policy
        self._what, self._setting, self._nullable = what, setting, nullable
        self._seen = 0

    def add(self, name: str, reason: str, at: str = "") -> None:
        """Take note of a bad one.

        Args:
            at: the setting that asks for what cannot be done with it, where there is one.

        Raises:
            ToolError: the policy is `stop`.
        """
        if self._policy == "stop":
            keep = f", or to null to keep them without {_article(self._what)}" if self._nullable else ""
            raise ToolError(
                f"{name}: {reason}.",
                hint=f"Set {self._setting} to skip to leave such records out{keep}.",
                setting=at or self._setting,
            )
        self._context.note(f"{name}: {reason}.")

    def saw(self, number: int) -> None:
        """Count them, good and bad."""
        self._context.note(number)

    def take(self, note: str | int) -> None:
        """List a bad one, or count."""
        if isinstance(note, int):
            self._seen += note
            return
        self.count += 1
        if self.count <= _LISTED:
            self._context.warning(note)

    def sum_up(self) -> None:
        """Say how many were bad, if any were."""
        if self.count > _LISTED:
            self._context.warning(f"{self.count - _LISTED:,} more bad {self._what}s are not listed.")
        if self.count:
            verb = "was" if self.count == 1 else "were"
            fate = f"{verb} left out" if self._policy == "skip" else "became null"
            self._context.warning(f"{self.count:,} of {self._seen:,} {self._what}s could not be used and {fate}.")


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"

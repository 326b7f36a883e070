"""What is wrong with an expression, and where."""

from __future__ import annotations

from engine.errors import ToolError


class ExpressionError(ToolError):
    """An expression is wrong. `start` and `end` are character offsets into its text, for underlining.

    `line` and `column` count from 1 and stand in the message too.
    """

    def __init__(
        self, message: str, text: str, start: int, end: int, *, hint: str = "", setting: str = "", missing: str = ""
    ) -> None:
        self.text = text
        self.start = min(start, len(text))
        self.end = max(end, self.start)
        self.line = text.count("\n", 0, self.start) + 1
        self.column = self.start - (text.rfind("\n", 0, self.start) + 1) + 1
        where = f"line {self.line}, column {self.column}" if "\n" in text else f"column {self.column}"
        super().__init__(f"{message.rstrip('.')} ({where}).", hint=hint, setting=setting, missing=missing)


class Mistake(Exception):
    """The same, raised by code that knows the place but not the text."""

    def __init__(self, message: str, start: int, end: int, *, hint: str = "", missing: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.missing = missing

    def in_text(self, text: str, setting: str = "") -> ExpressionError:
        """As the error that the user sees."""
        return ExpressionError(
            self.message, text, self.start, self.end, hint=self.hint, setting=setting, missing=self.missing
        )

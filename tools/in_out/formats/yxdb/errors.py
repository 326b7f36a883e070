"""How the parts of the format say what is wrong with a file, and how it becomes a ToolError that names the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ToolError


class Refused(Exception):
    """The file is whole, but not of this format.

    Args:
        message: what it is, as the end of a sentence that begins with its name.
        hint: a way out.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Damaged(Exception):
    """The file contradicts itself.

    Args:
        message: what was expected and what came.
        offset: where in the file, in bytes.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn whatever can go wrong when a file is read into an error that names it."""
    try:
        yield
    except Refused as refusal:
        raise ToolError(f"{path} {refusal.message}.", hint=refusal.hint, setting="path") from refusal
    except Damaged as damage:
        raise ToolError(
            f"{path} is damaged at byte {damage.offset:,}: {damage.message}.",
            hint="Write it again, or take an older copy.",
            setting="path",
        ) from damage
    except OSError as error:
        raise ToolError(f"Cannot read {path}: {error.strerror or error}.", setting="path") from error

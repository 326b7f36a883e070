"""How the parts of the format say that a file is damaged; the reader turns it into a ToolError that names the file."""

from __future__ import annotations


class Damaged(Exception):
    """The file contradicts itself.

    Args:
        message: what was expected and what came.
        offset: where in the file, in bytes.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset

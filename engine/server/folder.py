"""The served folder: the only place that the server reads and writes. Paths outside are refused, links resolved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.server.refusal import Refusal

WORKFLOW_SUFFIXES = (".yaml", ".yml")
UNTITLED = "Untitled.yaml"
"""What a workflow without a file is called; its relative paths begin in the served folder."""


@dataclass(frozen=True)
class Folder:
    """A folder, with every link in its own path resolved."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder at `path`, which must exist."""
        return cls(path.resolve(strict=True))

    @property
    def hidden(self) -> Path:
        """Where the server keeps what it needs for itself."""
        return self.root / ".flowrun"

    def inside(self, relative: str) -> Path:
        """The file or folder at a path of the browser (forward slashes, relative to the served folder).

        Raises:
            Refusal: the path leads outside, also by a link, or to a hidden file.
        """
        path = PurePosixPath(relative)
        if "\0" in relative or "\\" in relative or path.is_absolute():
            raise Refusal(403, f"{relative!r} is no path inside the served folder.")
        if any(part.startswith(".") for part in path.parts):
            raise Refusal(403, f"{relative!r} leads outside the served folder, or to a hidden file.")
        return self.confined(self.root / path)

    def confined(self, path: Path) -> Path:
        """`path` with links resolved.

        Raises:
            Refusal: it then lies outside the served folder.
        """
        try:
            resolved = path.resolve()
        except (OSError, RuntimeError):
            raise Refusal(404, f"{path.name!r} cannot be followed: it is a link to itself.") from None
        if not resolved.is_relative_to(self.root):
            hint = "Serve a folder that holds it: flowrun serve FOLDER."
            raise Refusal(403, f"{path.name!r} leads outside the served folder.", hint=hint)
        return resolved

    def workflow(self, relative: str) -> Path:
        """The same for a workflow file, which need not exist; an empty path means a workflow not saved yet."""
        if not relative:
            return self.root / UNTITLED
        if not relative.lower().endswith(WORKFLOW_SUFFIXES):
            raise Refusal(422, f"{relative!r} is no name of a workflow.", hint="Let it end in .yaml.")
        return self.inside(relative)

    def relative(self, path: Path) -> str:
        """A path as the browser knows it."""
        return path.relative_to(self.root).as_posix() if path != self.root else ""

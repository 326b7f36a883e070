"""Walking through a folder: the files that match, in order of their paths."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

_JUNK = {"thumbs.db", "desktop.ini"}  # what Windows leaves in folders of pictures


def patterns(pattern: str | list[str]) -> list[str]:
    """The patterns of a setting: separated by semicolons, or a list."""
    parts = pattern.split(";") if isinstance(pattern, str) else pattern
    return [part.strip() for part in parts if part.strip()] or ["*"]


def matcher(pattern: str | list[str]) -> re.Pattern[str]:
    """One regular expression for all patterns; only `*` and `?` are special, brackets are plain text."""
    parts = ("*" if part == "*.*" else part for part in patterns(pattern))
    texts = (re.escape(part).replace(r"\*", ".*").replace(r"\?", ".") for part in parts)
    return re.compile("|".join(texts), re.IGNORECASE | re.DOTALL)


def readable(path: str) -> str:
    """A path as text that can be shown and stored, whatever bytes its name is made of."""
    return path.encode(errors="surrogateescape").decode(errors="replace")


class Listing:
    """A walk through a folder in order of path, with one folder's names a level in memory.

    Links are followed, each folder at most once on the way down. It works on plain strings: a million Path objects
    would cost seconds.

    Args:
        root: the folder.
        pattern: which names to take; see `matcher`.
        recurse: also look into the folders inside.
        hidden: also take hidden files and what systems leave behind, and look into hidden folders.
        check: called once a folder; raises where the run was cancelled.

    Attributes:
        problems: what could not be listed, and why.
        left_out: how many hidden files and folders were passed over.
    """

    def __init__(
        self,
        root: str,
        pattern: str | list[str],
        *,
        recurse: bool,
        hidden: bool = False,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root
        self._matches = matcher(pattern).fullmatch
        self._recurse, self._hidden = recurse, hidden
        self._check = check
        self.problems: list[str] = []
        self.left_out = 0

    def paths(self) -> Iterator[str]:
        """The paths of the files that match."""
        return self._walk(self._root, ())

    def _walk(self, folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[str]:
        self._check()
        try:
            here = os.stat(folder)  # noqa: PTH116
            if (here.st_dev, here.st_ino) in above:
                self.problems.append(f"{readable(folder)} links back to a folder above it; it was left out.")
                return
            entries = sorted(self._entries(folder))
        except OSError as error:
            self.problems.append(f"{readable(folder)} was left out: {error.strerror}.")
            return
        for _, name, is_folder in entries:
            path = os.path.join(folder, name)  # noqa: PTH118
            if is_folder:
                yield from self._walk(path, (*above, (here.st_dev, here.st_ino)))
            else:
                yield path

    def _entries(self, folder: str) -> Iterator[tuple[str, str, bool]]:
        """What to take of a folder, with a key that sorts whole paths: a folder's name sorts with its slash."""
        with os.scandir(folder) as scan:
            for entry in scan:
                is_folder = entry.is_dir()
                if not (self._recurse if is_folder else self._matches(entry.name)):
                    continue
                if not self._hidden and (entry.name.startswith(".") or entry.name.lower() in _JUNK):
                    self.left_out += 1
                elif is_folder or entry.is_file() or entry.is_symlink():
                    yield entry.name + os.sep * is_folder, entry.name, is_folder

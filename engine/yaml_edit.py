"""Changes a YAML text as a person would: what was not edited stays as it was written, comments and quotes included.

The text is taken apart along its block mappings and lists into regions of whole lines; a region whose value did not
change is put back as it stood, the others are written anew. What comes out is read again: should it not hold exactly
the data (a layout that this module does not understand), the whole file is written anew instead.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import WorkflowError
from engine.yaml_file import YamlPath, dump, load

Plain = Callable[[Any], Any]


def update(text: str, data: Any, plain: Plain = lambda value: value) -> str:
    """`text` with as few changes as make it hold `data`.

    Args:
        plain: turns values of the text into the form in which `data` has them.
    """
    unix = text.replace("\r\n", "\n")
    try:
        base = load(unix)
        if _same(plain(base.data), data):
            return text
        edited = _Text(_lines(unix), base.lines, plain).edited(base.data, data)
        if not _same(plain(load(edited).data), data):
            return dump(data)
    except (WorkflowError, _NotBlock):
        return dump(data)
    return edited.replace("\n", "\r\n") if "\r\n" in text else edited


class _NotBlock(Exception):
    """A collection is not written as a block of whole lines."""


@dataclass
class _Region:
    """Lines of an entry: comments above it from `above`, itself from `start`, up to `end`."""

    above: int
    start: int
    end: int


@dataclass
class _Text:
    lines: list[str]
    places: dict[YamlPath, tuple[int, int]]
    plain: Plain

    def edited(self, base: Any, new: Any) -> str:
        end = len(self.lines)
        while end and _is_remark(self.lines[end - 1]):
            end -= 1
        regions = self._regions((), base, end)
        head = self.lines[: regions[0].above]
        return "".join([*head, *self._collection((), base, new, end), *self.lines[end:]])

    def _collection(self, path: YamlPath, base: Any, new: Any, end: int) -> list[str]:
        regions = self._regions(path, base, end)
        if isinstance(base, dict) and isinstance(new, dict):
            return self._mapping(path, base, new, dict(zip(base, regions, strict=True)))
        if isinstance(base, list) and isinstance(new, list):
            return self._list(path, base, new, regions)
        raise _NotBlock

    def _mapping(
        self, path: YamlPath, base: dict[str, Any], new: dict[str, Any], regions: dict[str, _Region]
    ) -> list[str]:
        column = self._column((*path, next(iter(base))))
        written: list[str] = []
        for key, value in new.items():
            if key not in base:
                written += self._fresh({key: value}, column, written)
                continue
            region = regions[key]
            if _same(self.plain(base[key]), value):
                written += self.lines[region.above : region.end]
            else:
                written += self.lines[region.above : region.start]
                written += self._entry((*path, key), base[key], value, region, column, written)
        return written

    def _entry(
        self, path: YamlPath, base: Any, value: Any, region: _Region, column: int, written: list[str]
    ) -> list[str]:
        """An entry whose value has changed: only what changed inside it, where it is a block itself."""
        try:
            first = self._regions(path, base, region.end)[0].above
            if value and first > region.start:
                return self.lines[region.start : first] + self._collection(path, base, value, region.end)
        except _NotBlock:
            pass
        return self._fresh({path[-1]: value}, column, written)

    def _list(self, path: YamlPath, base: list[Any], new: list[Any], regions: list[_Region]) -> list[str]:
        column = self._column((*path, 0))
        unused = list(range(len(base)))
        written: list[str] = []
        for item in new:
            index = next((index for index in unused if _same(self.plain(base[index]), item)), None)
            if index is None:
                written += self._fresh([item], column, written)
            else:
                unused.remove(index)
                written += self.lines[regions[index].above : regions[index].end]
        return written

    def _fresh(self, data: Any, column: int, written: list[str]) -> list[str]:
        lines = _lines(textwrap.indent(dump(data, column), " " * column))
        several = column == 0 and len(lines) > 1 and bool(written) and not _is_remark(written[-1])
        return ["\n", *lines] if several else lines

    def _regions(self, path: YamlPath, base: Any, end: int) -> list[_Region]:
        """The regions of a block's entries, the last of which ends at `end`."""
        if not base or not isinstance(base, (dict, list)):
            raise _NotBlock
        keys = list(base) if isinstance(base, dict) else range(len(base))
        places = [self.places.get((*path, key), (0, 0)) for key in keys]
        starts = [line - 1 for line, _ in places]
        columns = {self._column((*path, key)) for key in keys}
        if len(columns) > 1 or sorted(set(starts)) != starts or min(columns) < 0:
            raise _NotBlock
        regions = [_Region(start, start, end) for start in starts]
        for index, region in enumerate(regions):
            floor = starts[index - 1] if index else -1
            while region.above - 1 > floor and self._belongs(region.above - 1, min(columns), path):
                region.above -= 1
            if index:
                regions[index - 1].end = region.above
        return regions

    def _belongs(self, line: int, column: int, path: YamlPath) -> bool:
        """Whether a line is a blank or a comment of the entry below it, and not of a text above."""
        if path and path in self.places and line < self.places[path][0]:
            return False
        text = self.lines[line]
        return _is_remark(text) and len(text) - len(text.lstrip(" ")) <= column

    def _column(self, path: YamlPath) -> int:
        """In which column the line of an entry begins; -1 where something else stands before it."""
        line, column = self.places.get(path, (0, 0))
        before = self.lines[line - 1][: column - 1] if line else "x"
        if isinstance(path[-1], int):
            return before.index("-") if before.strip() == "-" else -1
        return len(before) if not before.strip() else -1


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in (lines if lines[-1] else lines[:-1])]


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _same(one: Any, other: Any) -> bool:
    """Equal, the order of keys and the kinds of values included; 1 and 1.0 are the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)

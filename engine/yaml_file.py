"""YAML that people write: values as they meant them, and the line of everything; and written as they would.

Plain scalars follow YAML 1.2's core schema: only `true` and `false` are Booleans, `12:30` and `2024-01-31` are text,
so that a table typed into a workflow holds what was typed; keys are text always. Nothing but plain data is ever
constructed.
"""

from __future__ import annotations

import io
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from engine.errors import WorkflowError

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_RESOLVERS = [
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        re.compile(
            r"^(?:[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
        ),
        "-+0123456789.",
    ),
]


class _Loader(_Base):  # type: ignore[misc,valid-type]
    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key; quotes what this loader, or one of YAML 1.1, would take for something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
    _Dumper.add_implicit_resolver(_tag, _pattern, list(_first))
# PyYAML reads a plain integer with YAML 1.1's rules (`010` is eight); here it is just digits.
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))

_TEXT = "tag:yaml.org,2002:str"

YamlPath = tuple[str | int, ...]


@dataclass
class YamlText:
    """A parsed file: its plain data, and where each value stands.

    `lines` maps a path of keys and indices to (line, column), counted from 1; a mapping's entry stands at its key.
    """

    data: Any
    lines: dict[YamlPath, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: YamlPath) -> tuple[int, int]:
        """Line and column of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, (1, 1))


def load(text: str) -> YamlText:
    """Parse YAML.

    Raises:
        WorkflowError: it is no YAML, has a duplicate key, an alias or a tag; with line and column.
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlText(None)
        lines = dict(_places(root, (), set()))
        return YamlText(loader.construct_document(root), lines)
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    except RecursionError:
        raise WorkflowError("This is not a workflow: its YAML is nested too deeply.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise WorkflowError(f"This is not a YAML text: {error}.") from None
    finally:
        loader.dispose()


WIDTH = 100
"""Columns into which an entry must fit to stand on one line."""
_SECTIONS = ("nodes", "connections", "containers", "comments", "layout")
"""Keys of a workflow whose entries stand on lines of their own, however short they are."""
_LINES = re.compile(r"(?=.*\n)\S(.*\S)?\n?", re.DOTALL)  # PyYAML writes blocks that begin or end blank wrongly
_UNSEEN = re.compile(r"[\r\x85\u2028\u2029\ufeff]")
_PLAIN = re.compile(r"[A-Za-z0-9_./-][\w ./-]*")


def dump(data: Any, column: int = 0) -> str:
    """Plain data as YAML, in the order given, as a person would write it.

    A node stands on one line where it fits, else its settings stand below each other; lists of several things are one
    thing a line; texts of several lines are shown as such.

    Args:
        column: where the text will be put in, so that what fits into a line is known.
    """
    stream = io.StringIO()
    dumper = _Dumper(stream, width=math.inf, allow_unicode=True, sort_keys=False)
    node = dumper.represent_data(data)
    _choose_styles(node, column)
    dumper.open()
    dumper.serialize(node)
    dumper.close()
    text = stream.getvalue().removesuffix("\n...\n")
    return _spaced(text if text.endswith("\n") else text + "\n") if column == 0 else text


def _choose_styles(root: yaml.Node, column: int) -> None:
    """Block style for the root, for the sections of a workflow, and for what does not fit into a line."""
    if not isinstance(root, yaml.CollectionNode):
        return
    root.flow_style = not root.value
    for name, value in _entries(root):
        if name in _SECTIONS and isinstance(value, yaml.CollectionNode) and column == 0:
            value.flow_style = not value.value
            for key, entry in _entries(value):
                _fold(entry, 2, len(key) + 2)
        else:
            _fold(value, column, len(name) + 2, inside=column > 2)


def _entries(node: yaml.CollectionNode) -> list[tuple[str, yaml.Node]]:
    """What a collection holds; the items of a list have no name."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), value) for key, value in node.value]
    return [("", value) for value in node.value]


def _fold(node: yaml.Node, column: int, before: int, inside: bool = False) -> None:
    """One line where it fits; a list of collections inside a block stays a block, so that each has its line."""
    if isinstance(node, yaml.ScalarNode) and node.style is None and _LINES.fullmatch(node.value):
        node.style = "|"
    if not isinstance(node, yaml.CollectionNode):
        return
    several = inside and any(not name and isinstance(value, yaml.CollectionNode) for name, value in _entries(node))
    node.flow_style = not node.value or (not several and column + before + _length(node) <= WIDTH)
    if not node.flow_style:
        for name, value in _entries(node):
            _fold(value, column + 2, len(name) + 2 if name else 0, inside=True)


def _length(node: yaml.Node) -> float:
    """Columns of a value on one line; infinite where a text has several lines."""
    if not isinstance(node, yaml.CollectionNode):
        quotes = 0 if _PLAIN.fullmatch(node.value) else 2
        return math.inf if "\n" in node.value else len(node.value) + quotes
    inside = [(len(name) + 2 if name else 0) + _length(value) for name, value in _entries(node)]
    return sum(inside) + 2 * max(len(inside) - 1, 0) + 2


def _spaced(text: str) -> str:
    """A blank line around each top-level key whose value stands below it."""
    lines = re.split(r"(?<=\n)(?!\Z)", text)  # `splitlines` would also split where YAML does not
    heads = [index for index, line in enumerate(lines) if line[:1] not in (" ", "\n")]
    below = {head for head, after in zip(heads, [*heads[1:], len(lines)], strict=True) if after - head > 1}
    gaps = {head for before, head in itertools.pairwise(heads) if head in below or before in below}
    return "".join("\n" + line if index in gaps else line for index, line in enumerate(lines))


def _represent_float(dumper: yaml.SafeDumper, value: float) -> yaml.Node:
    """Whole numbers without `.0`; a browser does not tell 1 from 1.0."""
    if value.is_integer() and abs(value) < 1e15:
        return dumper.represent_int(int(value))
    return yaml.SafeDumper.represent_float(dumper, value)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """What YAML 1.1 takes for line breaks is escaped; so are other characters that nobody sees."""
    return dumper.represent_scalar(_TEXT, text, style='"' if _UNSEEN.search(text) else None)


_Dumper.add_representer(float, _represent_float)
_Dumper.add_representer(str, _represent_text)


def _places(node: yaml.Node, path: YamlPath, seen: set[int]) -> Iterator[tuple[YamlPath, tuple[int, int]]]:
    mark = node.start_mark
    yield path, (mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return
    if id(node) in seen:
        raise _wrong("YAML aliases (*name) are not supported.", mark, "Write it out.")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*path, index), seen)
        return
    keys: dict[str, yaml.Mark] = {}
    for key_node, value in node.value:
        key = str(key_node.value)
        if key in keys:
            message = f"The key '{key}' stands twice; it stood in line {keys[key].line + 1} before."
            raise _wrong(message, key_node.start_mark, "Rename or remove one.")
        keys[key] = key_node.start_mark
        if isinstance(key_node, yaml.ScalarNode):
            key_node.tag = _TEXT  # names are texts as they are written: 2024, no, null
        yield from _places(value, (*path, key), seen)
        yield (*path, key), (key_node.start_mark.line + 1, key_node.start_mark.column + 1)


def _wrong(message: str, mark: Any, hint: str) -> WorkflowError:
    return WorkflowError(message, hint=hint, line=mark.line + 1, column=mark.column + 1)


def _explained(error: yaml.MarkedYAMLError, text: str) -> WorkflowError:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or "it cannot be parsed").strip()
    if mark is None:
        return WorkflowError(f"This is not a YAML text: {problem}.")
    every = text.splitlines()
    line = every[mark.line] if mark.line < len(every) else ""
    if "\t" in line[: mark.column + 1]:
        return _wrong("YAML is indented by spaces; this line has a tab.", mark, "Replace it by spaces.")
    return _wrong(f"This is not a YAML text: {problem}.", mark, "Check quotes, brackets and indents.")

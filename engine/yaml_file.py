"""YAML that people write: values as they meant them, and the line of everything.

Plain scalars follow YAML 1.2's core schema: only `true` and `false` are Booleans, `12:30` and `2024-01-31` are text,
so that a table typed into a workflow holds what was typed. Nothing but plain data is ever constructed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from engine.errors import WorkflowError

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

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


class _Dumper(_BaseDumper):  # type: ignore[misc,valid-type]
    """Indents lists under their key; quotes what YAML 1.1 readers would take for something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
# PyYAML reads a plain integer with YAML 1.1's rules (`010` is eight); here it is just digits.
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))

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
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise WorkflowError(f"This is not a YAML text: {error}.") from None
    finally:
        loader.dispose()


def dump(data: Any) -> str:
    """Plain data as YAML, in the order given."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


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

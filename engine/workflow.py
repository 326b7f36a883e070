"""The workflow document: what stands in the YAML file, and where.

`Workflow.load` reads a file; what is wrong with its shape is kept as problems, so that a file with mistakes still
opens. Tools and their settings are not looked at here (see `engine.check`): an unknown tool keeps its settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import __version__, yaml_file
from engine.errors import Problem, WorkflowError, did_you_mean, listed
from engine.tool import Home

FORMAT = 1
MAX_BYTES = 32 << 20  # a workflow is read by people; more is a mistake
_NAME = re.compile(r"^[^\W\d][\w-]*$")
_END = r"([^\W\d][\w-]*)(?:\.([\w#]+))?"
_CONNECTION = re.compile(rf"^\s*{_END}\s*->\s*{_END}\s*$")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Node(BaseModel):
    """A tool placed in a workflow. Every key besides these is a setting of the tool.

    `cache`: `keep` all of its records for later runs, however cheap they are, or `never` reuse its result.
    """

    model_config = ConfigDict(extra="allow")

    tool: str = Field(min_length=1)
    annotation: str = ""
    cache: Literal["", "keep", "never"] = ""

    @property
    def settings(self) -> dict[str, Any]:
        """The tool's settings, as written."""
        return dict(self.model_extra or {})


class Container(_Part):
    """A titled box of nodes that can be switched off or folded; `inside` names the container around it."""

    title: str = ""
    nodes: list[str] = []
    inside: str = ""
    disabled: bool = False
    folded: bool = False


class Comment(_Part):
    """A note on the canvas."""

    text: str = ""
    inside: str = ""


class Runtime(_Part):
    """How the workflow runs. `stop_on_error`: a failing tool stops the others too, not only those that need it."""

    stop_on_error: bool = False


class Document(_Part):
    """The whole file. Order and names stay as they are; `layout` holds [x, y] or [x, y, width, height] by name."""

    flowrun: int = FORMAT
    name: str = ""
    description: str = ""
    constants: dict[str, str | int | float | bool] = {}
    runtime: Runtime = Runtime()
    nodes: dict[str, Node] = {}
    connections: list[str] = []
    containers: dict[str, Container] = {}
    comments: dict[str, Comment] = {}
    layout: dict[str, list[float]] = {}


@dataclass(frozen=True)
class Connection:
    """A wire as written; an anchor that was left out is empty. `index` is its place in `connections`."""

    index: int
    source: str
    source_anchor: str
    target: str
    target_anchor: str

    def __str__(self) -> str:
        source = f"{self.source}.{self.source_anchor}" if self.source_anchor else self.source
        target = f"{self.target}.{self.target_anchor}" if self.target_anchor else self.target
        return f"{source} -> {target}"


@dataclass
class Workflow:
    """A document with the place it came from and what is wrong with its shape."""

    document: Document
    file: Path | None = None
    text: str = ""
    yaml: yaml_file.YamlText = field(default_factory=lambda: yaml_file.YamlText({}))
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path, overrides: Iterable[tuple[str, Any]] = ()) -> Workflow:
        """Read a workflow file; `overrides` such as `("scale.steps.0.width", 64)` replace settings.

        Raises:
            WorkflowError: the file cannot be read, is no YAML, is no workflow, or an override names no node.
        """
        text = _read(path)
        try:
            return cls.parse(text, path.absolute(), overrides)
        except WorkflowError as error:
            error.file = str(path)
            raise

    @classmethod
    def parse(cls, text: str, file: Path | None = None, overrides: Iterable[tuple[str, Any]] = ()) -> Workflow:
        """The workflow in a YAML text."""
        return cls.of(yaml_file.load(text), file, overrides, text)

    @classmethod
    def of(
        cls,
        parsed: yaml_file.YamlText,
        file: Path | None = None,
        overrides: Iterable[tuple[str, Any]] = (),
        text: str = "",
    ) -> Workflow:
        """The workflow in data that is parsed already; its problems have lines only where the data has."""
        if not isinstance(parsed.data, dict) or "nodes" not in parsed.data:
            raise WorkflowError("This is not a workflow: it has no 'nodes'.", hint="See `flowrun new` for a start.")
        for path, value in overrides:
            _override(parsed.data, path, value)
        workflow = cls(Document(), file, text, parsed)
        workflow.document = _document(workflow, parsed.data)
        workflow.problems += _name_problems(workflow)
        return workflow

    @property
    def home(self) -> Home:
        """What relative paths and constants mean in this workflow."""
        folder = self.file.parent if self.file else Path.cwd()
        own = {key: str(value) for key, value in self.document.constants.items()}
        engine = {
            "Engine.WorkflowDirectory": f"{folder}/",
            "Engine.WorkflowFileName": self.file.name if self.file else "",
            "Engine.Version": __version__,
        }
        return Home(folder, self.file, {**engine, **own, **{f"User.{key}": value for key, value in own.items()}})

    @property
    def connections(self) -> list[Connection]:
        """The wires that can be read; the others are among the problems."""
        found = []
        for index, text in enumerate(self.document.connections):
            if match := _CONNECTION.match(text):
                source, source_anchor, target, target_anchor = match.groups(default="")
                found.append(Connection(index, source, source_anchor, target, target_anchor))
        return found

    def problem(self, message: str, path: yaml_file.YamlPath, **facts: Any) -> Problem:
        """A finding at a place of the file; names in `path` that are no keys, as pydantic puts there, are skipped."""
        known: yaml_file.YamlPath = ()
        for part in path:
            if (*known, part) in self.yaml.lines:
                known = (*known, part)
        line, column = self.yaml.place(known) if self.yaml.lines else (0, 0)
        return Problem(message=message, file=str(self.file or ""), line=line, column=column, **facts)

    def node_problem(self, node: str, message: str, setting: str = "", **facts: Any) -> Problem:
        """A finding about a node, at its setting (`fields.0.expression`) where one is to blame."""
        parts = [int(part) if part.isdigit() else part for part in setting.split(".")] if setting else []
        tool = self.document.nodes[node].tool if node in self.document.nodes else ""
        return self.problem(message, ("nodes", node, *parts), node=node, tool=tool, setting=setting, **facts)


def _read(path: Path) -> str:
    try:
        if path.is_dir():
            raise WorkflowError(f"{path} is a folder, not a workflow file.")
        if path.stat().st_size > MAX_BYTES:
            raise WorkflowError(f"{path} is larger than {MAX_BYTES >> 20} MiB; that is no workflow.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = [other.name for other in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        raise WorkflowError(f"There is no file {path}.", hint=did_you_mean(path.name, near)) from None
    except UnicodeDecodeError:
        raise WorkflowError(f"{path} is not a text in UTF-8.") from None
    except OSError as error:
        raise WorkflowError(f"Cannot read {path}: {error.strerror}.") from None


def _override(data: dict[str, Any], path: str, value: Any) -> None:
    """Replace one setting (`scale.steps.0.width`) or constant (`constants.images`)."""
    name, *parts = path.split(".")
    nodes = data["nodes"] or {}
    if name == "constants" and name not in nodes:
        nodes = {name: data.setdefault("constants", {})}
    if name not in nodes:
        known = listed(nodes)
        raise WorkflowError(f"There is no node '{name}' to set; there are {known}.", hint=did_you_mean(name, nodes))
    if not parts:
        raise WorkflowError(f"'{path}' names a node but no setting.", hint=f"Write {name}.<setting>=<value>.")
    target = nodes[name]
    for part in parts[:-1]:
        try:
            target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
        except (IndexError, ValueError, AttributeError):
            raise WorkflowError(f"'{path}' leads nowhere: there is no '{part}'.") from None
    try:
        target[int(parts[-1]) if isinstance(target, list) else parts[-1]] = value
    except (IndexError, ValueError, TypeError):
        raise WorkflowError(f"'{path}' leads nowhere: there is no '{parts[-1]}'.") from None


def _document(workflow: Workflow, data: dict[str, Any]) -> Document:
    """The document; parts of the wrong shape become problems and are left out, so that the rest still opens."""
    data = {key: value for key, value in data.items() if value is not None}
    if data.get("flowrun", FORMAT) != FORMAT:
        raise WorkflowError(
            f"This file says flowrun: {data['flowrun']}; this version reads flowrun: {FORMAT}.",
            hint="Update flowrun.",
        )
    while True:
        try:
            return Document.model_validate(data)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                workflow.problems.append(_shape_problem(workflow, found))
            # Copies along the path, so that the parsed data keeps what was written.
            for location in sorted({_droppable(found["loc"]) for found in error.errors()}, key=repr, reverse=True):
                data = _without(data, location)


def _droppable(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part to leave out: an entry of nodes, connections, ..., or a whole key where it is no mapping."""
    return location[:2]


def _without(data: Any, location: tuple[int | str, ...]) -> Any:
    head, *rest = location
    if isinstance(data, list):
        return [item for index, item in enumerate(data) if index != head]
    if not rest or not isinstance(data.get(head), (dict, list)):
        return {key: value for key, value in data.items() if key != head}
    return {**data, head: _without(data[head], tuple(rest))}


def _shape_problem(workflow: Workflow, found: Any) -> Problem:
    location: tuple[int | str, ...] = found["loc"]
    node = str(location[1]) if location[:1] == ("nodes",) and len(location) > 1 else ""
    name = str(location[-1])
    if found["type"] == "extra_forbidden":
        known = Document.model_fields if len(location) == 1 else Container.model_fields
        return workflow.problem(f"Unknown key '{name}'.", location, hint=did_you_mean(name, known))
    if found["type"] == "missing":
        return workflow.problem(f"'{name}' is missing.", location, node=node)
    given = "" if isinstance(found["input"], (dict, list)) else f", not {found['input']!r}"
    message = f"'{'.'.join(map(str, location))}': {sentence(found['msg'])[:-1]}{given}."
    return workflow.problem(message, location, node=node)


_PLAINER = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"a valid dictionary( or instance of \w+)?", "a mapping, such as {name: value}"),
        (r"a valid list", "a list, such as [a, b]"),
        (r"a valid string", "a text"),
        (r"a valid integer(, .*)?", "a whole number"),
        (r"a valid number(, .*)?", "a number"),
        (r"a valid boolean(, .*)?", "true or false"),
        (r"(String|List) should have at least 1 (character|item).*", "It must not be empty"),
        (
            r"List should have at (least|most) (\d+) items after validation, not (\d+)",
            r"At \1 \2 can be listed, not \3",
        ),
    )
]


def sentence(text: str) -> str:
    """Pydantic's message as a sentence, in words for those who do not program."""
    text = text.removeprefix("Value error, ").strip()
    for pattern, plain in _PLAINER:
        text = pattern.sub(plain, text)
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def _name_problems(workflow: Workflow) -> list[Problem]:
    """Names that cannot be, connections that cannot be read, and containers that name what is not there."""
    document = workflow.document
    problems = [
        workflow.problem(
            f"'{name}' cannot be a node's name.",
            ("nodes", name),
            hint="Use letters, digits, _ and -, and begin with a letter.",
        )
        for name in document.nodes
        if not _NAME.match(name)
    ]
    readable = {connection.index for connection in workflow.connections}
    problems += [
        workflow.problem(
            f"'{text}' is not a connection.",
            ("connections", index),
            hint="Write 'from -> to', with anchors where there are several: 'samples.E -> recognise.T'.",
        )
        for index, text in enumerate(document.connections)
        if index not in readable
    ]
    for name, container in document.containers.items():
        problems += _missing(workflow, container.nodes, {**document.nodes, **document.comments}, ("containers", name))
        if container.inside and container.inside not in document.containers:
            problems += _missing(workflow, [container.inside], document.containers, ("containers", name))
    return problems


def _missing(
    workflow: Workflow, names: Iterable[str], known: Mapping[str, Any], path: tuple[str, ...]
) -> list[Problem]:
    return [
        workflow.problem(f"There is no '{name}'.", (*path, "nodes"), hint=did_you_mean(name, known))
        for name in names
        if name not in known
    ]

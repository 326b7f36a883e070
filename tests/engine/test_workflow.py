"""Reading the document: what is wrong with its shape, overrides, constants."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import WorkflowError
from engine.workflow import Workflow
from tests.engine.tiny import parse


def test_settings_are_what_is_not_the_documents_own() -> None:
    workflow = parse("nodes: {a: {tool: Numbers, annotation: hi, count: 3, deep: {x: [1]}}}")
    node = workflow.document.nodes["a"]
    assert (node.tool, node.annotation, node.settings) == ("Numbers", "hi", {"count": 3, "deep": {"x": [1]}})


def test_connections_with_and_without_anchors() -> None:
    workflow = parse("""
        nodes: {a: {tool: X}, b-2: {tool: X}}
        connections: [a -> b-2, "a.E->b-2.T", "a.out -> b-2.in#3"]
    """)
    assert [str(connection) for connection in workflow.connections] == ["a -> b-2", "a.E -> b-2.T", "a.out -> b-2.in#3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nodes: {a: {toll: X}}", "1: 'tool' is missing."),
        ("nodes: {a: X}", "1: 'nodes.a': Input should be a mapping, such as {name: value}, not 'X'."),
        ("nodes: {a: {tool: X}}\nconections: []", "2: Unknown key 'conections'. Did you mean 'connections'?"),
        ("nodes: {a: {tool: X}}\nlayout: {a: [1, b]}", "2: 'layout.a.1': Input should be a number"),
        ("nodes: {a b: {tool: X}}", "1: 'a b' cannot be a node's name."),
        ("nodes: {1: {tool: X}}", "1: '1' cannot be a node's name."),
        ("nodes: {}\nlayout: {null: 1}", "2: 'layout.null': Input should be a list, such as [a, b]"),
    ],
)
def test_shape_problems_do_not_keep_the_rest_from_opening(text: str, expected: str) -> None:
    (problem,) = parse(text).problems
    assert f"{problem.line}: {problem.message} {problem.hint}".startswith(expected)


@pytest.mark.parametrize("text", ["", "just text", "[1, 2]", "name: x"])
def test_what_is_no_workflow(text: str) -> None:
    with pytest.raises(WorkflowError, match="not a workflow"):
        parse(text)


def test_a_later_format_is_refused() -> None:
    with pytest.raises(WorkflowError, match="flowrun: 2"):
        parse("flowrun: 2\nnodes: {}")


def test_overrides_replace_settings_and_constants() -> None:
    text = "constants: {x: 1}\nnodes: {a: {tool: X, steps: [{width: 1}]}}"
    overrides = [("a.steps.0.width", 64), ("a.training.image", "pic"), ("constants.x", "2")]
    workflow = Workflow.parse(text, None, overrides)
    assert workflow.document.nodes["a"].settings == {"steps": [{"width": 64}], "training": {"image": "pic"}}
    assert workflow.home.constants["User.x"] == "2"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("b.x", "There is no node 'b' to set; there are a."),
        ("a", "'a' names a node but no setting."),
        ("a.steps.7.width", "'a.steps.7.width' leads nowhere: there is no '7'."),
        ("a.steps.x", "'a.steps.x' leads nowhere: there is no 'x'."),
    ],
)
def test_overrides_that_lead_nowhere(path: str, message: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        Workflow.parse("nodes: {a: {tool: X, steps: [{width: 1}]}}", None, [(path, 1)])
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nothing.yaml", None, "There is no file"),
        (".", None, "is a folder"),
        ("x.yaml", b"\xff\xfe\x00", "not a text in UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkflowError, match=message):
        Workflow.load(tmp_path / name)


def test_the_nearest_file_name_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "simpsons.yaml").write_text("")
    with pytest.raises(WorkflowError, match=r"Did you mean 'simpsons.yaml'\?"):
        Workflow.load(tmp_path / "simpson.yaml")


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    workflow = parse("constants: {images: pics}\nnodes: {}", tmp_path / "w.yaml")
    assert workflow.home.path("pics") == tmp_path / "pics"
    assert workflow.home.constants["images"] == "pics"
    assert workflow.home.constants["Engine.WorkflowFileName"] == "w.yaml"

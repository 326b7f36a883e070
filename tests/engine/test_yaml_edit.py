"""Edits of a YAML text keep what was not edited."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import yaml_file
from engine.yaml_edit import update

_TEXT = """\
# Made for the demo.
flowrun: 1
name: "Simpsons"   # the seed

nodes:
  # where the pictures are
  images: {tool: Directory, path: "%images%",
           recurse: true}
  cleanup:   # a name of its own
    tool: Formula
    # from the folder
    fields:
      - {field: Class, expression: "FileGetDir([FullPath])"}  # the label
      - {field: B, expression: "1"}
    note: |
      # no comment
      two lines
  report: {tool: Browse}

connections:
- images -> cleanup   # first
- cleanup -> report

layout: {images: [60, 75]}
# the end
"""

_FIRST = '- {field: Class, expression: "FileGetDir([FullPath])"}  # the label\n'
_SECOND = '- {field: B, expression: "1"}\n'

Edit = Callable[[Any], Any]


def _edited(edit: Edit, text: str = _TEXT) -> str:
    data = copy.deepcopy(yaml_file.load(text).data)
    edit(data)
    result = update(text, data)
    assert yaml_file.load(result).data == data
    return result


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (lambda d: d.update(name="Springfield"), 'name: "Simpsons"   # the seed\n', "name: Springfield\n"),
        (lambda d: d["nodes"]["report"].update(title="R"), "{tool: Browse}", "{tool: Browse, title: R}"),
        (lambda d: d["nodes"].pop("report"), "  report: {tool: Browse}\n", ""),
        (
            lambda d: d["nodes"].update(new={"tool": "Sort", "by": [{"field": "a"}]}),
            "  report: {tool: Browse}\n",
            "  report: {tool: Browse}\n  new: {tool: Sort, by: [{field: a}]}\n",
        ),
        (
            lambda d: d["nodes"]["cleanup"]["fields"][1].update(expression="2"),
            '- {field: B, expression: "1"}',
            "- {field: B, expression: '2'}",
        ),
        (
            lambda d: d["nodes"]["cleanup"]["fields"].reverse(),
            f"{_FIRST}      {_SECOND}",
            f"{_SECOND}      {_FIRST}",
        ),
        (lambda d: d["nodes"]["cleanup"].update(note="1 2"), "|\n      # no comment\n      two lines", "1 2"),
        (lambda d: d["connections"].append("a -> b"), "- cleanup -> report\n", "- cleanup -> report\n- a -> b\n"),
        (lambda d: d["connections"].pop(0), "- images -> cleanup   # first\n", ""),
        (lambda d: d["connections"].clear(), "connections:\n- images -> cleanup   # first\n- cleanup -> report\n",
         "connections: []\n"),
        (lambda d: d.pop("layout"), "\nlayout: {images: [60, 75]}\n", ""),
        (lambda d: d["layout"].update(report=[1.0, 2]), "layout: {images: [60, 75]}\n",
         "layout:\n  images: [60, 75]\n  report: [1, 2]\n"),
        (lambda d: d.update(comments={"c": {"text": "hi"}}), "# the end", "\ncomments:\n  c: {text: hi}\n# the end"),
    ],
)  # fmt: skip
def test_only_what_was_edited_changes(edit: Edit, before: str, after: str) -> None:
    assert _TEXT.count(before) == 1
    assert _edited(edit) == _TEXT.replace(before, after)


def test_nothing_edited_changes_nothing() -> None:
    assert _edited(lambda data: None) == _TEXT


def test_a_renamed_node_keeps_the_others() -> None:
    def rename(data: Any) -> None:
        data["nodes"] = {{"cleanup": "clean"}.get(name, name): node for name, node in data["nodes"].items()}

    edited = _edited(rename)
    assert "  # where the pictures are\n  images: {tool: Directory" in edited
    assert "  clean:\n    tool: Formula\n" in edited


def test_windows_line_ends_stay() -> None:
    edited = _edited(lambda data: data.update(name="x"), _TEXT.replace("\n", "\r\n"))
    assert edited.count("\r\n") == edited.count("\n")


@pytest.mark.parametrize(
    "text", ["{nodes: {a: {tool: X}}, name: y}", "{\n  nodes: {},\n  name: x\n}\n", "--- # x\nname: x\nnodes: {}"]
)
def test_other_layouts_are_written_anew_and_right(text: str) -> None:
    _edited(lambda data: data.update(name="z", more=[1]), text)


def test_the_examples_take_an_edit_of_one_line() -> None:
    folder = Path(__file__).resolve().parents[2] / "workflows"
    for file in sorted(folder.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        edited = _edited(lambda data: data["layout"].update({next(iter(data["layout"])): [1, 2]}), text)
        assert sum(a != b for a, b in zip(text.splitlines(), edited.splitlines(), strict=True)) == 1


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab#:-\n ", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=10,
)
_DOCUMENT = st.dictionaries(st.sampled_from(["name", "nodes", "connections", "layout", "x"]), _VALUE)


@settings(deadline=None)
@given(_DOCUMENT, _DOCUMENT)
def test_any_edit_of_any_text_gives_the_data(before: dict[str, Any], after: dict[str, Any]) -> None:
    result = yaml_file.load(update(yaml_file.dump(before), after)).data
    assert result == after
    assert list(result) == list(after)

"""YAML as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import yaml_file
from engine.errors import WorkflowError


def test_values_stay_what_was_typed() -> None:
    data = yaml_file.load("[no, on, yes, true, 12:30, 2024-01-31, 010, 0x1F, 1_000, 1e3, 2.50, null, ~, '7', -3]").data
    expected = ["no", "on", "yes", True, "12:30", "2024-01-31", 10, "0x1F", "1_000", 1000.0, 2.5, None, None, "7", -3]
    assert data == expected


def test_keys_are_texts_as_they_are_written() -> None:
    assert yaml_file.load("{2024: 1, no: 2, null: 3, 1.50: 4, true: 5}").data == {
        "2024": 1, "no": 2, "null": 3, "1.50": 4, "true": 5,
    }  # fmt: skip


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(WorkflowError, match="nested too deeply"):
        yaml_file.load("[" * 5000 + "]" * 5000)


def test_places_count_from_one() -> None:
    parsed = yaml_file.load("a:\n  b: [1,\n      2]\n")
    assert parsed.place(("a", "b")) == (2, 3)
    assert parsed.place(("a", "b", 1)) == (3, 7)
    assert parsed.place(("a", "nothing")) == (1, 1)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a:\n\tb: 1\n", "this line has a tab", 2),
        ("a: 1\nb: 2\na: 3\n", "The key 'a' stands twice; it stood in line 1 before", 3),
        ("a: &x [1]\nb: *x\n", "aliases", 1),
        ("a: [1\nb: 2\n", "not a YAML text", 2),
        ("a: !!python/object/apply:os.system ['true']\n", "not a YAML text", 1),
        ("a: 'open\n", "not a YAML text", 2),
    ],
)
def test_mistakes_name_their_line(text: str, message: str, line: int) -> None:
    with pytest.raises(WorkflowError, match=message) as caught:
        yaml_file.load(text)
    assert caught.value.line == line


_TEXT = st.text(max_size=12) | st.sampled_from(
    ["1e5", "08", "0o7", "yes", "~", "null", "=", "<<", "12:30", "2024-01-31", "", " a", "a ", "a: b", "a #b", "- a",
     "?", "%x%", "'", '"', "|", "a\n", "\na", "a\n\n", " a\nb", "a\n# b", "a\n\tb", "a \nb", "---\na", "...\n",
     "a\r\nb", "\x85", "a\u2028b\nc", "\ufeff", "\x00", "\x1b[0m", "x" * 200, "😀\n😀"]
)  # fmt: skip
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


def _exact(data: object) -> object:
    """Data that is equal only where the kinds are, too; a whole number may come back without its `.0`."""
    if isinstance(data, dict):
        return {key: _exact(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_exact(item) for item in data]
    return (type(data) is bool, data)


@settings(deadline=None)
@given(_DATA)
def test_what_is_written_is_read_again(data: object) -> None:
    assert _exact(yaml_file.load(yaml_file.dump(data)).data) == _exact(data)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "nodes", "connections", "layout", "constants"]), _DATA))
def test_a_workflow_of_any_content_is_read_again(data: dict[str, object]) -> None:
    assert _exact(yaml_file.load(yaml_file.dump(data)).data) == _exact(data)


def test_a_workflow_looks_as_a_person_would_write_it() -> None:
    text = """\
flowrun: 1
name: Simpsons

nodes:
  images: {tool: Directory, path: simpsons, recurse: true}
  cleanup:
    tool: Formula
    annotation: What stands in the path of a picture becomes its class, which is short
    fields:
      - {field: Class, type: V_WString, expression: 'FileGetFileName([FullPath])'}
  note:
    tool: Comment
    text: |-
      two
      lines

connections:
  - images -> cleanup

layout:
  images: [60, 90]
  cleanup: [160.5, 90]
"""
    assert yaml_file.dump(yaml_file.load(text).data) == text


def test_whole_numbers_have_no_point() -> None:
    assert yaml_file.dump({"layout": {"a": [60.0, 90.5]}}) == "layout:\n  a: [60, 90.5]\n"

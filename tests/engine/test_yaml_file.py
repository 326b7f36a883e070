"""YAML as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import yaml_file
from engine.errors import WorkflowError


def test_values_stay_what_was_typed() -> None:
    data = yaml_file.load("[no, on, yes, true, 12:30, 2024-01-31, 010, 0x1F, 1_000, 1e3, 2.50, null, ~, '7', -3]").data
    expected = ["no", "on", "yes", True, "12:30", "2024-01-31", 10, "0x1F", "1_000", 1000.0, 2.5, None, None, "7", -3]
    assert data == expected


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


_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet="abcdefgh", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_PLAIN)
def test_what_is_written_is_read_again(data: object) -> None:
    assert yaml_file.load(yaml_file.dump(data)).data == data

from __future__ import annotations

import pytest

from engine.alteryx import expressions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[a] + "b"', '[a] + "b"'),
        ("LOG(sqft_living)", "LOG([sqft_living])"),
        ('DateTimeDiff(DateTimeNow(),Date,"seconds")', 'DateTimeDiff(DateTimeNow(),[Date],"seconds")'),
        ("RowCount <= Rows // all of them", "[RowCount] <= [Rows] // all of them"),
        ("if a then b else c endif", "if [a] then [b] else [c] endif"),
    ],
)
def test_fields_get_their_brackets(text: str, expected: str) -> None:
    assert expressions.convert(text) == (expected, [])


def test_unknown_functions_are_named_once() -> None:
    text, problems = expressions.convert("ReadRegistry([a]) + ReadRegistry([b]) + Blah()")
    assert text == "ReadRegistry([a]) + ReadRegistry([b]) + Blah()"
    assert sorted(problem.split(" Did")[0] for problem in problems) == [
        "there is no function Blah",
        "there is no function ReadRegistry",
    ]


def test_deep_expressions_are_walked() -> None:
    assert expressions.convert("+".join(["[a]"] * 3000))[1] == []

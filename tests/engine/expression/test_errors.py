"""Every mistake says where it is, what was expected, and a way out."""

from __future__ import annotations

import pytest

from engine.expression import ExpressionError, compile_expression
from engine.testing import schema_from
from engine.tool import Home

FIELDS = schema_from("Class: V_WString, Size: Int64, Day: Date, Flag: Bool, image: Blob")

NO_FIELD = "No field [Clas]; the input has Class, Size, Day, Flag, image"


@pytest.mark.parametrize(
    ("expression", "message", "hint", "underlined"),
    [
        ("[Clas] + 'x'", f"{NO_FIELD} (column 1).", "Did you mean 'Class'?", "[Clas]"),
        ("1 + Lenght([Class])", "No function Lenght (column 5).", "Did you mean 'Length'?", "Lenght"),
        ("[Class] + 1", "+ cannot take a text and a number (column 1).", "ToString()", "[Class] + 1"),
        ("[Class] - 'a'", "- cannot take a text (column 1).", "ToNumber()", "[Class] - 'a'"),
        ("[Class] = 1", "= cannot take a text and a number (column 1).", "ToString()", "[Class] = 1"),
        ("Left(5, 1)", "Left: text must be a text; this is a number (column 6).", "ToString()", "5"),
        ("Abs([Class])", "Abs: number must be a number; this is a text (column 5).", "ToNumber()", "[Class]"),
        (
            "Left('a')",
            "Left takes 2 arguments; there is 1 (column 1).",
            "It is written Left(text, length).",
            "Left('a')",
        ),
        (
            "Contains('a')",
            "Contains takes 2 to 3 arguments; there is 1",
            "Contains(text, find, [ignore_case])",
            "Contains('a')",
        ),
        ("Max()", "Max takes 1 or more arguments; there are none", "Max(values, ...)", "Max()"),
        (
            "Switch(1, 2, 3)",
            "Switch takes 4 or more arguments; there are 3",
            "Switch(value, default",
            "Switch(1, 2, 3)",
        ),
        ("Max(1, 'a')", "Max cannot mix a number and a text", "ToString()", "Max(1, 'a')"),
        ("Class = 'a'", "'Class' means nothing by itself (column 1).", "Fields stand in brackets: [Class].", "Class"),
        ("length > 1", "'length' means nothing by itself", "Length(text)", "length"),
        (
            "IF [Class] THEN 1 ELSE 2 ENDIF",
            "After IF comes a condition; this is a text (column 4).",
            "Compare it",
            "[Class]",
        ),
        (
            "IF True THEN 1 ELSE 'a' ENDIF",
            "IF gives a number and a text",
            "ToString()",
            "IF True THEN 1 ELSE 'a' ENDIF",
        ),
        ("[Flag] AND [Class]", "AND cannot take true or false and a text", "Compare it", "[Flag] AND [Class]"),
        ("[Day] > 'soon'", "> cannot take a date and a text", "2024-12-31", "[Day] > 'soon'"),
        ("[Day] > 5", "> cannot take a date and a number", "", "[Day] > 5"),
        ("[image] + 1", "+ cannot take a Blob and a number", "", "[image] + 1"),
        ("REGEX_Match([Class], '(')", "This is no regular expression: missing ): (", "backslash", "'('"),
        (
            "REGEX_Match([Class], '(?=a)')",
            "This is no regular expression: invalid perl operator: (?=",
            "Lookahead",
            "'(?=a)'",
        ),
        ("DateTimeAdd([Day], 1, 'moths')", "'moths' is no unit of time", "Did you mean 'month'?", "'moths'"),
        ("DateTimeFormat([Day], '%A', 'Germn')", "'Germn' is no language of dates", "'German'", "'Germn'"),
        ("DateTimeFormat([Day], '%Q')", "'%Q' is no part of a date", "%Y", "'%Q'"),
        ("Contains([Class], 'a', [Flag])", "Contains: ignore_case must be written out", "", "[Flag]"),
        (
            "[User.Nam]",
            "No constant [User.Nam]; there is User.Name (column 1).",
            "Did you mean 'User.Name'?",
            "[User.Nam]",
        ),
        ("", "The expression is empty", "[Price] * 2", ""),
        ("1 +", "The expression ends too early; expected a value", "", ""),
        ("(1 + 2", "The expression ends too early; expected", "Is a ')' or an operator missing?", ""),
        ("1 2", "'2' cannot stand here; expected an operator", "", "2"),
        ("[Class", "A field name lacks its closing bracket", "[Field Name]", "[Class"),
        ("1 + 'abc", "A text lacks its closing quote (column 5).", "'text'", "'abc"),
        ("1 + # 2", "'#' means nothing here (column 5).", "", "#"),
        ("2 * 1e400", "The number is too large (column 5).", "1.7976931348623157e308", "1e400"),
        ("9" * 5000, "The number is too large (column 1).", "", "9" * 5000),
        ("IF True THEN 1 ELSE 2", "The expression ends too early; expected", "ENDIF", ""),
        ("IF True THEN 1 ENDIF", "'ENDIF' cannot stand here; expected", "ELSE", "ENDIF"),
        ("IF True THEN ENDIF", "'ENDIF' cannot stand here; expected a value", "", "ENDIF"),
        ("1 NOT 2", "'2' cannot stand here; expected IN (column 7).", "", "2"),
        ("1 IN 2", "'2' cannot stand here; expected '(' (column 6).", "", "2"),
        ("1 IN (1) + 2", "'+' cannot stand here", "", "+"),
        ("NOT 1 IN (1) + 2", "'+' cannot stand here", "", "+"),
        ("1 < NOT True", "'NOT' cannot stand here; expected a value", "", "NOT"),
        ("foo 1", "'1' cannot stand here; expected an operator or '('", "", "1"),
        ("1 +\n  [Clas]", f"{NO_FIELD} (line 2, column 3).", "Class", "[Clas]"),
    ],
)
def test_mistakes(expression: str, message: str, hint: str, underlined: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(expression, FIELDS, Home(constants={"Name": "Bart"}), setting="fields.0.expression")
    error = caught.value
    assert message.rstrip(".") in error.message
    assert hint in error.hint
    assert expression[error.start : error.end] == underlined
    assert error.setting == "fields.0.expression"


@pytest.mark.parametrize("expression", ["1" + " + 1" * 5000, "-" * 3000 + "1", "!" * 3000 + "True"])
def test_too_deep_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError, match="nested too deeply") as caught:
        compile_expression(expression, FIELDS)
    assert "Formula" in caught.value.hint


def test_brackets_alone_are_never_too_deep() -> None:
    assert compile_expression("(" * 5000 + "1" + ")" * 5000, FIELDS).sql == "CAST(1 AS BIGINT)"

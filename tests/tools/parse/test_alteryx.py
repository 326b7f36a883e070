"""The tools of Parse from Alteryx."""

from __future__ import annotations

from typing import Any

import pytest

from engine.alteryx import Outcome
from tests.engine.alteryx.yxmd import carried, settings

BASE = "AlteryxBasePluginsGui."
REGEX = BASE + "RegEx.RegEx"
START = '<Field>f</Field><RegExExpression value="(a+)"/><CaseInsensitve value="False"/>'


@pytest.mark.parametrize(
    ("plugin", "configuration", "expected"),
    [
        (
            BASE + "TextToColumns.TextToColumns",
            '<Field>f</Field><ErrorHandling>Warn</ErrorHandling><RootName>r</RootName><Delimeters value=",\\s"/>'
            '<NumFields value="2"/><Flags value="17"/>',
            {
                "field": "f", "delimiters": ",\\s", "columns": 2, "extra": "warn", "root": "r",
                "ignore_delimiters_in": ["quotes"], "skip_empty": True,
            },
        ),
        (
            BASE + "TextToColumns.TextToColumns",
            '<Field>f</Field><RootName>f</RootName><Delimeters value=";"/><NumFields value="0"/>',
            {"field": "f", "delimiters": ";", "into": "rows"},
        ),
        (
            REGEX,
            START + '<Method>Replace</Method><Replace expression="$1!"><CopyUnmatched value="False"/></Replace>',
            {
                "field": "f", "expression": "(a+)", "ignore_case": False, "method": "replace", "replacement": "$1!",
                "copy_unmatched": False,
            },
        ),
        (
            REGEX,
            START + "<Method>ParseComplex</Method>"
            '<ParseComplex><Field field="n" type="WString" size="256"/></ParseComplex>',
            {
                "field": "f", "expression": "(a+)", "ignore_case": False, "method": "parse",
                "fields": [{"name": "n", "type": "WString", "size": 256}],
            },
        ),
        (
            REGEX,
            START + "<Method>ParseSimple</Method><ParseSimple><SplitToRows value='False'/><RootName>r</RootName>"
            "<NumFields value='4'/><ErrorHandling>Error</ErrorHandling></ParseSimple>",
            {
                "field": "f", "expression": "(a+)", "ignore_case": False, "method": "tokenize", "columns": 4,
                "extra": "error", "root": "r",
            },
        ),
        (
            REGEX,
            START + "<Method>Match</Method><Match><Field>is_a</Field><ErrorUnmatched value='True'/></Match>",
            {
                "field": "f", "expression": "(a+)", "ignore_case": False, "method": "match", "on_mismatch": "error",
                "output": "is_a",
            },
        ),
        (
            BASE + "DateTime.DateTime",
            "<IsFrom value='False'/><InputFieldName>s</InputFieldName><Format>d/-Mon.-yy</Format>"
            "<OutputFieldName>d</OutputFieldName>",
            {"field": "s", "format": "d-Mon-yy", "output": "d"},
        ),
        (
            BASE + "JSONParse.JSONParse",
            "<JSON_Field>j</JSON_Field><IncludeInOutput value='True'/><SingleField value='False'/>",
            {"field": "j", "values": "typed", "keep_json": True},
        ),
    ],
)  # fmt: skip
def test_settings(plugin: str, configuration: str, expected: dict[str, Any]) -> None:
    assert settings(plugin, configuration) == expected


def test_an_unknown_output_method_keeps_the_xml() -> None:
    assert carried(REGEX, START + "<Method>Sing</Method>")[1].outcome is Outcome.unsupported

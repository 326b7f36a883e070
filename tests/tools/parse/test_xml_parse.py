"""XMLParse: elements, paths, namespaces, what is no XML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools.parse.xml_parse import XMLParse

BOOKS = """<lib xmlns="http://x.y/z"><shelf>
<book id="1"><title>Töter &amp; mehr</title><price currency="EUR">5</price><tag>a</tag><tag>b</tag></book>
<book id="2"><title lang="de"><![CDATA[<b>]]></title><author><name>Ann</name></author></book>
</shelf></lib>"""
TEXTS = table("Id: Int32, Xml: V_WString", [1, BOOKS], [2, "<a><b"], [3, None], [4, "<lib/>"])
FIELDS = {"field": "xml", "element": "book", "fields": ["@id", "title", "price/@currency", "author/name", "tag"]}


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(XMLParse, FIELDS, TEXTS),
        Case(XMLParse, {"field": "Xml", "element": "book", "keep_xml": True, "outer_xml": True}, TEXTS),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_listed_fields() -> None:
    result = run_tool(XMLParse, FIELDS, TEXTS, batch_rows=1)
    names = "XML_id: V_WString, title: V_WString, price_currency: V_WString, author_name: V_WString, tag: V_WString"
    assert result["out"].schema.equals(schema_from(f"Id: Int32, {names}"), check_metadata=True)
    assert [tuple(row.values()) for row in result.rows()] == [
        (1, "1", "Töter & mehr", "EUR", None, "a\nb"),
        (1, "2", "<b>", None, "Ann", None),
        (2, None, None, None, None, None),
        (3, None, None, None, None, None),
        (4, None, None, None, None, None),
    ]
    (said,) = result.said("conversion_error")
    assert said.startswith("Record 2: no XML in [Xml]: ")


def test_fields_that_are_found() -> None:
    result = run_tool(XMLParse, {"field": "xml", "element": "book"}, TEXTS)
    assert result["out"].schema.names == [
        "Id",
        "XML_id",
        "title",
        "price",
        "price_currency",
        "tag",
        "title_lang",
        "author",
    ]
    assert result.rows()[1]["title_lang"] == "de"


def parsed(text: str, **config: Any) -> list[dict[str, Any]]:
    return run_tool(XMLParse, {"field": "t", **config}, table("t: V_WString", [text])).rows()


def test_children_of_the_root() -> None:
    assert parsed("<r><p>1</p><p>2</p></r>") == [{"p": "1"}, {"p": "2"}]


def test_outer_xml() -> None:
    (row,) = parsed("<r><p a='1'><q/></p></r>", element="p", fields=["@a"], outer_xml=True)
    assert row == {"a": "1", "p_OuterXML": '<p a="1"><q /></p>'}


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><p>&x;</p></r>',
        "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
        + "]><r><p>&j;</p></r>",
        "nonsense",
        "",
    ],
)
def test_what_is_no_xml_or_no_good(text: str) -> None:
    result = run_tool(XMLParse, {"field": "t", "element": "p", "fields": ["p"]}, table("t: V_WString", [text]))
    assert result.rows() == [{"p": None}]
    assert len(result.said("conversion_error")) == 1


def test_deeply_nested() -> None:
    assert parsed("<a>" * 50_000 + "x" + "</a>" * 50_000, fields=["a"])[0]["a"] == "x"


def test_too_deep_to_be_written() -> None:
    text = "<r>" + "<a>" * 5_000 + "x" + "</a>" * 5_000 + "</r>"
    result = run_tool(XMLParse, {"field": "t", "fields": ["a"], "outer_xml": True}, table("t: V_WString", [text]))
    assert result.rows() == [{"a": "x", "Element_OuterXML": None}]
    assert result.said("conversion_error") == ["<a> is nested too deeply to be written."]


def test_refuses_a_path_that_is_listed_twice() -> None:
    with pytest.raises(ValidationError, match="'title' is listed twice"):
        parsed("<r><b/></r>", fields=["title", "@id", "title"])

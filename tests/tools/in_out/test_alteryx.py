"""Input Data, Output Data, Text Input, Directory and Browse from Alteryx."""

from __future__ import annotations

from typing import Any

import pytest

from engine.alteryx import Outcome
from tests.engine.alteryx.yxmd import BROWSE, carried, settings

READ = "AlteryxBasePluginsGui.DbFileInput.DbFileInput"
WRITE = "AlteryxBasePluginsGui.DbFileOutput.DbFileOutput"
TEXT = "AlteryxBasePluginsGui.TextInput.TextInput"
FOLDER = "AlteryxBasePluginsGui.Directory.Directory"
DYNAMIC = "AlteryxBasePluginsGui.DynamicInput.DynamicInput"


def options(**facts: str) -> str:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in facts.items())
    return f"<FormatSpecificOptions>{inside}</FormatSpecificOptions>"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (r'<File FileFormat="19">..\data\x.yxdb</File>', {"path": "../data/x.yxdb"}),
        (
            '<File FileFormat="0" RecordLimit="10" OutputFileName="FullPath" SearchSubDirs="True">in/*.csv</File>'
            + options(HeaderRow="False", ImportLine="3", Delimeter=";", CodePage="28591", IgnoreQuotes="None"),
            {
                "path": "in/**/*.csv",
                "limit": 10,
                "file_name_field": "path",
                "csv": {
                    "delimiter": ";", "header": False, "start_line": 3, "quote": "", "encoding": "latin-1",
                    "types": "text",
                },
            },
        ),
        (
            r'<File FileFormat="0" OutputFileName="FileName">log.dat</File>' + options(Delimeter=r"\t", CodePage="932"),
            {
                "path": "log.dat",
                "format": "csv",
                "file_name_field": "name",
                "csv": {"delimiter": "\t", "encoding": "cp932", "types": "text"},
            },
        ),
        (
            '<File FileFormat="0">a.txt</File>' + options(Delimeter=r"\0", HeaderRow="False", CodePage="65001"),
            {
                "path": "a.txt",
                "csv": {"delimiter": "\x01", "header": False, "quote": "", "encoding": "utf-8", "types": "text"},
            },
        ),
        (
            '<File FileFormat="25">book.xlsx|||`May 24$`</File>' + options(FirstRowData="True", ImportLine="2"),
            {"path": "book.xlsx", "xlsx": {"sheet": "May 24", "header": False, "start_row": 2}},
        ),
        ('<File FileFormat="25">book.xlsx|`Sheet1$`</File>', {"path": "book.xlsx", "xlsx": {"sheet": "Sheet1"}}),
    ],
)  # fmt: skip
def test_input(configuration: str, expected: dict[str, Any]) -> None:
    assert settings(READ, configuration) == expected


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("odbc:DSN=Snowflake;UID=me|||select 1", r"works on a database \(odbc\)"),
        ("aka:My Server|||select 1", "works on a database"),
        (r"C:\maps\x.shp", "does not read files such as C:/maps/x.shp"),
    ],
)
def test_what_input_does_not_read_stays_with_its_xml(file: str, reason: str) -> None:
    found, told = carried(READ, f'<File FileFormat="23">{file}</File>')
    assert told.outcome is Outcome.unsupported
    assert list(found) == ["alteryx"]
    with pytest.raises(AssertionError, match=reason):
        settings(READ, f'<File FileFormat="23">{file}</File>')


def test_paths_of_another_machine_are_told() -> None:
    found, told = carried(READ, r'<File FileFormat="19">C:\data\x.yxdb</File>')
    assert found == {"path": "C:/data/x.yxdb"}
    assert told.remarks == ["the path C:/data/x.yxdb is one of the machine where the workflow was made"]


def test_ranges_of_cells_are_lost() -> None:
    found, told = carried(READ, '<File FileFormat="25">b.xlsx|||`Sheet1$A1:C5`</File>')
    assert found == {"path": "b.xlsx", "xlsx": {"sheet": "Sheet1"}}
    assert told.lost == ["the range of cells A1:C5"]


def dynamic(limit: str = "", kind: str = "Path", behaviour: str = "Warning") -> str:
    file = f'<File FileFormat="0" RecordLimit="{limit}" OutputFileName="FileName">in/may.txt</File>'
    inner = f"<Passwords/>{file}{options(HeaderRow='False', Delimeter=';', CodePage='65001')}"
    change = f"<Mode>ReadList</Mode><ReadList_Field>FullPath</ReadList_Field><ReadList_Type>{kind}</ReadList_Type>"
    template = f"<InputConfiguration><Configuration>{inner}</Configuration></InputConfiguration>"
    return f"{template}{change}<ErrorBehaviour>{behaviour}</ErrorBehaviour>"


def test_dynamic_input_of_files() -> None:
    expected = {
        "path": "in/may.txt",
        "file_name_field": "name",
        "csv": {"delimiter": ";", "header": False, "encoding": "utf-8", "types": "text"},
        "source": {"field": "FullPath", "mode": "path"},
    }
    assert settings(DYNAMIC, dynamic()) == {**expected, "on_bad_source": "skip"}
    assert settings(DYNAMIC, dynamic(behaviour="Error")) == expected
    found, told = carried(DYNAMIC, dynamic(limit="5", behaviour="Error"))
    assert (found, told.lost) == (expected, ["the limit of records"])


@pytest.mark.parametrize("configuration", ["<Mode>ModifySQL</Mode>", dynamic(kind="Other"), "<Mode>ReadList</Mode>"])
def test_other_dynamic_inputs_stay_with_their_xml(configuration: str) -> None:
    assert carried(DYNAMIC, configuration)[1].outcome is Outcome.unsupported


def test_output() -> None:
    csv = options(LineEndStyle="CRLF", Delimeter="|", ForceQuotes="True", HeaderRow="False", CodePage="65001")
    assert settings(WRITE, '<File FileFormat="0">o.csv</File>' + csv) == {
        "path": "o.csv",
        "csv": {"delimiter": "|", "header": False, "quote": "always", "line_ending": "crlf", "encoding": "utf-8"},
    }
    several = '<MultiFile value="True"/><MultiFileType>FileName</MultiFileType><MultiFileField>f</MultiFileField>'
    assert settings(WRITE, f'<File FileFormat="19">o.yxdb</File>{several}<KeepField value="False"/>') == {
        "path": "o.yxdb",
        "name_from": {"field": "f", "mode": "name", "keep": False},
    }
    paths = several.replace("FileName", "Path")
    assert settings(WRITE, f'<File FileFormat="19">o.yxdb</File>{paths}')["name_from"]["mode"] == "path"
    _, told = carried(WRITE, '<File FileFormat="19"/>')
    assert told.lost == ["Say where to write: a file by `path`, or a database by `connection`."]
    _, told = carried(WRITE, '<File FileFormat="25">a.xlsx|||S</File>' + options(OutputOption="Append"))
    assert told.lost == ["the output option Append: the whole file is written anew"]


def test_text_input_finds_types_as_alteryx_does() -> None:
    fields = "".join(f'<Field name="{name}"/>' for name in ("text", "whole", "decimal", "code", "gap"))
    rows = "<r><c>a</c><c>1</c><c>1.5</c><c>007</c><c/></r><r><c> b </c><c>-2</c><c>2</c><c>8</c></r>"
    assert settings(TEXT, f"<NumRows value='2'/><Fields>{fields}</Fields><Data>{rows}</Data>") == {
        "fields": ["text", "whole", "decimal", "code", "gap"],
        "rows": [["a", 1, 1.5, "007", None], [" b ", -2, 2.0, "8", None]],
    }


def test_directory_and_browse() -> None:
    configuration = r'<Directory>pics\new</Directory><FileSpec>*.jpg</FileSpec><IncludeSubDirs value="True"/>'
    assert settings(FOLDER, configuration) == {"path": "pics/new", "pattern": "*.jpg", "recurse": True}
    assert settings(BROWSE, "<TempFile>x</TempFile>") == {}

"""DateTime: reading and writing dates by formats."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools.parse.date_time import DateTime

SOLD = table("Id: Int32, Sold: String(20)", [1, "5-Mar-24"], [2, "31-Feb-24"], [3, None], [4, ""])
MOMENT = datetime(2024, 3, 5, 19, 7, 9, 250_000)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(DateTime, {"field": "sold", "format": "d-Mon-yy"}, SOLD),
        Case(DateTime, {"field": "d", "format": "%d.%m.%Y"}, table("d: Date", [date(2024, 1, 2)], [None])),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def read(text: str, format_: str, **config: Any) -> Any:
    result = run_tool(DateTime, {"field": "t", "format": format_, **config}, table("t: V_WString", [text]))
    return result.rows()[0]["DateTime_Out"]


def test_reads_and_reports() -> None:
    result = run_tool(DateTime, {"field": "sold", "format": "d-Mon-yy", "output": "Day"}, SOLD, batch_rows=1)
    expected = schema_from("Id: Int32, Sold: String(20), Day: Date")
    assert result["out"].schema.equals(expected, check_metadata=True)
    assert result["out"]["Day"].to_pylist() == [date(2024, 3, 5), None, None, None]
    assert result.said("conversion_error") == ["Record 2: '31-Feb-24' cannot become a Date in [Day]."]


@pytest.mark.parametrize(
    ("text", "format_", "expected"),
    [
        ("2024-03-05 19:07:09", "yyyy-MM-dd hh:mm:ss", datetime(2024, 3, 5, 19, 7, 9)),
        ("2024-03-05 19:07:09", "yyyy-MM-dd HH:mm:ss", datetime(2024, 3, 5, 19, 7, 9)),
        ("03/05/24", "MM/dd/yy", date(2024, 3, 5)),
        ("3/5/2024", "M/d/yyyy", date(2024, 3, 5)),
        ("Tuesday, March 5, 2024", "day, Month d, yyyy", date(2024, 3, 5)),
        ("Tue 05 mar 2024", "dy dd MMM yyyy", date(2024, 3, 5)),
        ("5.3.2024 7:07 PM", "d.M.yyyy h:mm a", datetime(2024, 3, 5, 19, 7)),
        ("19:07", "HH:mm", time(19, 7)),
        ("20240305", "yyyyMMdd", date(2024, 3, 5)),
        ("5 of March 2024", "%d of %B %Y", date(2024, 3, 5)),
        ("nonsense", "yyyy", None),
        ("2024-03-05x", "yyyy-MM-dd", None),
    ],
)
def test_formats_to_read(text: str, format_: str, expected: Any) -> None:
    assert read(text, format_) == expected


def test_other_languages_and_zones() -> None:
    assert read("Di, 5. März 2024", "dy, d. Month yyyy", language="German") == date(2024, 3, 5)
    assert read("10:00 +0200 5.3.24", "%H:%M %z %d.%m.%y", zone="Asia/Tokyo") == datetime(2024, 3, 5, 17)
    config = {"field": "d", "format": "%e %B, %Z", "language": "fr", "zone": "Europe/Paris"}
    assert run_tool(DateTime, config, table("d: DateTime", [MOMENT]))["out"]["DateTime_Out"][0].as_py() == "5 mars, CET"


def test_the_type_can_be_chosen() -> None:
    assert read("2024-03-05", "yyyy-MM-dd", type="DateTime") == datetime(2024, 3, 5)
    assert read("2024-03-05 19:07", "yyyy-MM-dd hh:mm", type="Date") == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("type_", "value", "format_", "expected"),
    [
        ("DateTime", MOMENT, "dd.MM.yyyy hh:mm:ss.fff", "05.03.2024 19:07:09.250"),
        ("DateTime", MOMENT, "d/M/yy hh:mm a", "5/3/24 07:07 PM"),
        ("DateTime", MOMENT, "EEEE, Month d", "Tuesday, March 5"),
        ("Date", MOMENT.date(), "dy-Mon", "Tue-Mar"),
        ("Time", MOMENT.time(), "h:mm a", "7:07 PM"),
        ("Date", MOMENT.date(), "%d of %B", "05 of March"),
        ("Time", MOMENT.time(), "%H.%M", "19.07"),
        ("Date", None, "yyyy", None),
    ],
)
def test_writes(type_: str, value: Any, format_: str, expected: str | None) -> None:
    result = run_tool(DateTime, {"field": "d", "format": format_}, table(f"d: {type_}", [value]))
    assert result["out"]["DateTime_Out"].to_pylist() == [expected]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"field": "Id"}, r"\[Id\] is Int32, neither a text nor a date"),
        ({"field": "Sold", "format": "dd of MM"}, "'of' is no part of a date"),
        ({"field": "Sold", "format": "%Q"}, "'%Q' is no part of a date"),
        ({"field": "Sold", "language": "Germn"}, "'Germn' is no language of dates"),
        ({"field": "Sold", "zone": "Berlin"}, "'Berlin' is no time zone"),
        ({"field": "Sold", "output": "id"}, r"two fields \[id\]"),
    ],
)
def test_says_what_is_wrong(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolError, match=words):
        run_tool(DateTime, config, SOLD)

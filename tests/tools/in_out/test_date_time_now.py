"""DateTimeNow gives the time of the run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool
from tools.in_out.date_time_now import DateTimeNow


def contract_cases(folder: Path) -> list[Case]:
    return [Case(DateTimeNow, {"type": "Date"}), Case(DateTimeNow, {"format": "Month yyyy", "language": "German"})]


def now(**config: Any) -> Any:
    (record,) = run_tool(DateTimeNow, config).rows()
    return record["DateTimeNow"]


def test_the_time_of_the_run() -> None:
    assert abs(datetime.now() - now()) < timedelta(minutes=1)
    assert now(type="Date") - date.today() in (timedelta(0), timedelta(days=1))
    assert now(zone="Asia/Tokyo") - now(zone="America/New_York") > timedelta(hours=12)


def test_as_a_text() -> None:
    assert now(format="yyyy") == str(datetime.now().year)
    assert now(format="%Z", zone="Asia/Tokyo") == "JST"


@pytest.mark.parametrize(
    ("config", "message"),
    [({"format": "xx"}, "'xx' is no part of a date"), ({"zone": "Tokyo"}, "'Tokyo' is no time zone")],
)
def test_says_what_is_wrong(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        now(**config)

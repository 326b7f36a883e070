"""Profiles of fields, against numbers worked out by hand."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.types import Field, FieldType, Meaning
from tests.engine.server.conftest import Direct, got, keep


def profile(browser: Direct, folder: Path, field: Field, *values: Any) -> Any:
    keep(folder, "b", [field], [list(values[:2])], [list(values[2:])])
    return got(browser, "profile", node="b", field=field.name)


def test_numbers(browser: Direct, folder: Path) -> None:
    found = profile(browser, folder, Field("n", FieldType.Int32), 4, None, 1, 2, 2, 1, 0, -10)
    assert (found["records"], found["nulls"], found["distinct"]) == (8, 1, 5)
    assert (found["least"], found["most"]) == (-10, 4)
    assert found["top"][0] == {"value": 1, "count": 2}
    numbers = found["numbers"]
    assert (numbers["mean"], numbers["median"], numbers["total"]) == (0, 1, 0)
    assert (numbers["zeros"], numbers["negatives"]) == (1, 1)
    assert numbers["deviation"] == pytest.approx(4.5825757)
    bars = {bar["low"]: bar["count"] for bar in found["bars"] if bar["count"]}
    assert bars == {-10: 1, 0: 1, 1: 2, 2: 2, 4: 1}


def test_numbers_that_are_not_finite(browser: Direct, folder: Path) -> None:
    found = profile(browser, folder, Field("x", FieldType.Double), float("nan"), float("inf"), 0.5, 1.5)
    assert (found["not_ok"], found["numbers"]["mean"], found["least"], found["most"]) == (2, "nan", 0.5, "nan")
    assert [found["bars"][place]["count"] for place in (0, -1)] == [1, 1]
    assert sum(bar["count"] for bar in found["bars"]) == 2


def test_decimals_and_constants(browser: Direct, folder: Path) -> None:
    found = profile(browser, folder, Field("p", FieldType.FixedDecimal, 50, 2), Decimal("1.50"), None, Decimal("1.50"))
    assert (found["distinct"], found["least"], found["numbers"]["median"]) == (1, 1.5, 1.5)
    assert [bar["count"] for bar in found["bars"]] == [2]


def test_texts_and_their_quality(browser: Direct, folder: Path) -> None:
    field = Field("t", FieldType.V_WString)
    found = profile(browser, folder, field, "fine", None, "", " lead", "trail ", "two\nlines", "fine", "y" * 1500)
    assert (found["records"], found["nulls"], found["empty"], found["not_ok"]) == (8, 1, 1, 3)
    assert found["distinct"] == 6
    assert found["top"][0] == {"value": "fine", "count": 2}
    texts = found["texts"]
    assert (texts["shortest"], texts["shortest_length"], texts["longest_length"]) == ("fine", 4, 1500)
    assert found["most"] == {"text": "y" * 1000, "length": 1500}
    assert found["bars"] == []


@pytest.mark.parametrize(
    ("type_", "values", "bars"),
    [
        (FieldType.Date, [datetime.date(2024, 1, 30), datetime.date(2024, 2, 1)],
         [("2024-01-30", 1), ("2024-01-31", 0), ("2024-02-01", 1)]),
        (FieldType.Date, [datetime.date(2023, 11, 30), datetime.date(2024, 2, 1), None],
         [("2023-11", 1), ("2023-12", 0), ("2024-01", 0), ("2024-02", 1)]),
        (FieldType.DateTime, [datetime.datetime(2020, 5, 1, 3), datetime.datetime(2026, 1, 1)],
         [("2020", 1), *((str(year), 0) for year in range(2021, 2026)), ("2026", 1)]),
        (FieldType.DateTime, [datetime.datetime(2020, 5, 1, 3, 30), datetime.datetime(2020, 5, 1, 5)],
         [("2020-05-01 03:00", 1), ("2020-05-01 04:00", 0), ("2020-05-01 05:00", 1)]),
        (FieldType.Time, [datetime.time(3, 5), datetime.time(3, 6)], [("03:00", 2)]),
        (FieldType.Date, [None], []),
        (FieldType.Int32, [None], []),
    ],
)  # fmt: skip
def test_dates_by_period(
    browser: Direct, folder: Path, type_: FieldType, values: list[Any], bars: list[tuple[str, int]]
) -> None:
    found = profile(browser, folder, Field("d", type_), *values)
    assert [(bar["low"], bar["count"]) for bar in found["bars"]] == bars


def test_truth_values_and_blobs(browser: Direct, folder: Path) -> None:
    found = profile(browser, folder, Field("ok", FieldType.Bool), True, None, True, False)
    assert found["top"] == [{"value": True, "count": 2}, {"value": None, "count": 1}, {"value": False, "count": 1}]
    found = profile(browser, folder, Field("z", FieldType.Blob), b"123", None, b"")
    assert (found["bytes"], found["nulls"], found["distinct"], found["pictures"]) == (3, 1, None, None)


def picture(colour: str, size: tuple[int, int] = (4, 2), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def test_pictures(browser: Direct, folder: Path) -> None:
    pictures = [picture("black"), picture("white"), picture("white", (2, 2), "BMP"), b"no picture", None]
    found = profile(browser, folder, Field("i", FieldType.Blob, meaning=Meaning.image), *pictures)
    about = found["pictures"]
    assert (found["nulls"], found["not_ok"], about["bad"], about["mean_of"]) == (1, 1, 1, 3)
    assert about["sizes"] == [{"name": "4 × 2", "count": 2}, {"name": "2 × 2", "count": 1}]
    assert about["modes"] == [{"name": "RGB", "count": 3}]
    assert about["formats"] == [{"name": "PNG", "count": 2}, {"name": "BMP", "count": 1}]
    assert about["mean"].startswith("data:image/png;base64,")


def test_a_profile_is_worked_out_once(browser: Direct, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    field = Field("n", FieldType.Int32)
    first = profile(browser, folder, field, 1, 2)
    monkeypatch.setattr("engine.server.profiles.profile_of", None)
    assert got(browser, "profile", node="b", field="N") == first
    monkeypatch.undo()
    assert profile(browser, folder, field, 5)["least"] == 5  # the records have changed
    assert browser.get("profile", {"node": "b", "field": "nope"}).status_code == 422

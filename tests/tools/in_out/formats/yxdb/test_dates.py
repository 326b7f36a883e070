"""Dates and times as text."""

from __future__ import annotations

import numpy as np

from tools.in_out.formats.yxdb import dates


def test_every_ninth_day_of_ten_thousand_years() -> None:
    days = np.arange(dates.FIRST_DAY, dates.LAST_DAY + 1, 9)
    text = np.zeros((len(days), 10), dtype=np.uint8)
    dates.write_days(days, text)
    assert text.tobytes().decode() == "".join(days.astype("M8[D]").astype(str))
    back, wrong = dates.read_days(text)
    assert not wrong.any()
    assert (back == days).all()


def test_every_second_of_a_day() -> None:
    seconds = np.arange(dates.SECONDS_A_DAY)
    text = np.zeros((len(seconds), 8), dtype=np.uint8)
    dates.write_seconds(seconds, text)
    assert text.tobytes()[-8:] == b"23:59:59"
    back, wrong = dates.read_seconds(text)
    assert not wrong.any()
    assert (back == seconds).all()


def test_what_is_no_date() -> None:
    texts = [
        "2023-02-29",
        "2023-00-10",
        "2023-13-01",
        "2023-01-00",
        "2023-1 -01",
        "20x3-01-01",
        "2023/01-01",
        "\0" * 10,
    ]
    matrix = np.frombuffer("".join(texts).encode(), dtype=np.uint8).reshape(-1, 10)
    assert dates.read_days(matrix)[1].all()


def test_what_is_no_time() -> None:
    matrix = np.frombuffer(b"24:00:0000:60:0000:00:60-1:00:0000-00:00", dtype=np.uint8).reshape(-1, 8)
    assert dates.read_seconds(matrix)[1].all()

"""Dates and times as text, `yyyy-mm-dd` and `hh:mm:ss`, and as numbers; by tables, whole columns at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from tools.in_out.formats.yxdb.arrays import Bytes, Ints, Mask

LAST_DAY = 2_932_896  # 9999-12-31, in days since 1970-01-01
FIRST_DAY = -719_528  # 0000-01-01
ALTERYX_FIRST_DAY = -208_188  # 1400-01-01: what comes before, Alteryx shows as empty
SECONDS_A_DAY = 86_400


@cache
def _pair_values() -> npt.NDArray[np.int16]:
    """The number that two ASCII digits make, read as one 16-bit word; far below zero for anything else."""
    table = np.full(1 << 16, -10_000, dtype=np.int16)
    table[_pair_words()] = np.arange(100)
    return table


@cache
def _pair_words() -> npt.NDArray[np.uint16]:
    """Two ASCII digits as a 16-bit word, for the numbers 0 to 99."""
    number = np.arange(100)
    return ((number % 10 + 48) << 8 | number // 10 + 48).astype("<u2")


@cache
def _month_starts() -> Ints:
    """The first day of each month from 0000-01 on, in days since 1970-01-01."""
    months = np.arange(np.datetime64("0000-01"), np.datetime64("10000-02"))
    return months.astype("M8[D]").astype(np.int64)


def _months(days: Ints) -> Ints:
    """The months since 0000-01 in which days lie: a guess by the mean length of a month, at most one off, put right."""
    starts = _month_starts()
    guess = (days - FIRST_DAY) * 4800 // 146_097
    guess -= starts[guess] > days
    guess += starts[guess + 1] <= days
    return guess


def _read(text: Bytes, at: int) -> Ints:
    numbers: Ints = _pair_values()[text[:, at : at + 2].view("<u2")[:, 0]].astype(np.int64)
    return numbers


def _write(text: Bytes, at: int, number: Ints) -> None:
    text[:, at : at + 2].view("<u2")[:, 0] = _pair_words()[number]


def read_days(text: Bytes) -> tuple[Ints, Mask]:
    """Days since 1970-01-01 from `yyyy-mm-dd` (a matrix of n x 10 bytes), and which are no dates."""
    year, month, day = _read(text, 0) * 100 + _read(text, 2), _read(text, 5), _read(text, 8)
    wrong = (year < 0) | (month < 1) | (month > 12) | (text[:, 4] != ord("-")) | (text[:, 7] != ord("-"))
    index = np.where(wrong, 0, year * 12 + month - 1)
    first = _month_starts()[index]
    wrong |= (day < 1) | (day > _month_starts()[index + 1] - first)
    return first + day - 1, wrong


def read_seconds(text: Bytes) -> tuple[Ints, Mask]:
    """Seconds since midnight from `hh:mm:ss` (n x 8 bytes), and which are no times."""
    hour, minute, second = _read(text, 0), _read(text, 3), _read(text, 6)
    wrong = (hour < 0) | (hour > 23) | (minute < 0) | (minute > 59) | (second < 0) | (second > 59)
    wrong |= (text[:, 2] != ord(":")) | (text[:, 5] != ord(":"))
    return hour * 3600 + minute * 60 + second, wrong


def write_days(days: Ints, text: Bytes) -> None:
    """Write days between FIRST_DAY and LAST_DAY as `yyyy-mm-dd` into n x 10 bytes."""
    months = _months(days)
    year = months // 12
    century = year // 100
    _write(text, 0, century)
    _write(text, 2, year - century * 100)
    _write(text, 5, months - year * 12 + 1)
    _write(text, 8, days - _month_starts()[months] + 1)
    text[:, [4, 7]] = ord("-")


def write_seconds(seconds: Ints, text: Bytes) -> None:
    """Write seconds between 0 and a day as `hh:mm:ss` into n x 8 bytes."""
    minutes = seconds // 60
    hour = minutes // 60
    _write(text, 0, hour)
    _write(text, 3, minutes - hour * 60)
    _write(text, 6, seconds - minutes * 60)
    text[:, [2, 5]] = ord(":")

"""Small results by content."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cache.folder import CacheFolder
from engine.cache.memo import Memo, MemoFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "memo.sqlite"


def test_what_was_put_is_found_again_by_another_process(path: Path) -> None:
    memo = Memo(MemoFile(path), "features 1")
    memo.put({b"a": b"1", b"b": b"2"})
    again = Memo(MemoFile(path), "features 1")
    assert again.get([b"b", b"x", b"a"]) == [b"2", None, b"1"]


def test_kinds_do_not_meet(path: Path) -> None:
    file = MemoFile(path)
    Memo(file, "features 1").put({b"a": b"1"})
    assert Memo(file, "features 2").get([b"a"]) == [None]


def test_without_a_file_nothing_is_known() -> None:
    memo = Memo(None, "features 1")
    memo.put({b"a": b"1"})
    assert memo.get([b"a"]) == [None]


def test_thousands_of_keys_at_once(path: Path) -> None:
    memo = Memo(MemoFile(path), "numbers")
    keys = [str(number).encode() for number in range(3_000)]
    memo.put({key: key * 2 for key in keys})
    assert memo.get(keys) == [key * 2 for key in keys]


def test_the_oldest_go_first_when_there_is_too_much(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = MemoFile(path)
    for hour in range(10):
        monkeypatch.setattr("engine.cache.memo._this_hour", lambda hour=hour: hour)
        file.put({bytes([hour]): bytes(100_000)})
    file.get([b"\0"])  # used again, so it is not the oldest any more
    file.evict(500_000)
    assert file.size <= 500_000
    left = sorted(file.get([bytes([hour]) for hour in range(10)]))
    assert b"\0" in left
    assert left[-1] == b"\x09"
    assert len(left) < 6


def test_a_damaged_file_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough for a header" * 100)
    file = MemoFile(path)
    file.put({b"a": b"1"})
    assert file.get([b"a"]) == {b"a": b"1"}
    assert file.problem == ""


def test_a_place_that_cannot_be_written_costs_nothing_but_the_memory(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    file = MemoFile(tmp_path / "cache" / "memo.sqlite")
    file.put({b"a": b"1"})
    assert file.get([b"a"]) == {}
    assert "memo.sqlite cannot be used" in file.problem


def test_a_process_killed_while_writing_leaves_the_file_whole(path: Path) -> None:
    MemoFile(path).put({b"a": b"1"})
    writing = f"""
import os
from pathlib import Path
from engine.cache.folder import CacheFolder
from engine.cache.memo import MemoFile
def items():
    for number in range(200):
        yield str(number).encode(), bytes(10_000)
    os.kill(os.getpid(), 9)
class Deadly(dict):
    def items(self): return items()
MemoFile(Path({str(path)!r})).put(Deadly())
"""
    assert subprocess.run([sys.executable, "-c", writing], check=False).returncode == -9
    file = MemoFile(path)
    assert file.get([b"a", b"1"]) == {b"a": b"1"}
    assert file.problem == ""


def test_a_large_value_is_a_file_that_outlives_its_eviction(path: Path, tmp_path: Path) -> None:
    memo, weights = Memo(MemoFile(path), "weights 1"), tmp_path / "weights"
    weights.write_bytes(b"all of them")
    memo.keep(b"a", weights)
    weights.unlink()
    file = MemoFile(path)
    again, taken = Memo(file, "weights 1"), tmp_path / "taken"
    assert again.fetch(b"a", taken)
    assert file.large.size == len(b"all of them")
    file.large.evict(5)
    assert file.large.size == 0
    assert taken.read_bytes() == b"all of them"
    assert not again.fetch(b"a", tmp_path / "more")
    assert file.problem == ""


def test_large_values_that_were_used_last_stay_longest(path: Path, tmp_path: Path) -> None:
    file = MemoFile(path)
    for number in range(3):
        kept = tmp_path / str(number)
        kept.write_bytes(bytes(100))
        file.large.keep(bytes([number]), kept)
        os.utime(path.with_suffix(".files") / f"{number:02}", (number, number))
    assert file.large.fetch(b"\0", tmp_path / "used")
    file.large.evict(250)
    assert [file.large.fetch(bytes([number]), tmp_path / f"again{number}") for number in range(3)] == [
        True,
        False,
        True,
    ]


def test_a_large_value_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    file = MemoFile(tmp_path / "cache" / "memo.sqlite")
    Memo(file, "weights 1").keep(b"a", tmp_path / "cache")
    assert "cannot be kept" in file.problem
    assert not Memo(None, "weights 1").fetch(b"a", tmp_path / "none")


def test_large_values_count_to_the_size_and_keep_to_the_limit(tmp_path: Path) -> None:
    cache, kept = CacheFolder(tmp_path), tmp_path / "kept"
    kept.write_bytes(bytes(1000))
    cache.memo.large.keep(b"a", kept)
    assert cache.size == 1000
    cache.tidy()
    assert cache.size == 1000
    cache.limit = 10_000
    cache.tidy()
    assert cache.size == 0
    cache.memo.large.keep(b"a", kept)
    cache.clear()
    assert cache.size == 0

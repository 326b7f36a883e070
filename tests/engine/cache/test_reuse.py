"""Runs after runs: what is done again, what is not, and that nobody can tell from the results."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import events
from engine.cache.entries import Draft
from engine.cache.folder import CacheFolder
from engine.check import check
from engine.run import Run, RunResult
from engine.workflow import Workflow

Document = dict[str, Any]


def document() -> Document:
    """A file -> a formula with a constant -> sorted -> a Browse and a file; beside it a small table of its own."""
    return {
        "flowrun": 1,
        "constants": {"factor": 2},
        "nodes": {
            "data": {"tool": "Input", "path": "data.csv"},
            "other": {"tool": "TextInput", "fields": {"n": "Int64"}, "rows": [[7], [8]]},
            "all": {"tool": "Union"},
            "more": {
                "tool": "Formula",
                "fields": [{"field": "m", "type": "Int64", "expression": "[n] * ToNumber([User.factor])"}],
            },
            "sorted": {"tool": "Sort", "by": [{"field": "m", "order": "descending"}], "cache": "keep"},
            "drawn": {"tool": "RandomSample", "n": 3, "seed": 1},
            "look": {"tool": "Browse"},
            "file": {"tool": "Output", "path": "out.csv"},
        },
        "connections": [
            "data -> all",
            "other -> all",
            "all -> more",
            "more -> sorted",
            "sorted -> drawn",
            "drawn -> look",
            "sorted -> file",
        ],
    }


def start(folder: Path) -> Document:
    (folder / "data.csv").write_text("n\n1\n2\n3\n")
    return document()


class Ran:
    """A run, and what became of each node."""

    def __init__(self, folder: Path, content: Document, cache: bool = True) -> None:
        file = folder / "w.yaml"
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        self.heard: list[events.AnyEvent] = []
        checked = check(Workflow.load(file))
        assert not checked.errors, checked.errors
        self.result: RunResult = Run(checked, [lambda s: self.heard.append(s.what)], cache=cache).execute()
        self.states = {what.node: what.state for what in self.heard if isinstance(what, events.NodeState)}
        self.why = {what.node: what.reason for what in self.heard if isinstance(what, events.Planned)}
        self.look = self._table("look")
        self.file = (folder / "out.csv").read_bytes() if (folder / "out.csv").exists() else b""

    def _table(self, node: str) -> pa.Table | None:
        path = self.result.folder / "results" / f"{node}.arrow"
        return pa.ipc.open_file(path).read_all() if path.exists() else None

    @property
    def ran(self) -> set[str]:
        return {node for node, state in self.states.items() if state == "done"}


def test_a_second_run_does_nothing_and_shows_the_same(tmp_path: Path) -> None:
    first = Ran(tmp_path, start(tmp_path))
    second = Ran(tmp_path, document())
    assert first.ran == set(document()["nodes"])
    assert set(second.states.values()) == {"reused"}
    assert second.look == first.look
    assert second.why["file"] == "out.csv is up to date"
    for node in ("data", "more", "sorted"):  # every wire can still be looked at
        assert (second.result.folder / "anchors" / f"{node}.out.arrows").exists()
    counts = {(what.node, what.anchor): what.records for what in second.heard if isinstance(what, events.Counts)}
    assert counts["all", "out"] == 5


def test_moving_renaming_and_annotating_run_nothing(tmp_path: Path) -> None:
    Ran(tmp_path, start(tmp_path))
    text = yaml.safe_dump(document(), sort_keys=False).replace("more", "much")
    changed = yaml.safe_load(text)
    changed["layout"] = {"data": [10, 20]}
    changed["nodes"]["drawn"]["annotation"] = "three of them"
    changed["containers"] = {"box": {"title": "All", "nodes": ["data", "all"]}}
    assert set(Ran(tmp_path, changed).states.values()) == {"reused"}


def test_a_changed_tool_gets_what_was_kept_before_it(tmp_path: Path) -> None:
    Ran(tmp_path, start(tmp_path))
    changed = document()
    changed["nodes"]["drawn"]["n"] = 2
    ran = Ran(tmp_path, changed)
    assert ran.ran == {"drawn", "look"}
    assert ran.states["sorted"] == "reused"
    assert ran.why["drawn"] == "n 3 -> 2"
    assert ran.why["look"] == "drawn changed"
    assert ran.look is not None
    assert ran.look.num_rows == 2


def change(path: str, *keys: str | int, to: Any) -> Callable[[Document], Document]:
    """A document with another value at a place."""

    def work(content: Document) -> Document:
        at: Any = content[path]
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = to
        return content

    return work


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (change("nodes", "more", "fields", 0, "expression", to="[n]"), "more"),
        (change("constants", "factor", to=3), "more: constant factor 2 -> 3"),
        (change("nodes", "other", "rows", to=[[9]]), "other: rows [[7], [8]] -> [[9]]"),
        (change("connections", 0, to="other -> all"), "all: other connections"),
        (change("nodes", "sorted", "cache", to="never"), "sorted: it is never reused"),
    ],
)
def test_the_reason_is_told(tmp_path: Path, edit: Callable[[Document], Document], reason: str) -> None:
    Ran(tmp_path, start(tmp_path))
    changed = edit(document())
    if reason.startswith("all"):
        changed["connections"][1] = "data -> all"
    node, _, text = reason.partition(": ")
    assert text in Ran(tmp_path, changed).why[node]


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    Ran(tmp_path, start(tmp_path))
    (tmp_path / "data.csv").write_text("n\n1\n2\n4\n")
    ran = Ran(tmp_path, document())
    assert ran.why["data"] == "data.csv changed"
    assert ran.states["other"] in ("done", "reused")


def test_a_file_replaced_under_its_size_and_time_is_noticed(tmp_path: Path) -> None:
    content = start(tmp_path)
    file = tmp_path / "data.csv"
    os.utime(file, ns=(1, 1))
    first = Ran(tmp_path, content)
    file.write_text("n\n3\n2\n9\n")
    os.utime(file, ns=(1, 1))
    assert Ran(tmp_path, document()).file != first.file


def test_an_output_that_somebody_changed_or_removed_is_written_again(tmp_path: Path) -> None:
    first = Ran(tmp_path, start(tmp_path))
    (tmp_path / "out.csv").write_text("spoilt")
    assert Ran(tmp_path, document()).file == first.file
    (tmp_path / "out.csv").unlink()
    again = Ran(tmp_path, document())
    assert again.file == first.file
    assert again.ran == {"file"}


def test_without_cache_everything_runs_and_nothing_is_left(tmp_path: Path) -> None:
    ran = Ran(tmp_path, start(tmp_path), cache=False)
    assert ran.ran == set(document()["nodes"])
    assert not (tmp_path / ".flowrun" / "cache").exists()


def test_what_depends_on_chance_always_runs(tmp_path: Path) -> None:
    content = start(tmp_path)
    content["nodes"]["more"]["fields"][0]["expression"] = "RandInt(9)"
    Ran(tmp_path, content)
    ran = Ran(tmp_path, content)
    assert ran.ran >= {"more", "sorted", "drawn", "look", "file"}
    assert ran.why["more"] == "it depends on more than its input"


def test_what_failed_runs_again_and_what_came_before_it_does_not(tmp_path: Path) -> None:
    content = start(tmp_path)
    content["nodes"]["file"]["path"] = "missing/out.csv"
    content["nodes"]["bad"] = {"tool": "Test", "expectations": [{"records": 0}]}
    del content["nodes"]["file"], content["connections"][-1]
    content["connections"].append("sorted -> bad")
    first = Ran(tmp_path, content)
    assert first.states["bad"] == "failed"
    second = Ran(tmp_path, content)
    assert second.states == {**dict.fromkeys(second.states, "reused"), "bad": "failed"}


def test_an_entry_half_written_is_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process may be killed between any two steps of writing."""
    content = start(tmp_path)
    monkeypatch.setattr(Draft, "commit", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    first = Ran(tmp_path, content)
    monkeypatch.undo()
    second = Ran(tmp_path, content)
    assert first.ran == second.ran == set(content["nodes"])
    assert second.file == first.file


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    dead = cache.entries.folder / ".part-999999999-abc"
    dead.mkdir(parents=True)
    alive = cache.entries.draft()
    cache.tidy()
    assert not dead.exists()
    assert alive.folder.exists()


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    content = start(tmp_path)
    (tmp_path / ".flowrun").mkdir()
    (tmp_path / ".flowrun" / "cache").write_text("in the way")
    assert Ran(tmp_path, content).ran == set(content["nodes"])
    ran = Ran(tmp_path, content)
    assert ran.ran == set(content["nodes"])
    assert ran.result.outcome == "done"
    told = [json.loads(line)["what"] for line in (ran.result.folder / "events.jsonl").read_text().splitlines()]
    warnings = [what["text"] for what in told if what.get("level") == "warning"]
    assert warnings == ["Not all results could be kept for the next run: Not a directory."]


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    content = start(tmp_path)
    cache = CacheFolder(tmp_path)
    Ran(tmp_path, content)
    size = cache.entries.size
    cache.limit = size * 2 + 1_000
    changed = change("nodes", "more", "fields", 0, "expression", to="[n]")(document())
    Ran(tmp_path, changed)
    assert cache.entries.size <= size + 1_000
    assert set(Ran(tmp_path, changed).states.values()) == {"reused"}


def test_checkpoints_keep_to_the_limit_too(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    cache.limit = 40_000
    for used, key in enumerate(("oldest", "old", "new")):
        (cache.unfinished(key) / "checkpoint").write_bytes(bytes(6_000))
        os.utime(cache.unfinished(key), (used, used))
    assert cache.size == 18_000
    cache.tidy()
    assert sorted(path.name for path in (cache.folder / "unfinished").iterdir()) == ["new"]


def test_a_damaged_entry_is_none(tmp_path: Path) -> None:
    content = start(tmp_path)
    first = Ran(tmp_path, content)
    for entry in CacheFolder(tmp_path).entries.folder.glob("*/entry.json"):
        entry.write_text("{")
    again = Ran(tmp_path, content)
    assert again.ran == set(content["nodes"])
    assert again.file == first.file


EDITS: dict[str, Callable[[Document, Path], object]] = {
    "constant": lambda d, _: d["constants"].update(factor=d["constants"]["factor"] + 1),
    "seed": lambda d, _: d["nodes"]["drawn"].update(seed=d["nodes"]["drawn"]["seed"] % 3 + 1),
    "order": lambda d, _: d["connections"].insert(0, d["connections"].pop(1)),
    "rows": lambda d, _: d["nodes"]["other"]["rows"].append([len(d["nodes"]["other"]["rows"])]),
    "sort": lambda d, _: d["nodes"]["sorted"]["by"][0].update(order="ascending"),
    "never": lambda d, _: d["nodes"]["sorted"].update(cache="never"),
    "keep": lambda d, _: d["nodes"]["more"].update(cache="keep"),
    "file": lambda _, folder: _rewrite(folder / "data.csv"),
    "output": lambda _, folder: (folder / "out.csv").unlink(missing_ok=True),
    "nothing": lambda *_: None,
}


def _rewrite(path: Path) -> None:
    """Other content of the same size and time."""
    stat = path.stat()
    path.write_text("n\n" + "".join(f"{(int(n) + 1) % 10}\n" for n in path.read_text().split()[1:]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=4))
def test_the_cache_never_lies(tmp_path_factory: pytest.TempPathFactory, edits: list[str]) -> None:
    folder = tmp_path_factory.mktemp("w")
    content = start(folder)
    Ran(folder, content)
    for name in edits:
        EDITS[name](content, folder)
        cached = Ran(folder, content)
        plain = Ran(folder, content, cache=False)
        assert cached.look == plain.look
        assert cached.file == plain.file
        assert cached.result.outcome == "done"


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    content = start(tmp_path)
    (tmp_path / "data.csv").write_text("n\n" + "\n".join(map(str, range(50_000))))
    expected = Ran(tmp_path, content, cache=False)
    runs: list[RunResult] = []
    checked = [check(Workflow.load(tmp_path / "w.yaml")) for _ in range(3)]
    threads = [threading.Thread(target=lambda one=one: runs.append(Run(one).execute())) for one in checked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [(run.outcome, run.problems) for run in runs] == [("done", [])] * 3
    assert (tmp_path / "out.csv").read_bytes() == expected.file
    assert set(Ran(tmp_path, content).states.values()) == {"reused"}


def test_a_clock_that_goes_backwards_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = start(tmp_path)
    Ran(tmp_path, content)
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    assert set(Ran(tmp_path, content).states.values()) == {"reused"}
    (tmp_path / "data.csv").write_text("n\n5\n")
    assert "data" in Ran(tmp_path, content).ran

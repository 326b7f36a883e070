"""Runs in child processes: followed by many, stopped, killed, outlived."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.server.conftest import Server

_PEOPLE = {"tool": "TextInput", "fields": {"name": "V_WString", "age": "Int32"}, "rows": [["Bart", 10], ["Homer", 39]]}
_SHORT = {"nodes": {"people": _PEOPLE, "result": {"tool": "Browse"}}, "connections": ["people -> result"]}


def _ticks(**settings: Any) -> dict[str, Any]:
    return {
        "nodes": {"clock": {"tool": "Ticker", **settings}, "result": {"tool": "Browse"}},
        "connections": ["clock -> result"],
    }


def _events(server: Server, run: str, after: int = 0, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """What a reader hears until the stream ends."""
    answer = server.browser.get(f"/api/runs/{run}/events", params={"after": after}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


def _until(server: Server, run: str, event: str, **facts: Any) -> None:
    """Listen until something has happened."""
    with server.browser.stream("GET", f"/api/runs/{run}/events") as answer:
        for line in answer.iter_lines():
            what = json.loads(line[6:])["what"] if line.startswith("data: ") else {}
            if what.get("event") == event and all(what[key] == value for key, value in facts.items()):
                return
    pytest.fail(f"the run ended without {event} {facts}")


def _whats(heard: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [stamped["what"] for stamped in heard if stamped["what"]["event"] == event]


def _child(folder: Path, run: str) -> int:
    return int((folder / ".flowrun" / "runs" / run / "pid").read_text())


def _gone(process: int) -> bool:
    """Whether a process has ended, also where nobody has asked for its exit code yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_a_run_of_an_unsaved_document(server: Server) -> None:
    run = server.post("/api/runs", path="short.yaml", document=_SHORT)["run"]
    heard = _events(server, run)
    assert [stamped["sequence"] for stamped in heard] == list(range(1, len(heard) + 1))
    assert heard[0]["what"]["nodes"] == {"people": "TextInput", "result": "Browse"}
    assert heard[-1]["what"]["outcome"] == "done"
    manifest = server.get(f"/api/runs/{run}")
    assert manifest["nodes"]["people"]["records"] == {"out": 2}
    assert [found["run"] for found in server.get("/api/runs", path="short.yaml")] == [run]
    assert server.get("/api/runs", path="other.yaml") == []
    assert not (server.folder / "short.yaml").exists()


def test_who_comes_late_or_comes_back_sees_the_same(server: Server) -> None:
    run = server.post("/api/runs", document=_ticks(records=12))["run"]
    heard: dict[str, list[dict[str, Any]]] = {}
    first = threading.Thread(target=lambda: heard.update(first=_events(server, run)))
    first.start()
    _until(server, run, "counts")
    heard["second"] = _events(server, run)
    first.join()
    heard["late"] = _events(server, run)
    assert heard["first"] == heard["second"] == heard["late"]
    assert _events(server, run, after=3) == heard["late"][3:]
    assert _events(server, run, headers={"Last-Event-ID": "5"}) == heard["late"][5:]
    kept = (server.folder / ".flowrun" / "runs" / run / "events.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in kept] == heard["late"]


def test_a_reader_of_a_run_that_is_over_need_not_ask_again(server: Server) -> None:
    run = server.post("/api/runs", document=_SHORT)["run"]
    count = len(_events(server, run))
    assert server.browser.get(f"/api/runs/{run}/events", headers={"Last-Event-ID": str(count)}).status_code == 204


def test_up_to_a_node(server: Server) -> None:
    run = server.post("/api/runs", document=_SHORT, until="people")["run"]
    assert _events(server, run)[0]["what"]["nodes"] == {"people": "TextInput"}


def test_nothing_runs_with_errors(server: Server) -> None:
    document = {"nodes": {"a": {"tool": "Fliter"}, "b": {"tool": "Browse"}}}
    answer = server.browser.post("/api/runs", json={"document": document})
    assert answer.status_code == 422
    assert "2 errors" in answer.json()["message"]
    assert {problem["node"] for problem in answer.json()["problems"]} == {"a", "b"}
    answer = server.browser.post("/api/runs", json={"document": _SHORT, "until": "nobody"})
    assert answer.json()["problems"][0]["message"].startswith("There is no node 'nobody'")


@pytest.mark.parametrize("then", ["", "busy"])
def test_cancel_ends_a_run_within_a_second(server: Server, then: str) -> None:
    settings = {"records": 1 if then else 1000, "then": then}
    run = server.post("/api/runs", document=_ticks(**settings))["run"]
    _until(server, run, "counts")
    child = _child(server.folder, run)
    began = time.monotonic()
    assert server.browser.post(f"/api/runs/{run}/cancel").status_code == 204
    assert time.monotonic() - began < 1.3  # a second, and something for a busy machine
    assert _gone(child)
    assert _events(server, run)[-1]["what"]["outcome"] == "cancelled"
    assert server.get(f"/api/runs/{run}")["outcome"] == "cancelled"
    assert server.browser.post(f"/api/runs/{run}/cancel").status_code == 204


def test_stop_and_keep_what_there_is(server: Server) -> None:
    run = server.post("/api/runs", document=_ticks())["run"]
    _until(server, run, "counts")
    assert server.browser.post(f"/api/runs/{run}/finish").status_code == 204
    assert _events(server, run)[-1]["what"]["outcome"] == "done"


@pytest.mark.parametrize(("name", "message"), [("SIGKILL", "killed from outside"), ("SIGSEGV", "crashed (SIGSEGV)")])
def test_a_process_that_dies_is_an_error_of_its_tool(server: Server, name: str, message: str) -> None:
    run = server.post("/api/runs", document=_ticks(records=2, then=name))["run"]
    heard = _events(server, run)
    assert [stamped["sequence"] for stamped in heard] == list(range(1, len(heard) + 1))
    error = _whats(heard, "message")[-1]
    assert (error["node"], error["level"]) == ("clock", "error")
    assert message in error["text"]
    assert error["hint"]
    states = {what["node"]: what["state"] for what in _whats(heard, "node_state")}
    assert states == {"clock": "failed", "result": "skipped"}
    assert heard[-1]["what"]["outcome"] == "failed"
    assert server.get("/api/runs", path="")[0]["outcome"] == "failed"
    kept = (server.folder / ".flowrun" / "runs" / run / "events.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in kept] == heard
    assert "a library says something" in (server.folder / ".flowrun" / "runs" / run / "output.txt").read_text()
    assert server.get("/api/files")["entries"] is not None


def test_a_tool_that_takes_the_process_down_leaves_the_others_to_finish(server: Server) -> None:
    beside = {"count": {"tool": "CountRecords"}, "total": {"tool": "Browse"}}
    document = _ticks(records=2, then="SIGSEGV")
    document["nodes"] |= {"people": _PEOPLE, **beside}
    document["connections"] += ["people -> count", "count -> total"]
    run = server.post("/api/runs", document=document)["run"]
    heard = _events(server, run)
    assert [stamped["sequence"] for stamped in heard] == list(range(1, len(heard) + 1))
    states = {what["node"]: what["state"] for what in _whats(heard, "node_state")}
    assert states == {"clock": "failed", "result": "skipped", "people": "done", "count": "done", "total": "done"}
    assert server.get(f"/api/runs/{run}/records", node="total")["rows"] == [[2]]
    facts = server.get(f"/api/runs/{run}")
    assert (facts["outcome"], facts["nodes"]["clock"]["state"]) == ("failed", "failed")
    assert [said["node"] for said in facts["messages"] if said["level"] == "error"] == ["clock"]


def test_killed_from_outside(server: Server) -> None:
    run = server.post("/api/runs", document=_ticks())["run"]
    _until(server, run, "counts")
    os.kill(_child(server.folder, run), signal.SIGKILL)
    assert "ran out of memory" in _whats(_events(server, run), "message")[-1]["hint"]


def test_records_can_be_seen_while_they_pass(server: Server) -> None:
    run = server.post("/api/runs", document=_ticks(records=1000))["run"]
    _until(server, run, "counts", records=1)
    page = server.get(f"/api/runs/{run}/records", node="clock", anchor="out", limit=1)
    assert page["rows"] == [[0]]
    assert page["total"] >= page["kept"] >= 1
    assert server.browser.get(f"/api/runs/{run}/records", params={"node": "result"}).status_code == 404
    assert server.get(f"/api/runs/{run}")["outcome"] == "running"
    server.browser.post(f"/api/runs/{run}/cancel")
    assert server.get(f"/api/runs/{run}/records", node="clock", anchor="out")["kept"] >= 1


def test_runs_at_the_same_time_are_bounded(server: Server) -> None:
    runs = [server.post("/api/runs", document=_ticks())["run"] for _ in range(4)]
    assert server.browser.post("/api/runs", json={"document": _SHORT}).status_code == 429
    for run in runs:
        server.browser.post(f"/api/runs/{run}/cancel")
    server.post("/api/runs", document=_SHORT)


def test_a_workflow_in_a_folder_of_its_own(server: Server) -> None:
    (server.folder / "deep" / "er").mkdir(parents=True)
    run = server.post("/api/runs", path="deep/er/flow.yaml", document=_SHORT)["run"]
    _events(server, run)
    assert (server.folder / "deep" / "er" / ".flowrun" / "runs" / run / "run.json").is_file()
    assert [found["file"] for found in server.get("/api/runs", path="deep/er/flow.yaml")] == ["flow.yaml"]


def test_the_users_own_modules_are_not_taken_for_ours(server: Server) -> None:
    (server.folder / "tools").mkdir(exist_ok=True)
    (server.folder / "tools" / "__init__.py").write_text("raise SystemExit('wrong tools')\n")
    (server.folder / "random.py").write_text("raise SystemExit('wrong random')\n")
    assert _events(server, server.post("/api/runs", document=_SHORT)["run"])[-1]["what"]["outcome"] == "done"


@pytest.mark.parametrize(("name", "patience"), [("SIGINT", 3.0), ("SIGTERM", 3.0), ("SIGKILL", 3.0)])
def test_no_run_outlives_its_server(own_server: Callable[[], Server], name: str, patience: float) -> None:
    server = own_server()
    run = server.post("/api/runs", document=_ticks(records=1, then="busy"))["run"]
    _until(server, run, "counts")
    child = _child(server.folder, run)
    ended: list[list[dict[str, Any]]] = []
    reader = threading.Thread(target=lambda: ended.append(_events(server, run)))
    if name == "SIGINT":
        reader.start()
    server.process.send_signal(signal.Signals[name])
    server.process.wait(10)
    deadline = time.monotonic() + patience
    while not _gone(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _gone(child)
    if name == "SIGINT":
        reader.join()
        assert ended[0][-1]["what"]["outcome"] == "cancelled"
        assert server.process.returncode == 0


def test_a_new_server_knows_the_runs_of_the_old(own_server: Callable[[], Server]) -> None:
    first = own_server()
    done = first.post("/api/runs", document=_SHORT)["run"]
    heard = _events(first, done)
    killed = first.post("/api/runs", document=_ticks())["run"]
    _until(first, killed, "counts")
    child = _child(first.folder, killed)
    os.kill(child, signal.SIGSTOP)  # so that it cannot notice that its server is gone
    first.process.kill()
    first.process.wait()
    os.kill(child, signal.SIGKILL)
    second = own_server()
    assert _events(second, done) == heard
    assert second.get(f"/api/runs/{done}/records", node="result")["total"] == 2
    while not _gone(child):
        time.sleep(0.01)
    assert _events(second, killed)[-1]["what"]["outcome"] == "failed"
    assert [found["outcome"] for found in second.get("/api/runs", path="")] == ["failed", "done"]

"""The command as its user meets it: a real process, its exit code, what it prints, what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.overrides import overrides

ROOT = Path(__file__).resolve().parents[1]
FLOWRUN = [sys.executable, "-m", "engine.cli"]

HELLO = """\
nodes:
  people: {tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10], [Homer, 39], [Marge, 36]]}
  adults: {tool: Filter, expression: "[age] >= 18"}
  out: {tool: Output, path: adults.csv}
  seen: {tool: Browse}
connections: [people -> adults, adults.T -> out, adults.T -> seen]
"""


def flowrun(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FLOWRUN, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    file = tmp_path / "hello.yaml"
    file.write_text(HELLO)
    return file


def test_a_run_says_what_it_did(hello: Path) -> None:
    done = flowrun("hello.yaml", cwd=hello.parent)
    assert done.returncode == 0, done.stderr
    assert (hello.parent / "adults.csv").read_text().split() == ["name,age", "Homer,39", "Marge,36"]
    assert "seen: 2 records, 2 fields" in done.stdout
    assert "wrote adults.csv (2 records, " in done.stdout
    assert "Done after" in done.stdout
    assert max(map(len, (done.stdout + done.stderr).splitlines())) <= 80
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_says_nothing(hello: Path) -> None:
    done = flowrun("hello.yaml", "--quiet", cwd=hello.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_events_are_json_lines(hello: Path) -> None:
    done = flowrun("hello.yaml", "--events", "-", cwd=hello.parent)
    heard = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["sequence"] for event in heard] == list(range(1, len(heard) + 1))
    assert (heard[0]["what"]["event"], heard[-1]["what"]["event"]) == ("run_started", "run_finished")


def test_settings_from_outside_and_until(hello: Path) -> None:
    done = flowrun("hello.yaml", "--set", "adults.expression=[age] > 36", "--until", "seen", cwd=hello.parent)
    assert done.returncode == 0
    assert "seen: 1 record, 2 fields" in done.stdout
    assert not (hello.parent / "adults.csv").exists()


def test_paths_on_the_command_line_start_where_the_user_stands(hello: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert flowrun(hello, "--set", "out.path=mine.csv", cwd=elsewhere).returncode == 0
    assert (elsewhere / "mine.csv").exists()


def test_a_word_in_place_of_a_file_stays_a_word(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text("nodes: {recognise: {tool: ImageRecognition}}")
    pairs = overrides(file, ["recognise.weights=random", "recognise.weights=mine.h5"])
    assert [value for _, value in pairs] == ["random", str(Path.cwd() / "mine.h5")]


def test_check(hello: Path) -> None:
    assert "no problems; 4 tools are ready to run" in flowrun("check", "hello.yaml", cwd=hello.parent).stdout
    hello.write_text(HELLO.replace("[age]", "[aeg]"))
    wrong = flowrun("check", "hello.yaml", cwd=hello.parent)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("hello.yaml:3:26: error: adults (Filter): ")
    as_json = json.loads(flowrun("check", "hello.yaml", "--json", cwd=hello.parent).stdout)
    assert [(problem["node"], problem["line"]) for problem in as_json] == [("adults", 3)]


def test_new_makes_a_workflow_that_runs(tmp_path: Path) -> None:
    assert flowrun("new", "first.yaml", cwd=tmp_path).returncode == 0
    assert flowrun("first.yaml", cwd=tmp_path).returncode == 0
    again = flowrun("new", "first.yaml", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (2, "error: first.yaml exists already. Choose another name.\n")


def test_tools_are_listed_and_explained(tmp_path: Path) -> None:
    assert "CreateSamples" in flowrun("tools", cwd=tmp_path).stdout
    assert "estimation" in flowrun("tools", "CreateSamples", cwd=tmp_path).stdout
    described = json.loads(flowrun("tools", "--json", cwd=tmp_path).stdout)
    assert all(tool["tooltip"] and tool["settings"]["type"] == "object" for tool in described)


def test_a_tool_is_explained_with_what_its_settings_are_made_of(tmp_path: Path) -> None:
    shown = " ".join(flowrun("tools", "ImageProcessing", cwd=tmp_path).stdout.split())
    assert "step: crop Keep a rectangle" in shown
    assert "width Width of what is kept, in pixels. (required)" in shown
    assert 'One of nearest, box, bilinear, bicubic, lanczos. (default "bilinear")' in shown


def test_a_misspelt_command_is_not_taken_for_a_file(hello: Path) -> None:
    result = flowrun("chek", "hello.yaml", cwd=hello.parent)
    assert (result.returncode, result.stderr) == (2, "error: There is no command 'chek'. Did you mean 'check'?\n")


@pytest.mark.parametrize("words", [["check", "{root}/workflows/simpsons.yaml"], ["{hello}"], ["tools"]])
def test_tensorflow_is_not_imported_without_need(hello: Path, words: list[str]) -> None:
    code = (
        "import sys; from engine import cli\n"
        "try: cli.main()\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        "assert not {'tensorflow', 'keras', 'sklearn', 'matplotlib'} & set(sys.modules)\n"
    )
    filled = [word.format(root=ROOT, hello=hello) for word in words]
    done = subprocess.run([sys.executable, "-c", code, *filled], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_looking_into_a_file_and_converting_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,age\nBart,10\nLisa,8\n")
    converted = flowrun("convert", "a.csv", "b.yxdb", cwd=tmp_path)
    assert (converted.returncode, converted.stdout.splitlines()[0][:24]) == (0, "wrote b.yxdb (2 records,")
    shown = flowrun("cat", "b.yxdb", "-n", "1", cwd=tmp_path).stdout
    assert "V_WString" in shown
    assert "Bart" in shown
    assert "Lisa" not in shown
    missing = flowrun("cat", "c.csv", cwd=tmp_path)
    assert (missing.returncode, "c.csv" in missing.stderr) == (2, True)
    assert not (tmp_path / ".flowrun").exists()


SLOW = """\
nodes:
  rows: {tool: Input, path: many.csv}
  copy: {tool: Output, path: copy.csv}
connections: [rows -> copy]
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A workflow that takes a good while, with an old result in place."""
    with (tmp_path / "many.csv").open("w") as file:
        file.write("a,b,c\n" + "1,some text,2.5\n" * 6_000_000)
    (tmp_path / "copy.csv").write_text("old")
    file_ = tmp_path / "slow.yaml"
    file_.write_text(SLOW)
    return file_


def _when_writing(slow: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        if any(part.stat().st_size for part in slow.parent.glob(".copy.csv.*.part")):
            return
        time.sleep(0.01)
    raise AssertionError(f"it never began to write: {process.communicate()}")


def _start(slow: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*FLOWRUN, "slow.yaml"], cwd=slow.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_within_a_second_and_leaves_no_half_file(slow: Path, sign: signal.Signals) -> None:
    with _start(slow) as process:
        _when_writing(slow, process)
        began = time.monotonic()
        process.send_signal(sign)
        said = process.communicate(timeout=10)
        took = time.monotonic() - began
    assert process.returncode == 130, said
    assert took < 1.5  # a second, and some for a busy machine
    assert (slow.parent / "copy.csv").read_text() == "old"
    assert not list(slow.parent.glob(".*.part"))


def test_a_killed_run_leaves_the_old_file_whole(slow: Path) -> None:
    with _start(slow) as process:
        _when_writing(slow, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
    assert (slow.parent / "copy.csv").read_text() == "old"


def test_the_cache_can_be_looked_at_bounded_and_cleared(tmp_path: Path) -> None:
    flowrun("new", "people.yaml", cwd=tmp_path)
    flowrun("people.yaml", cwd=tmp_path)
    again = flowrun("people.yaml", cwd=tmp_path)
    assert "3 of 3 tools reused" in again.stdout
    assert "people" in flowrun("cache", "list", cwd=tmp_path).stdout
    assert "at most 1.1 GB" in flowrun("cache", "size", "--limit", "1GB", cwd=tmp_path).stdout
    assert "Cleared" in flowrun("cache", "clear", "people.yaml", cwd=tmp_path).stdout
    assert "reused" not in flowrun("people.yaml", cwd=tmp_path).stdout


def test_a_run_can_be_replayed_by_its_name(tmp_path: Path) -> None:
    flowrun("new", "people.yaml", cwd=tmp_path)
    flowrun("people.yaml", cwd=tmp_path)
    run = next((tmp_path / ".flowrun" / "runs").iterdir()).name
    assert "The same records left all of 3 anchors." in flowrun("replay", run, cwd=tmp_path).stdout
    assert "There is no run" in flowrun("replay", "20200101-000000-aaaaaa", cwd=tmp_path).stderr

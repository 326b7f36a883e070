"""Much of everything: a thousand tools, ten thousand files, through the command, and at once the second time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def flowrun(folder: Path) -> str:
    command = [sys.executable, "-m", "engine.cli", "w.yaml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_thousand_tools(tmp_path: Path) -> None:
    adding = [f'  n{i}: {{tool: Formula, fields: [{{field: n, expression: "[n] + 1"}}]}}' for i in range(1, 999)]
    wires = ", ".join([*(f"n{i - 1} -> n{i}" for i in range(1, 999)), "n998 -> view"])
    source = "  n0: {tool: TextInput, fields: {n: Int32}, rows: [[1], [2]]}"
    nodes = "\n".join(["nodes:", source, *adding, "  view: {tool: Browse}"])
    (tmp_path / "w.yaml").write_text(f"{nodes}\nconnections: [{wires}]\n")
    assert flowrun(tmp_path).split()[6:8] == ["999", "1000"]
    assert "1000 of 1000 tools reused" in flowrun(tmp_path)


def test_ten_thousand_files(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for number in range(10_000):
        (tmp_path / "files" / f"{number}.txt").write_text(f"n\n{number}\n")
    (tmp_path / "w.yaml").write_text("""\
nodes:
  all: {tool: Input, path: files/*.txt, format: csv}
  total: {tool: Summarize, actions: [{field: n, action: Sum}]}
  view: {tool: Browse}
connections: [all -> total, total -> view]
""")
    assert "49995000" in flowrun(tmp_path)
    assert "3 of 3 tools reused" in flowrun(tmp_path)
    (tmp_path / "files" / "77.txt").write_text("n\n1077\n")
    assert "49996000" in flowrun(tmp_path)

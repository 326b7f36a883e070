from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.workflow import Workflow
from tests.engine.alteryx.yxmd import BROWSE, document, node


def flowrun(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_import_writes_a_workflow_and_a_summary(tmp_path: Path) -> None:
    source, out = tmp_path / "old.yxmd", tmp_path / "new.yaml"
    source.write_bytes(document(node(1, BROWSE), node(2, "Vendor.Magic")))
    done = flowrun("import", source, "--out", out)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2 tools: 1 configured, 0 partly configured, 1 not supported;")
    assert lines[1:3] == [
        "browse_1 (Browse): configured",
        "magic_2 (Alteryx's Magic): not supported: flowrun has no such tool",
    ]
    assert list(Workflow.load(out).document.nodes) == ["browse_1", "magic_2"]
    again = flowrun("import", source, "--out", out)
    assert (again.returncode, again.stderr.strip()) == (2, f"error: {out} exists already. Choose another name.")


def test_a_bad_file_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "old.yxmd"
    source.write_text("<AlteryxDocument><Nodes>")
    done = flowrun("import", source, "--out", tmp_path / "new.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: Cannot import {source}: This is not XML: no element found (line 1,")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [source]

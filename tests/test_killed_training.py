"""A training that is killed in its middle goes on when the workflow is run again, and ends where it would have."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.testing import run_tool
from tests.tools._models.synthetic import pictures
from tools.in_out.input import Input

WORKFLOW = """\
nodes:
  images: {tool: Directory, path: pictures, pattern: "*.bmp", recurse: true}
  label:
    tool: Formula
    fields: [{field: Class, type: V_WString, expression: "FileGetFileName(FileGetDir([FullPath]))"}]
  load: {tool: ImageInput, field: FullPath}
  samples: {tool: CreateSamples, estimation: 70, validation: 30, seed: 1}
  recognise: {tool: ImageRecognition, training: {image: image, label: Class}, epochs: 40}
  model: {tool: Output, path: model.yxdb}
connections:
  [images -> label, label -> load, load -> samples, samples.E -> recognise.T, samples.V -> recognise.V,
   recognise.M -> model]
"""
FLOWRUN = "from tools._models import checkpoint; checkpoint._INTERVAL = 0; from engine import cli; cli.main()"


def prepared(folder: Path) -> list[str]:
    """The command that trains in a new folder."""
    for index, row in enumerate(pictures(24).to_pylist()):
        path = folder / "pictures" / row["Class"] / f"{index}.bmp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(row["image"])
    (folder / "w.yaml").write_text(WORKFLOW)
    return [sys.executable, "-c", FLOWRUN, str(folder / "w.yaml")]


def killed_in_training(command: list[str], folder: Path) -> None:
    running = subprocess.Popen([*command, "--quiet"])
    deadline = time.monotonic() + 120
    while not list(folder.glob(".flowrun/cache/unfinished/*/training.safetensors")):
        assert running.poll() is None, "it was done before it was set aside"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.kill()
    running.wait()


def digest(folder: Path) -> str:
    return str(run_tool(Input, {"path": str(folder / "model.yxdb")}).rows()[0]["sha256"])


@pytest.mark.timeout(600)
def test_goes_on_and_ends_in_the_same_model(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    subprocess.run([*prepared(whole), "--quiet"], check=True)
    command = prepared(killed)
    killed_in_training(command, killed)
    assert not (killed / "model.yxdb").exists()
    again = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "recognise: Training goes on at epoch " in again.stderr
    assert digest(killed) == digest(whole)
    assert not list(killed.glob(".flowrun/cache/unfinished/*"))

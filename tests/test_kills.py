"""The training workflow killed at random moments: nothing half, nothing lost, and the next run goes through.

FLOWRUN_KILLS says how often; a long series is run by hand before a release.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from yxdb.yxdb_reader import YxdbReader

KILLS = int(os.environ.get("FLOWRUN_KILLS", "4"))
FLOWRUN = [sys.executable, "-c", "import sys; from engine.cli import main; sys.argv[0] = 'flowrun'; main()"]
SAMPLES = Path(__file__).parents[1] / "workflows" / "samples" / "simpsons"
EACH = 20  # pictures a label


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The example workflow with few pictures and two epochs."""
    for folder in filter(Path.is_dir, SAMPLES.iterdir()):
        (tmp_path / "samples" / "simpsons" / folder.name).mkdir(parents=True)
        for path in sorted(folder.iterdir())[:EACH]:
            shutil.copy(path, tmp_path / "samples" / "simpsons" / folder.name)
    shutil.copy(SAMPLES.parents[1] / "simpsons.yaml", tmp_path)
    return tmp_path


def start(home: Path, seed: int) -> subprocess.Popen[str]:
    settings = ["--set", "recognise.epochs=2", "--set", f"recognise.seed={seed}", "--set", f"samples.seed={seed}"]
    return subprocess.Popen(
        [*FLOWRUN, "simpsons.yaml", *settings], cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def run(home: Path, seed: int) -> float:
    """Run to the end; the seconds that it took."""
    began = time.monotonic()
    process = start(home, seed)
    said, _ = process.communicate(timeout=200)
    assert process.returncode == 0, said
    return time.monotonic() - began


def outputs(home: Path) -> dict[str, int]:
    """The records of each output that is there, all of them read by another reader."""
    found = {}
    for path in sorted(home.glob("*.yxdb")):
        reader = YxdbReader(path=str(path))
        found[path.name] = 0
        while reader.next():
            found[path.name] += 1
        reader.close()
    return found


def worker(program: int) -> int:
    """The process in which tools run, once there is one; where it dies, the program goes on in another."""
    children = Path(f"/proc/{program}/task/{program}/children").read_text().split()
    return int(children[0]) if children else program


@pytest.mark.timeout(200 + 60 * KILLS)
def test_killed_at_random_moments(home: Path) -> None:
    chance = random.Random(1)
    whole = run(home, seed=999)
    expected = outputs(home)
    assert expected == {"simpsons_model.yxdb": 1, "simpsons_holdout.yxdb": 4 * EACH // 10}
    for number in range(1, KILLS + 1):
        process = start(home, seed=number)
        time.sleep(chance.uniform(0, whole))
        os.kill(worker(process.pid) if number % 2 else process.pid, signal.SIGKILL)
        process.communicate(timeout=200)
        assert outputs(home) == expected, f"after kill {number}"
        if number % 20 == 0 or number == KILLS:
            run(home, seed=number)
            assert outputs(home) == expected
            assert run(home, seed=number) < whole
    left = [path for pattern in (".*.part", ".flowrun/cache/entries/.part-*") for path in home.glob(pattern)]
    assert left == []
    assert list(home.glob(".flowrun/runs/*/tmp/*")) == []

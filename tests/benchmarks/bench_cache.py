"""What the cache costs and what it saves, on the real frames and by the command line.

    python tests/benchmarks/bench_cache.py [--shared FOLDER] [--runs 3] [--model MobileNet] [--weights FILE]

Trains with a frozen backbone as `workflows/simpsons.yaml` does and prints, as whole processes: the first run with the
cache and without it in turns (their ratio is what writing costs), an unchanged second run, one with other epochs, one
with ten pictures more; and the time for the keys of a workflow of 1,000 nodes.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.cache.keys import facts_of, key_of
from engine.check import check
from engine.workflow import Workflow

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
WEIGHTS = "weights/mobilenet_0.75_imagenet_notop.weights.h5"
MORE = 10  # pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--model", default="MobileNet")
    parser.add_argument("--weights", default="")
    given = parser.parse_args()
    weights = given.weights or (str(given.shared / WEIGHTS) if given.model == "MobileNet" else "random")
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.shared / "data" / "simpsons", given.model, weights, given.runs)
    keys()


def measure(folder: Path, frames: Path, model: str, weights: str, runs: int) -> None:
    shutil.copy(ROOT / "workflows" / "simpsons.yaml", folder)
    shutil.copytree(frames, folder / "frames")
    every = sorted((folder / "frames").glob("*/*.jpg"))
    aside = {folder / f"{number}.jpg": path for number, path in enumerate(every[:: len(every) // MORE][:MORE])}
    for there, here in aside.items():
        here.rename(there)

    def run(*words: str, epochs: int = 10) -> float:
        sets = [f"images.path={folder / 'frames'}", f"recognise.model={model}", f"recognise.weights={weights}"]
        options = [word for text in [*sets, f"recognise.epochs={epochs}"] for word in ("--set", text)]
        flowrun = str(Path(sys.executable).with_name("flowrun"))
        began = time.perf_counter()
        subprocess.run([flowrun, "simpsons.yaml", "--quiet", *words, *options], cwd=folder, check=True)
        return time.perf_counter() - began

    plain, first, unchanged, epochs, more = [], [], [], [], []
    for _ in range(runs):
        shutil.rmtree(folder / ".flowrun", ignore_errors=True)
        plain.append(run("--no-cache"))
        first.append(run())
        unchanged.append(run())
        epochs.append(run(epochs=12))
        for there, here in aside.items():
            there.rename(here)
        more.append(run())
        for there, here in aside.items():
            here.rename(there)
        print(f"plain {plain[-1]:.1f} s, first {first[-1]:.1f} s, unchanged {unchanged[-1]:.2f} s,", end=" ")
        print(f"epochs changed {epochs[-1]:.1f} s, {MORE} pictures more {more[-1]:.1f} s", flush=True)
    ratio = statistics.median(a / b for a, b in zip(first, plain, strict=True))
    print(f"{model}: writing the cache makes a first run {ratio:.3f} times as long; medians: unchanged", end=" ")
    print(f"{statistics.median(unchanged):.2f} s, epochs changed {statistics.median(epochs):.1f} s,", end=" ")
    share = statistics.median(a / b for a, b in zip(more, first, strict=True))
    print(f"{MORE} pictures more {share:.0%} of a first run")


def keys() -> None:
    nodes = {f"f{number}": f'{{tool: Filter, expression: "[n] > {number}"}}' for number in range(999)}
    lines = [f"  {name}: {text}" for name, text in nodes.items()]
    wires = ["t -> f0", *(f"f{number}.T -> f{number + 1}" for number in range(998))]
    text = "\n".join(["nodes:", "  t: {tool: TextInput, fields: {n: Int64}, rows: [[1]]}", *lines, "connections:"])
    checked = check(Workflow.parse("\n".join([text, *(f"  - {wire}" for wire in wires)]), Path("keys.yaml")))
    assert not checked.errors, checked.errors
    began, busy = time.perf_counter(), time.process_time()
    found: dict[str, str] = {}
    for node, facts in facts_of(checked).items():
        found[node] = key_of(facts, found)
    print(f"the keys of {len(found):,} nodes: {time.perf_counter() - began:.3f} s, ", end="")
    print(f"{time.process_time() - busy:.3f} s of them working")


if __name__ == "__main__":
    main()

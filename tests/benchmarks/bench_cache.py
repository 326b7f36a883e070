"""What the cache costs and what it saves, on the real frames and by the command line.

    python tests/benchmarks/bench_cache.py [--shared FOLDER] [--runs 3] [--models MobileNet] [--weights FILE]
                                           [--pictures N]

Trains with frozen backbones as `workflows/simpsons.yaml` does, all models in one workflow, and prints, as whole
processes: the first run with the cache and without it in turns (their ratio is what writing costs), an unchanged second
run, one with other epochs, one with ten pictures more; and the time for the keys of a workflow of 1,000 nodes. Beside
the seconds stand those that the processor worked, which swing less on a busy machine. `--models seed` takes the four
of the seed, with random weights: the time is that of real ones.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from engine.cache.keys import facts_of, key_of
from engine.check import check
from engine.workflow import Workflow

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
WEIGHTS = "weights/mobilenet_0.75_imagenet_notop.weights.h5"
SEED = "InceptionV3,VGG16,InceptionResNetV2,ResNet50V2"
MORE = 10  # pictures


class Took(NamedTuple):
    """Seconds of a process and all that it started."""

    wall: float
    worked: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.worked:.2f})"

    def share(self, of: Took) -> Took:
        """The ratios."""
        return Took(self.wall / of.wall, self.worked / of.worked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--models", default="MobileNet", help="names of backbones, separated by commas; or seed")
    parser.add_argument("--weights", default="")
    parser.add_argument("--pictures", type=int, default=0, help="take about so many of the frames, for a trial")
    given = parser.parse_args()
    models = (SEED if given.models == "seed" else given.models).split(",")
    weights = given.weights or (str(given.shared / WEIGHTS) if models == ["MobileNet"] else "random")
    with tempfile.TemporaryDirectory() as folder:
        every = sorted((given.shared / "data" / "simpsons").glob("*/*.jpg"))
        step = max(1, len(every) // given.pictures) if given.pictures else 1
        Bench(Path(folder), every[::step], models, weights).measure(given.runs)
    keys()


class Bench:
    """A folder with frames and a workflow that trains on them."""

    def __init__(self, folder: Path, frames: list[Path], models: list[str], weights: str) -> None:
        self._folder, self._models, self._weights = folder, models, weights
        for frame in frames:
            (folder / "frames" / frame.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy2(frame, folder / "frames" / frame.parent.name)
        every = sorted((folder / "frames").glob("*/*.jpg"))
        self._aside = {folder / f"{n}.jpg": path for n, path in enumerate(every[:: len(every) // MORE][:MORE])}
        for there, here in self._aside.items():
            here.rename(there)
        print(f"{len(every):,} frames; seconds, and in brackets those of the processor")

    def measure(self, runs: int) -> None:
        took: dict[str, list[Took]] = defaultdict(list)
        for _ in range(runs):
            shutil.rmtree(self._folder / ".flowrun", ignore_errors=True)
            took["without cache"].append(self._run("--no-cache"))
            took["first"].append(self._run())
            took["unchanged"].append(self._run())
            took["epochs changed"].append(self._run(epochs=12))
            for there, here in self._aside.items():
                there.rename(here)
            took[f"{MORE} pictures more"].append(self._run())
            for there, here in self._aside.items():
                here.rename(there)
            print(", ".join(f"{name} {times[-1]}" for name, times in took.items()), flush=True)
        print(f"{', '.join(self._models)}, medians:", ", ".join(f"{n} {_median(times)}" for n, times in took.items()))
        writing = _median([a.share(b) for a, b in zip(took["first"], took["without cache"], strict=True)])
        more = _median([a.share(b) for a, b in zip(took[f"{MORE} pictures more"], took["first"], strict=True)])
        print(f"Writing the cache makes a first run {writing.wall:.3f} ({writing.worked:.3f}) times as long;", end=" ")
        print(f"{MORE} pictures more take {more.wall:.1%} ({more.worked:.1%}) of a first run.")

    def _run(self, *words: str, epochs: int = 10) -> Took:
        (self._folder / "training.yaml").write_text(self._workflow(epochs), encoding="utf-8")
        flowrun = str(Path(sys.executable).with_name("flowrun"))
        began, worked = time.perf_counter(), _worked()
        subprocess.run([flowrun, "training.yaml", "--quiet", *words], cwd=self._folder, check=True)
        return Took(time.perf_counter() - began, _worked() - worked)

    def _workflow(self, epochs: int) -> str:
        """The example with a training for each model."""
        example = yaml.safe_load((ROOT / "workflows" / "simpsons.yaml").read_text(encoding="utf-8"))
        nodes: dict[str, Any] = example["nodes"]
        wires = [wire for wire in example["connections"] if "recognise" not in wire]
        recognise, model_file = (nodes.pop(name) for name in ("recognise", "model_file"))
        del nodes["report"]
        nodes["images"]["path"] = "frames"
        for name in self._models:
            nodes[name] = {**recognise, "model": name, "weights": self._weights, "epochs": epochs}
            nodes[f"{name}_file"] = {**model_file, "path": f"{name}.yxdb"}
            nodes[f"{name}_report"] = {"tool": "Browse"}
            wires += [f"samples.E -> {name}.T", f"samples.V -> {name}.V"]
            wires += [f"{name}.M -> {name}_file", f"{name}.R -> {name}_report"]
        return json.dumps({"flowrun": 1, "nodes": nodes, "connections": wires})  # which is YAML too


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _median(times: list[Took]) -> Took:
    return Took(*(statistics.median(column) for column in zip(*times, strict=True)))


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

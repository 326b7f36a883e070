"""The four large backbones of the seed beside the plain Keras script, and memory with many pictures.

    python -m tests.benchmarks.large_backbones rivals [--shared FOLDER] [--pictures N] [--only MODEL,MODEL] [--epochs 2]
    python -m tests.benchmarks.large_backbones memory [--shared FOLDER]

`rivals` prints a line as soon as a backbone is measured: the plain script's time for 10 epochs (measured for the first
two, the others taken to be as long as the second), ours in full from a folder to a model and the holdout's predictions,
the feature pass against a bare loop of the same graph over decoded pictures, `flowrun` predicting the holdout with a
saved model (in the folder of its training; and cold, as on another machine), peak memory of both. Weights are drawn at
random, written once, and given to both sides: the time is that of real ones. `memory` trains on 5,633 and on 50,000
pictures and prints the peaks.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import yaml

from engine.context import Context, Resources
from tests.benchmarks.bench_training import (
    EPOCHS,
    SHARED,
    WEIGHTS,
    Figures,
    loaded,
    plain_script,
    split,
    thinned,
    train_ours,
    workflow,
)
from tools._models import keras_models, recipes, runtime
from tools._models.backbones import RANDOM
from tools._models.frozen import BATCH
from tools._models.intake import Intake, Sizes
from tools._models.recipe import Options

LARGE = ("InceptionV3", "ResNet50V2", "InceptionResNetV2", "VGG16")
ROOT = Path(__file__).resolve().parents[2]
_PASS = 1024  # pictures at most of the feature pass
_LINE = "{:<18} {:>9} {:>8} {:>7} {:>7} {:>10} {:>10} {:>7} {:>9} {:>9} {:>7}"
_TITLES = (
    *("backbone", "plain s", "ours s", "ours/", "CPU/", "pass/bare"),
    *("predict s", "cold s", "plain MB", "ours MB", "MB/"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rivals", "memory", "weights", "pass"])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--pictures", type=int, help="take only so many, for a trial")
    parser.add_argument("--only", default=",".join(LARGE), help="names of backbones, separated by commas")
    parser.add_argument("--epochs", type=int, default=2, help="that the plain script is run for")
    parser.add_argument("--data", type=Path, help="the split folder, where it stands already")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    {"rivals": rivals, "memory": memory, "weights": write_weights, "pass": feature_pass}[given.what](given)


def rivals(given: argparse.Namespace) -> None:
    """A line for each backbone."""
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or split(given.shared / "data" / "simpsons", Path(folder) / "data")
        if given.pictures:
            data = thinned(data, given.pictures, Path(folder) / "few")
            print(f"A trial with about {given.pictures:,} pictures: start-up weighs more than in the full measurement.")
        print(f"Plain script: {given.epochs} epochs measured, {EPOCHS} extrapolated from the last one's time.")
        print(_LINE.format(*_TITLES), flush=True)
        for name in given.only.split(","):
            weights = Path(folder) / f"{name}.weights.h5"
            own("weights", "--only", name, "--file", str(weights))
            print(line(name, data, weights, given), flush=True)


def line(name: str, data: Path, weights: Path, given: argparse.Namespace) -> str:
    plain = plain_script(given.shared, data, name, str(weights), given.epochs)
    seconds = plain["whole_s"]
    settings: Figures = {"model": name, "weights": str(weights), "epochs": EPOCHS}
    ours = train_ours(data, settings)
    ratio = json.loads(own("pass", "--only", name, "--data", str(data), "--file", str(weights)).splitlines()[-1])
    cpu = ours["cpu_s"] / (plain["cpu_s"] * seconds / plain["total_s"])
    speed = (f"{seconds:.0f}", f"{ours['total_s']:.1f}", f"1/{seconds / ours['total_s']:.1f}", f"1/{1 / cpu:.1f}")
    memory = (plain["peak_MB"], ours["peak_MB"], f"{ours['peak_MB'] / plain['peak_MB']:.2f}")
    predictions = (f"{seconds:.1f}" for seconds in predicting(data, settings))
    return _LINE.format(name, *speed, f"{ratio:.2f}", *predictions, *memory)


def own(*arguments: str) -> str:
    """Run this file in a process of its own; what it printed."""
    command = [sys.executable, "-m", "tests.benchmarks.large_backbones", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout


def write_weights(given: argparse.Namespace) -> None:
    runtime.tensorflow(os.cpu_count() or 1)
    keras_models.build(given.only, RANDOM).save_weights(given.file)


def feature_pass(given: argparse.Namespace) -> None:
    """Print how long the tool takes from image files to features, in times of the bare graph's on decoded pictures."""
    context = Context("bench", Resources(), {}, {})
    options = Options(1, 32, runtime.precision_for("auto"))
    recipe = recipes.recipe_for(given.only, "head", given.file, options, context)
    sizes = Sizes(recipe, given.only)
    table = loaded(given.data / "train").slice(0, _PASS).combine_chunks()
    decoded = np.random.default_rng(0).integers(0, 256, (table.num_rows, 128, 128, 3), np.uint8)

    def through() -> None:
        intake = Intake(context, "T", ("image", "Class"), recipe, sizes)
        for batch in table.to_batches(max_chunksize=256):
            intake.add(batch)
        intake.finish()
        intake.close()

    def bare() -> None:
        for start in range(0, len(decoded), BATCH):
            recipe.keep(decoded[start : start + BATCH])

    through()  # compiles
    ratios = [1 / ratio for ratio in paired(through, bare)]
    context.resources.close()
    print(json.dumps(round(statistics.median(ratios), 3)))


def paired(one: Callable[[], None], other: Callable[[], None], times: int = 3) -> Iterator[float]:
    """The time of `other` divided by that of `one`, in turns."""
    for _ in range(times):
        first, second = (timed(work) for work in (one, other))
        yield second / first


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def predicting(data: Path, settings: Figures) -> tuple[float, float]:
    """Seconds from the command line to the predictions of the holdout, with a model that was trained and saved before.

    First in the folder of the training, of other pictures; then as where nothing is known but the model.
    """
    with tempfile.TemporaryDirectory() as folder:
        document = workflow(data, {**settings, "epochs": 1})
        nodes = document["nodes"]
        nodes["train"]["path"] = str(data / "val")  # what it learns does not matter here
        nodes["model"] = {"tool": "Output", "path": "model.yxdb"}
        run(Path(folder), document, [*document["connections"], "recognise.M -> model"], without=("predict", "holdout"))
        nodes["model"] = {"tool": "Input", "path": "model.yxdb"}
        wires = [wire.replace("recognise.M", "model") for wire in document["connections"]]
        rest = ("recognise", "train", "val", "evaluation")
        here = timed(lambda: run(Path(folder), document, wires, without=rest))
        return here, timed(lambda: run(Path(folder), document, wires, "--no-cache", without=rest))


def run(folder: Path, document: Figures, wires: list[str], *options: str, without: tuple[str, ...]) -> None:
    """`flowrun` a workflow without the nodes whose names start so."""
    nodes = {name: node for name, node in document["nodes"].items() if not name.startswith(without)}
    ends = [(wire, {end.partition(".")[0] for end in wire.split(" -> ")}) for wire in wires]
    kept = [wire for wire, names in ends if names <= nodes.keys()]
    nodes = {name: node for name, node in nodes.items() if any(name in names for wire, names in ends if wire in kept)}
    file = folder / "work.yaml"
    file.write_text(yaml.safe_dump({**document, "nodes": nodes, "connections": kept}, sort_keys=False))
    command = [str(Path(sys.executable).with_name("flowrun")), str(file), "--quiet", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def memory(given: argparse.Namespace) -> None:
    """Peaks of MobileNet and Compact with few and with many pictures."""
    mobile = {"model": "MobileNet", "weights": str(given.shared / "weights" / WEIGHTS)}
    with tempfile.TemporaryDirectory() as folder:
        few = split(given.shared / "data" / "simpsons", Path(folder) / "few")
        many = repeated(few, 50_000, Path(folder) / "many")
        for settings in ({**mobile, "epochs": 1}, {"model": "Compact", "epochs": 1}):
            peaks = [train_ours(data, {**settings, "batch_size": 256})["peak_MB"] for data in (few, many)]
            print(f"{settings['model']}: {peaks[0]:,} MB with 5,633 pictures, {peaks[1]:,} MB with 50,000", flush=True)


def repeated(data: Path, pictures: int, into: Path) -> Path:
    """The same pictures again and again, about so many in all."""
    files = sorted(data.glob("*/*/*.bmp"))
    for number in range(pictures):
        path = files[number % len(files)]
        link = into / path.relative_to(data).with_stem(f"{path.stem}_{number // len(files)}")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.hardlink_to(path)
    return into


if __name__ == "__main__":
    main()

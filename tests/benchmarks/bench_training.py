"""Image Recognition and Predict beside what a user would write by hand, on the real frames.

    python tests/benchmarks/bench_training.py rivals   [--shared FOLDER] [--runs 3]
    python tests/benchmarks/bench_training.py accuracy [--shared FOLDER] [--runs 3]
    python tests/benchmarks/bench_training.py predict  [--shared FOLDER]

`rivals` runs a plain Keras script, one that caches features, and ours, in turns and each in a process of its own, and
prints ratios of medians of wall time, processor time and peak memory. `accuracy` trains Compact and MobileNet in every
way and prints what the holdout says. `predict` compares Predict with the bare frozen graph on pictures decoded before.
The frames are split 70/20/10 and scaled to 128 x 128 once, into a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from PIL import Image
from pyarrow import csv

from engine import types
from engine.context import Context, Resources
from engine.testing import run_tool
from engine.types import Field, FieldType, Meaning
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.predict import Predict

SCHEMA = types.schema_of(Field("image", FieldType.Blob, meaning=Meaning.image), Field("Class", FieldType.V_WString))
SHARED = Path(__file__).resolve().parents[3] / "shared"
EPOCHS = 10
WEIGHTS = "mobilenet_0.75_imagenet_notop.weights.h5"
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rivals", "accuracy", "predict", "ours"])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, help="the split folder, where it stands already")
    parser.add_argument("--settings", default="{}", help="of Image Recognition, as JSON")
    given = parser.parse_args()
    if given.what == "ours":
        print(json.dumps(ours(given.data, json.loads(given.settings))))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or split(given.shared / "data" / "simpsons", Path(folder))
        {"rivals": rivals, "accuracy": accuracy, "predict": predict_rate}[given.what](data, given)


def split(frames: Path, into: Path) -> Path:
    """The frames scaled to 128 x 128, as BMP files in train/, val/ and holdout/, each with a folder a label."""
    files = sorted(frames.glob("*/*.jpg"))
    order = np.random.default_rng(1).permutation(len(files))
    ends = [round(len(files) * 0.7), round(len(files) * 0.9)]
    for name, part in zip(("train", "val", "holdout"), np.split(order, ends), strict=True):
        for index in part:
            path = into / name / files[index].parent.name / f"{files[index].stem}.bmp"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.open(files[index]).convert("RGB").resize((128, 128), Image.Resampling.BILINEAR).save(path)
    return into


def thinned(pictures: Path, count: int, into: Path) -> Path:
    """The same folder with about so many pictures in all, evenly taken."""
    files = sorted(path for path in pictures.rglob("*.*") if path.is_file())
    for path in files[:: max(1, len(files) // count)]:
        link = into / path.relative_to(pictures)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    return into


def loaded(folder: Path) -> pa.Table:
    """The pictures of a folder of labels, in an order without meaning."""
    files = sorted(folder.glob("*/*.bmp"), key=lambda path: path.stem)
    columns = [pa.array([path.read_bytes() for path in files]), pa.array([path.parent.name for path in files])]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def workflow(data: Path, settings: Figures) -> Figures:
    """Directory, Formula and Image Input for each part, Image Recognition, Predict, two files of results."""
    nodes: Figures = {
        "recognise": {"tool": "ImageRecognition", "training": {"image": "image", "label": "Class"}, **settings},
        "predict": {"tool": "Predict", "label_probabilities": False},
        "evaluation": {"tool": "Output", "path": "evaluation.csv"},
        "slim": {"tool": "Select", "fields": [{"field": "Class"}, {"field": "Predicted"}], "unknown": False},
        "predictions": {"tool": "Output", "path": "predictions.csv"},
    }
    connections = ["recognise.M -> predict.M", "recognise.E -> evaluation", "predict -> slim", "slim -> predictions"]
    label = {"field": "Class", "type": "V_WString", "expression": "FileGetFileName(FileGetDir([FullPath]))"}
    for part, target in (("train", "recognise.T"), ("val", "recognise.V"), ("holdout", "predict.D")):
        nodes[part] = {"tool": "Directory", "path": str(data / part), "pattern": "*.bmp", "recurse": True}
        nodes[f"{part}_label"] = {"tool": "Formula", "fields": [dict(label)]}
        nodes[f"{part}_load"] = {"tool": "ImageInput", "field": "FullPath"}
        connections += [f"{part} -> {part}_label", f"{part}_label -> {part}_load", f"{part}_load -> {target}"]
    return {"flowrun": 1, "name": "bench", "nodes": nodes, "connections": connections}


def ours(data: Path, settings: Figures) -> Figures:
    """Train and predict with the command line; figures in the form that the rivals print. For a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.yaml"
        file.write_text(yaml.safe_dump(workflow(data, settings), sort_keys=False))
        flowrun = str(Path(sys.executable).with_name("flowrun"))
        began = time.perf_counter()
        subprocess.run([flowrun, str(file), "--no-cache", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        evaluation = csv.read_csv(Path(folder) / "evaluation.csv").to_pylist()
        predictions = csv.read_csv(Path(folder) / "predictions.csv").to_pylist()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "script": "ours",
        "flowrun_s": round(took, 2),
        "val": round(evaluation[-1]["accuracy"], 4),
        "holdout": round(float(np.mean([row["Class"] == row["Predicted"] for row in predictions])), 4),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_MB": used.ru_maxrss // 1024,
    }


def few(data: Path, each: int, into: Path, draw: int) -> Path:
    """The same split with only `each` training pictures a label, drawn anew for each `draw`.

    Drawn, because the first ones by name are neighbours in a few scenes and teach far less.
    """
    random = np.random.default_rng(draw)
    for folder in sorted((data / "train").iterdir()):
        for path in random.permutation(np.array(sorted(folder.iterdir())))[:each]:
            copy = into / "train" / folder.name / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    for part in ("val", "holdout"):
        (into / part).symlink_to(data / part)
    return into


def measured(*command: str) -> Figures:
    """Run a script; what it printed last, and its wall time from outside."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return {**figures, "total_s": round(time.perf_counter() - began, 2)}


def train_ours(data: Path, settings: Figures) -> Figures:
    found = measured(__file__, "ours", "--data", str(data), "--settings", json.dumps(settings))
    return {**found, "total_s": found["flowrun_s"]}  # the rivals, too, are measured without what measures


def plain_script(shared: Path, data: Path, backbone: str, weights: str, epochs: int) -> Figures:
    """What the plain script says of itself, and `whole_s`, the seconds that all its epochs would take.

    Args:
        epochs: to be measured, at least two if not all; the others are taken to be as long as the last of them.
    """
    options = ("--data", str(data), "--backbone", backbone, "--weights", weights, "--epochs", str(epochs))
    found = measured(str(shared / "rivals" / "keras_plain.py"), *options)
    marks = found["epoch_marks"]
    return {**found, "whole_s": found["total_s"] + (EPOCHS - epochs) * (marks[-1] - marks[-2])}


def rivals(data: Path, given: argparse.Namespace) -> None:
    """MobileNet with a new head, 10 epochs: a plain script, a script that caches features, ours."""
    weights = str(given.shared / "weights" / WEIGHTS)
    options = ("--data", str(data), "--backbone", "MobileNet", "--weights", weights, "--epochs", "10")
    every: dict[str, list[Figures]] = {"plain": [], "cached": [], "ours": []}
    for run in range(given.runs):
        for name in ("plain", "cached"):
            script = str(given.shared / "rivals" / f"keras_{name}.py")
            every[name].append(measured(script, *options, "--seed", str(run)))
        every["ours"].append(train_ours(data, {"model": "MobileNet", "weights": weights, "epochs": 10, "seed": run}))
        print({name: figures[-1] for name, figures in every.items()}, flush=True)
    for figure in ("total_s", "cpu_s", "peak_MB", "holdout"):
        medians = {name: statistics.median(run[figure] for run in runs) for name, runs in every.items()}
        ratios = {name: round(medians["ours"] / median, 3) for name, median in medians.items() if name != "ours"}
        print(figure, medians, "ours /", ratios)


def accuracy(data: Path, given: argparse.Namespace) -> None:
    """The holdout after each way of training, the mean of so many seeds."""
    mobile = {"model": "MobileNet", "weights": str(given.shared / "weights" / WEIGHTS), "epochs": 10}
    block, every = {**mobile, "train": "last_block"}, {**mobile, "train": "all"}
    with tempfile.TemporaryDirectory() as folder:
        whole = [data] * given.runs
        small = [few(data, 25, Path(folder) / str(draw), draw) for draw in range(given.runs)]
        rows = [(whole, settings) for settings in ({"epochs": 10}, {"epochs": 48}, mobile, block)]
        rows += [(small, settings) for settings in ({"epochs": 36}, mobile, block, every)]
        for parts, settings in rows:
            runs = [train_ours(part, {**settings, "seed": seed}) for seed, part in enumerate(parts)]
            means = {name: round(statistics.mean(run[name] for run in runs), 4) for name in runs[0] if name != "script"}
            chosen = {key: value for key, value in settings.items() if key != "weights"}
            print("25 a label" if parts is small else "all", chosen, means, flush=True)


def predict_rate(data: Path, given: argparse.Namespace) -> None:
    """The rate of Predict, from files to records, beside the bare graph on pictures that are decoded already."""
    from engine.images import decode
    from tools._models.classifier import Classifier
    from tools._models.frozen import BATCH
    from tools._models.model_record import from_record

    settings = {"model": "MobileNet", "weights": str(given.shared / "weights" / WEIGHTS), "epochs": 1}
    tables = {"T": loaded(data / "holdout"), "V": loaded(data / "holdout")}
    model = run_tool(ImageRecognition, {"training": {"image": "image", "label": "Class"}, **settings}, tables)["M"]
    pictures = loaded(data / "train")
    record, weights = from_record(model.to_pylist()[0])
    classifier = Classifier(record, weights, "imagenet", flip=False, context=Context("bench", Resources(), {}, {}))
    decoded = np.stack([decode(image.as_py()) for image in pictures["image"]])

    def bare() -> Iterator[Any]:
        for start in range(0, len(decoded), BATCH):
            yield classifier(decoded[start : start + BATCH])

    def through(count: int) -> None:
        run_tool(Predict, {}, {"D": pa.concat_tables([pictures] * count), "M": model})

    def timed(work: Any, *given: Any) -> np.ndarray:
        began = np.array([time.perf_counter(), time.process_time()])
        work(*given)
        taken: np.ndarray = np.array([time.perf_counter(), time.process_time()]) - began
        return taken

    timed(lambda: list(bare()))  # compiles
    for _ in range(given.runs):
        graph = timed(lambda: list(bare()))
        once, thrice = timed(through, 1), timed(through, 3)
        wall, processor = 2 * graph / (thrice - once)
        print(f"Predict at {wall:.0%} of the bare graph's rate ({processor:.0%} by processor time), starts in ", end="")
        print(
            f"{once[0] - (thrice[0] - once[0]) / 2:.1f} s; graph {len(pictures) / graph[0]:.0f} pictures/s", flush=True
        )


if __name__ == "__main__":
    main()

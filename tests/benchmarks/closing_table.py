"""The closing table of the seed, made again: training time, prediction time and accuracy of each model.

    python tests/benchmarks/bench_training.py table [--shared FOLDER] [--pictures N] [--only MobileNet,Compact]

Each row is two commands as a user types them, `flowrun simpsons.yaml` and `flowrun simpsons_predict.yaml`, from 5,633
JPEG files to a model file and from that to predictions of the holdout: start-up, reading and scaling included, nothing
reused. The seed's figures, by Alteryx on the same frames, stand beside ours. Its four networks have weights drawn at
random here, for theirs cannot be had without a network: times are the same, accuracy says nothing and is left out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pyarrow import csv

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
MOBILENET = "mobilenet_0.75_imagenet_notop.weights.h5"
_MINUTE = 60


@dataclass(frozen=True)
class Seed:
    """What the seed reports of a model: seconds of training and of predicting 563 pictures, accuracy in per cent."""

    training: int
    prediction: int
    accuracy: float


SEED = {
    "InceptionV3": Seed(46 * _MINUTE, 104, 80.46),
    "InceptionResNetV2": Seed(72 * _MINUTE, 88, 83.84),
    "VGG16": Seed(114 * _MINUTE, 186, 88.28),
    "ResNet50V2": Seed(57 * _MINUTE, 88, 89.88),
}
_LINE = "{:<20} {:<24} {:>9} {:>9} {:>7} {:>9} {:>9} {:>9} {:>9}"
_TITLES = ("model", "what learns", "training", "seed", "times", "predict", "seed", "accuracy", "seed")


def table(frames: Path, weights: Path, pictures: int | None, only: str) -> None:
    """Print a line for each model as soon as it is measured.

    Args:
        frames: a folder with a folder of JPEG files for each label.
        weights: a folder with the weights of MobileNet.
        pictures: how many frames to take, evenly; None for all.
        only: names of models, separated by commas; empty for all.
    """
    if pictures:
        print(f"A trial with about {pictures:,} frames; the seed's figures are of 5,633.")
    print(_LINE.format(*_TITLES), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        taken = _thinned(frames, pictures, Path(folder) / "frames") if pictures else frames
        for settings in _rows(weights / MOBILENET):
            if not only or settings["model"] in only.split(","):
                home = Path(folder) / "run"
                print(_line(settings, *_measured(home, taken, settings)), flush=True)
                shutil.rmtree(home)


def _rows(mobilenet: Path) -> list[dict[str, Any]]:
    mobile: dict[str, Any] = {"model": "MobileNet", "weights": str(mobilenet), "epochs": 10}
    compact: list[dict[str, Any]] = [{"model": "Compact", "epochs": epochs} for epochs in (10, 36)]
    block = {**mobile, "train": "last_block"}
    return [mobile, block, *compact] + [{"model": name, "weights": "random", "epochs": 10} for name in SEED]


def _thinned(frames: Path, pictures: int, into: Path) -> Path:
    files = sorted(frames.glob("*/*.jpg"))
    for path in files[:: max(1, len(files) // pictures)]:
        link = into / path.parent.name / path.name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    return into


def _measured(home: Path, frames: Path, settings: dict[str, Any]) -> tuple[float, float, float]:
    """Seconds of training, seconds of prediction, the part of the holdout that was recognised."""
    home.mkdir()
    shutil.copy(WORKFLOWS / "simpsons.yaml", home)
    _with_file_of_predictions(WORKFLOWS / "simpsons_predict.yaml", home / "simpsons_predict.yaml")
    chosen = {"images.path": frames, **{f"recognise.{name}": value for name, value in settings.items()}}
    options = [part for name, value in chosen.items() for part in ("--set", f"{name}={value}")]
    training = _timed(home / "simpsons.yaml", *options)
    prediction = _timed(home / "simpsons_predict.yaml")
    rows = csv.read_csv(home / "predictions.csv").to_pylist()
    return training, prediction, sum(row["Class_True"] == row["Class_Predicted"] for row in rows) / len(rows)


def _with_file_of_predictions(workflow: Path, into: Path) -> None:
    document = yaml.safe_load(workflow.read_text())
    document["nodes"]["bare"] = {
        "tool": "Select",
        "fields": [{"field": "Class_True"}, {"field": "Class_Predicted"}],
        "unknown": False,
    }
    document["nodes"]["file"] = {"tool": "Output", "path": "predictions.csv"}
    document["connections"] += ["matches -> bare", "bare -> file"]
    into.write_text(yaml.safe_dump(document, sort_keys=False))


def _timed(workflow: Path, *options: str) -> float:
    command = [str(Path(sys.executable).with_name("flowrun")), str(workflow), "--no-cache", "--quiet", *options]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _line(settings: dict[str, Any], training: float, prediction: float, accuracy: float) -> str:
    model, seed = settings["model"], SEED.get(settings["model"])
    learns = "from scratch" if model == "Compact" else settings.get("train", "head").replace("_", " ")
    theirs = (
        ("", "", "", "")
        if seed is None
        else (
            _minutes(seed.training),
            f"{seed.training / training:.0f} x",
            _minutes(seed.prediction),
            f"{seed.accuracy:.2f}%",
        )
    )
    known = "no weights" if settings.get("weights") == "random" else f"{accuracy:.2%}"
    told = (model, f"{learns}, {settings['epochs']} epochs", _minutes(training), theirs[0], theirs[1])
    return _LINE.format(*told, _minutes(prediction), theirs[2], known, theirs[3])


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // _MINUTE}:{int(seconds) % _MINUTE:02d}"

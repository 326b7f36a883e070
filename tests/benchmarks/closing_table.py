"""The closing table of the seed, made again: training time, prediction time and accuracy of each model.

    python -m tests.benchmarks.closing_table [--shared FOLDER] [--only MobileNet,VGG16] [--results FILE] [--pictures N]

Each row is two commands as a user types them, `flowrun simpsons.yaml` and `flowrun simpsons_predict.yaml`, from 5,633
JPEG files to a model file and from that to predictions of the holdout: start-up, reading and scaling included, nothing
reused. Beside ours stand the seed's figures, by Alteryx on the same frames, and the plain Keras script, measured in the
same run on frames that were scaled for it before: all epochs of MobileNet; of the large networks two, the others taken
to be as long as the second; its prediction is import, building the network, `predict`. The large networks have weights
drawn at random, for theirs cannot be had without a network: times are the same, accuracy says nothing and is left out.

With `--results`, rows are kept in that file as JSON lines, and those that it has are not measured again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pyarrow import csv

from tests.benchmarks.bench_training import EPOCHS, SHARED, WEIGHTS, Figures, plain_script, split, thinned

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
_MEASURED = 2  # epochs of the plain script with a large network
_MINUTE = 60
_LINE = "{:<18} {:<24}" + 3 * " | {:>8} {:>8} {:>8}"
_GROUPS = ("", "", "training", "", "", "predicting 563", "", "", "accuracy", "", "")
_TITLES = ("model", "what learns", *3 * ("ours", "seed", "script"))


@dataclass(frozen=True)
class Seed:
    """What the seed reports of a model: seconds of training and of predicting 563 pictures, accuracy as a part of 1."""

    training: int
    prediction: int
    accuracy: float


SEED = {
    "InceptionV3": Seed(46 * _MINUTE, 104, 0.8046),
    "InceptionResNetV2": Seed(72 * _MINUTE, 88, 0.8384),
    "VGG16": Seed(114 * _MINUTE, 186, 0.8828),
    "ResNet50V2": Seed(57 * _MINUTE, 88, 0.8989),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--only", default="", help="names of models, separated by commas; left out, all")
    parser.add_argument("--results", type=Path, help="where rows are kept, and found when this is run again")
    parser.add_argument("--pictures", type=int, help="take only about so many frames, for a trial")
    given = parser.parse_args()
    if given.pictures:
        print(f"A trial with about {given.pictures:,} frames; the seed's figures are of 5,633.")
    print(_LINE.format(*_GROUPS), _LINE.format(*_TITLES), sep="\n", flush=True)
    known = _known(given.results)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.shared, given.pictures, Path(folder))
        for row in _rows(given.shared / "weights" / WEIGHTS):
            if not given.only or row["model"] in given.only.split(","):
                name = _named(row)
                figures = known.get(name) or _kept(given.results, name, bench.measured(row))
                print(_line(row, figures), flush=True)


def _rows(mobilenet: Path) -> list[Figures]:
    """The settings of Image Recognition, row by row."""
    mobile = {"model": "MobileNet", "weights": str(mobilenet), "epochs": EPOCHS}
    compact = [{"model": "Compact", "epochs": epochs} for epochs in (EPOCHS, 48)]
    large = [{"model": name, "weights": "random", "epochs": EPOCHS} for name in SEED]
    return [mobile, {**mobile, "train": "last_block"}, *compact, *large]


def _named(row: Figures) -> str:
    learns = "from scratch" if row["model"] == "Compact" else row.get("train", "head").replace("_", " ")
    return f"{row['model']}, {learns}, {row['epochs']} epochs"


def _known(results: Path | None) -> dict[str, Figures]:
    if results is None or not results.exists():
        return {}
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return {line["row"]: line["figures"] for line in lines}


def _kept(results: Path | None, name: str, figures: Figures) -> Figures:
    if results is not None:
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"row": name, "figures": figures}) + "\n")
    return figures


class Bench:
    """Ours and the plain script on the same frames."""

    def __init__(self, shared: Path, pictures: int | None, folder: Path) -> None:
        self._shared, self._folder = shared, folder
        self._frames = shared / "data" / "simpsons"
        if pictures:
            self._frames = thinned(self._frames, pictures, folder / "frames")

    def measured(self, row: Figures) -> Figures:
        """Of `ours`, and of the `script` where there is one: seconds of training and prediction, accuracy or None."""
        figures = {"ours": self._ours(row)}
        if row["model"] != "Compact" and "train" not in row:
            figures["script"] = self._script(row)
        if row.get("weights") == "random":
            for side in figures.values():
                side["accuracy"] = None
        return figures

    def _ours(self, row: Figures) -> Figures:
        home = self._folder / "run"
        home.mkdir()
        shutil.copy(WORKFLOWS / "simpsons.yaml", home)
        _with_file_of_predictions(WORKFLOWS / "simpsons_predict.yaml", home / "simpsons_predict.yaml")
        chosen = {"images.path": self._frames, **{f"recognise.{name}": value for name, value in row.items()}}
        options = [part for name, value in chosen.items() for part in ("--set", f"{name}={value}")]
        training = _timed(home / "simpsons.yaml", *options)
        prediction = _timed(home / "simpsons_predict.yaml")
        rows = csv.read_csv(home / "predictions.csv").to_pylist()
        shutil.rmtree(home)
        right = sum(row["Class_True"] == row["Class_Predicted"] for row in rows)
        return {"training": training, "prediction": prediction, "accuracy": right / len(rows)}

    def _script(self, row: Figures) -> Figures:
        random = row["weights"] == "random"
        weights, epochs = ("none", _MEASURED) if random else (row["weights"], EPOCHS)
        found = plain_script(self._shared, self._split, row["model"], weights, epochs)
        prediction = sum(found[f"{part}_s"] for part in ("import", "build", "predict"))
        return {"training": found["whole_s"], "prediction": prediction, "accuracy": found["holdout"]}

    @cached_property
    def _split(self) -> Path:
        return split(self._frames, self._folder / "split")


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


def _line(row: Figures, figures: Figures) -> str:
    model, learns = _named(row).split(", ", 1)
    seed = SEED.get(model)
    sides = [figures["ours"], vars(seed) if seed else {}, figures.get("script", {})]
    times = [_minutes(side.get(part)) for part in ("training", "prediction") for side in sides]
    known = ["" if (part := side.get("accuracy")) is None else f"{part:.2%}" for side in sides]
    return _LINE.format(model, learns, *times, *known)


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"{round(seconds) // _MINUTE}:{round(seconds) % _MINUTE:02d}"


if __name__ == "__main__":
    main()

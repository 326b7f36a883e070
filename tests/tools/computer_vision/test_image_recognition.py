from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from engine import events
from engine.context import Resources
from engine.errors import Cancelled, ToolError
from engine.images import size_of
from engine.testing import Case, Result, run_tool, schema_from
from engine.tool import Home
from tests.tools._models.synthetic import pictures, real_frames, records, timeless
from tools.computer_vision.image_recognition import ImageRecognition, ImageRecognitionConfig

pytestmark = pytest.mark.usefixtures("keras_here")

FIELDS = {"image": "image", "label": "Class"}
FROZEN = {"model": "MobileNet", "weights": "random"}


def trained(training: pa.Table | None = None, validation: pa.Table | None = None, **config: Any) -> Result:
    training = pictures(24) if training is None else training
    validation = pictures(12, seed=1) if validation is None else validation
    settings = {"training": FIELDS, "epochs": 2, "batch_size": 8, **config}
    return run_tool(ImageRecognition, settings, {"T": training, "V": validation})


def contract_cases(folder: Path) -> list[Case]:
    inputs = {"T": pictures(8, (16, 16)), "V": pictures(4, (16, 16), seed=1)}
    settings = {"training": FIELDS, "validation": FIELDS, "epochs": 1, "batch_size": 4}

    def same(a: pa.Table, b: pa.Table) -> bool:
        if "Report" in a.column_names:  # it holds the time that training took
            return True
        return bool(timeless(a).equals(timeless(b)) if "training_seconds" in a.column_names else a.equals(b))

    return [Case(ImageRecognition, settings, inputs, same=same, empty_input_is_error=True)]


def test_compact_learns_colours() -> None:
    result = trained(pictures(48), epochs=8, batch_size=16)
    assert result.rows("E")[-1]["accuracy"] == 1
    assert result.said("warning") == []


def test_gives_one_model_record() -> None:
    [record] = trained(epochs=1).rows("M")
    assert json.loads(record["labels"]) == ["blue", "green", "red"]
    assert (record["kind"], record["image_field"], record["backbone"]) == ("image classifier", "image", "Compact")
    assert (record["width"], record["height"]) == (24, 24)
    assert (record["train"], record["epochs"], record["seed"]) == ("scratch", 1, 1)
    assert record["training_seconds"] > 0
    assert len(json.loads(record["history"])) == 1
    assert json.loads(record["versions"]).keys() == {"flowrun-canvas", "tensorflow", "keras", "numpy"}


def test_evaluates_every_label() -> None:
    rows = trained(**FROZEN, training=pictures(48, (32, 32)), validation=pictures(12, (32, 32))).rows("E")
    assert [row["label"] for row in rows] == ["blue", "green", "red", "Overall"]
    assert [row["support"] for row in rows] == [4, 4, 4, 12]
    assert list(rows[0]) == ["label", "precision", "recall", "f1", "accuracy", "support"]


def test_says_when_it_is_judged_by_what_it_has_learnt_from() -> None:
    said = trained(pictures(24), pictures(12), epochs=1).said("info")
    assert said[0].startswith("12 of the 12 validation pictures are among the training pictures too")
    assert "among" not in " ".join(trained(pictures(24), pictures(12, seed=1), epochs=1).said("info"))


def test_reports_epochs_and_progress() -> None:
    result = trained(epochs=2)
    epochs = [event for event in result.heard if isinstance(event, events.Epoch)]
    assert [(event.epoch, event.epochs) for event in epochs] == [(1, 2), (2, 2)]
    assert epochs[0].metrics.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert any(isinstance(event, events.Progress) for event in result.heard)


def test_gives_the_validation_records_with_predictions() -> None:
    validation = pictures(12, seed=1).append_column("file", pa.array([f"{index}.jpg" for index in range(12)]))
    validation = validation.cast(pa.schema([*pictures(1).schema, schema_from("file: V_WString").field(0)]))
    result = trained(pictures(48), validation, epochs=4, batch_size=16)
    added = [f"Probability{name}" for name in ("", "_blue", "_green", "_red")]
    assert result["P"].column_names == ["image", "Class", "file", "Predicted", *added, "Loss"]
    assert [row["file"] for row in result.rows("P")] == validation["file"].to_pylist()
    for row in result.rows("P"):
        assert row["Probability"] == row[f"Probability_{row['Predicted']}"]
        assert math.isclose(row["Loss"], -math.log(row[f"Probability_{row['Class']}"]), abs_tol=1e-6)
        assert size_of(row["image"]) == (24, 24)
    right = [row["Predicted"] == row["Class"] for row in result.rows("P")]
    assert sum(right) / 12 == result.rows("E")[-1]["accuracy"]


def test_predictions_are_the_same_past_the_budget() -> None:
    inputs = {"T": pictures(12, (16, 16)), "V": pictures(6, (16, 16), seed=1)}
    settings = {"training": FIELDS, "epochs": 1}
    little = run_tool(ImageRecognition, settings, inputs, memory=2, batch_rows=4)
    assert little["P"].equals(run_tool(ImageRecognition, settings, inputs)["P"])


def test_a_label_that_no_validation_picture_shows() -> None:
    validation = pictures(12, seed=1)
    result = trained(pictures(24), validation.filter(pc.not_equal(validation["Class"], "red")), epochs=1)
    assert result.rows("E")[2] == {
        "label": "red",
        "precision": None,
        "recall": None,
        "f1": None,
        "accuracy": ANY,
        "support": 0,
    }
    assert "No validation picture shows red" in result.rows("R")[0]["Report"]


def test_report_is_one_page_without_scripts() -> None:
    [record] = trained(epochs=1).rows("R")
    report = record["Report"]
    assert report.startswith("<!DOCTYPE html>")
    assert "<script" not in report
    assert "http://" not in report.replace("http://www.w3.org", "")
    for word in ("Accuracy by epoch", "Loss by epoch", "Confusion matrix", "Surest mistakes", "Training time"):
        assert word in report


def test_frozen_head_reaches_what_a_plain_script_does(shared: Path) -> None:
    frames = real_frames(shared, each=60)
    weights = str(shared / "weights" / "mobilenet_0.75_imagenet_notop.weights.h5")
    result = trained(frames.slice(0, 180), frames.slice(180), model="MobileNet", weights=weights, epochs=10)
    assert result.rows("E")[-1]["accuracy"] > 0.55  # six seeds gave 0.63 to 0.73; guessing, 0.25


def test_same_seed_same_model() -> None:
    first, second, other = (timeless(trained(seed=seed, epochs=1)["M"]) for seed in (3, 3, 4))
    assert first.equals(second)
    assert not first.equals(other)


def test_order_of_t_and_v_does_not_matter() -> None:
    inputs = {"T": pictures(12, (16, 16)), "V": pictures(6, (16, 16), seed=1)}
    settings = {"training": FIELDS, "epochs": 1}
    forth = run_tool(ImageRecognition, settings, inputs)
    back = run_tool(ImageRecognition, settings, {"V": inputs["V"], "T": inputs["T"]})
    assert timeless(forth["M"]).equals(timeless(back["M"]))


def test_reference_leaves_the_backbone_out() -> None:
    inputs = (pictures(12, (32, 32)), pictures(6, (32, 32)))
    whole = trained(*inputs, **FROZEN).rows("M")[0]["Object"]
    head = trained(*inputs, **FROZEN, keep_weights="reference").rows("M")[0]["Object"]
    assert len(head) < 50_000 < 5_000_000 < len(whole)


def test_keeps_pictures_on_disk_past_the_budget() -> None:
    inputs = {"T": pictures(12, (16, 16)), "V": pictures(6, (16, 16), seed=1)}
    settings = {"training": FIELDS, "epochs": 1}
    much = run_tool(ImageRecognition, settings, inputs)
    little = run_tool(ImageRecognition, settings, inputs, memory=2)
    assert timeless(much["M"]).equals(timeless(little["M"]))


def test_a_batch_larger_than_the_set() -> None:
    two = ("blue", "red")
    result = trained(pictures(4, labels=two), pictures(2, labels=two), batch_size=256, epochs=1)
    assert len(result.rows("E")) == 3


def test_numbers_are_labels_too() -> None:
    def numbered(data: pa.Table) -> pa.Table:
        numbers = [index % 2 for index in range(len(data))]
        field = schema_from("Class: Int32").field(0)
        return data.set_column(1, field, pa.array(numbers, pa.int32()))

    result = trained(numbered(pictures(8)), numbered(pictures(4)), epochs=1)
    assert json.loads(result.rows("M")[0]["labels"]) == ["0", "1"]
    assert result["P"]["Class"].to_pylist() == ["0", "1", "0", "1"]


class _Stop:
    """Acts on the run's resources when the first epoch is over."""

    def __init__(self, event: str) -> None:
        self.resources = Resources()
        self.event: threading.Event = getattr(self.resources, event)
        self.resources.events.listen(self.hear)

    def hear(self, stamped: events.Stamped) -> None:
        if isinstance(stamped.what, events.Epoch):
            self.event.set()


def test_finishes_now_when_asked() -> None:
    stop = _Stop("finish_now")
    inputs = {"T": pictures(12), "V": pictures(6)}
    result = run_tool(ImageRecognition, {"training": FIELDS, "epochs": 500}, inputs, resources=stop.resources)
    assert len(json.loads(result.rows("M")[0]["history"])) <= 2
    assert any("on request" in text for text in result.said("info"))


def test_cancels() -> None:
    stop = _Stop("cancelled")
    inputs = {"T": pictures(12), "V": pictures(6)}
    with pytest.raises(Cancelled):
        run_tool(ImageRecognition, {"training": FIELDS, "epochs": 500}, inputs, resources=stop.resources)


@pytest.mark.parametrize(
    ("training", "validation", "said"),
    [
        (pictures(4, labels=("red",)), None, "at least two labels"),
        (pictures(4, labels=("red", "blue")), None, "Labels in V that T does not have: green (4 records)"),
        (pictures(0), None, "no training images"),
        (None, pictures(0), "no validation images"),
        (
            pa.concat_tables([pictures(2), pictures(2, (20, 28))]),
            None,
            "24 × 24 pixels, that of record 3 of T is 20 × 28",
        ),
        (None, pictures(2, (16, 16)), "record 1 of V is 16 × 16"),
        (pictures(2, (600, 8)), None, "600 × 8 pixels; at most 512"),
        (pictures(2, (24, 8)), None, "24 × 8 pixels; Compact needs at least 16"),
        (records([None], ["red"]), None, "No image in record 1 of T"),
        (pa.concat_tables([pictures(1), records([b""], ["red"])]), None, "image of record 2 of T cannot be read"),
        (pa.concat_tables([pictures(1), records([b"x"], [None])]), None, "No label in record 2 of T"),
        (pa.concat_tables([pictures(1), records([b"x"], [" "])]), None, "No label in record 2 of T"),
    ],
)
def test_refuses_before_training(training: pa.Table | None, validation: pa.Table | None, said: str) -> None:
    with pytest.raises(ToolError) as refused:
        trained(training, validation)
    assert said in str(refused.value)
    assert refused.value.hint or refused.value.setting


def test_names_the_file_that_cannot_be_read() -> None:
    two = pa.concat_tables([pictures(1), records([b""], ["red"])])
    named = two.append_column(schema_from("FileName: V_WString").field(0), pa.array(["a.jpg", "b.jpg"]))
    with pytest.raises(ToolError, match=r"record 2 of T \(b.jpg\) cannot be read"):
        trained(named)


def test_small_pictures_name_the_backbone() -> None:
    with pytest.raises(ToolError, match="MobileNet needs at least 32"):
        trained(**FROZEN)


def test_fields_that_do_not_fit() -> None:
    tool = ImageRecognition(ImageRecognitionConfig.model_validate({"training": FIELDS}), Home())
    with pytest.raises(ExceptionGroup) as refused:
        tool.schema(
            {"T": schema_from("image: V_WString, Class: Blob"), "V": schema_from("image: Blob, Klass: V_WString")}
        )
    said = [str(error) for error in refused.value.exceptions]
    assert "images are Blobs" in said[0]
    assert "labels are text" in said[1]
    assert "Did you mean 'Klass'" in said[2]


@pytest.mark.parametrize(
    ("weights", "said"),
    [("nowhere.h5", "There is no weights file"), ("model.txt", "no weights file"), ("broken.h5", "does not hold")],
)
def test_weights_are_checked_before_any_picture(tmp_path: Path, weights: str, said: str) -> None:
    (tmp_path / "model.txt").write_text("no weights")
    (tmp_path / "broken.h5").write_text("no weights")
    settings = {"training": FIELDS, "model": "MobileNet", "weights": weights}
    broken = records([b"broken"], ["red"])
    with pytest.raises(ToolError, match=said) as refused:
        run_tool(ImageRecognition, settings, {"T": broken, "V": broken}, home=Home(tmp_path))
    assert refused.value.setting == "weights"


@pytest.mark.parametrize(
    ("settings", "idle"),
    [
        ({"train": "all", "weights": "random"}, ["weights", "train"]),
        ({"train": "head", "weights": "imagenet"}, []),  # as they are anyway
        ({"model": "MobileNet", "mirror": False}, ["mirror"]),
        ({"model": "MobileNet", "keep_weights": "reference"}, []),
        ({"model": "MobileNet", "train": "last_block", "keep_weights": "reference"}, ["keep_weights"]),
        ({"model": "MobileNet", "train": "all", "mirror": False}, []),
        ({"model": "MobileNet", "weights": "random", "keep_weights": "reference"}, ["keep_weights"]),
        ({"epochs": 5, "early_stopping": 5}, ["early_stopping"]),
    ],
)
def test_says_before_a_run_which_settings_lead_nowhere(settings: dict[str, Any], idle: list[str]) -> None:
    tool = ImageRecognition(ImageRecognitionConfig.model_validate({"training": FIELDS, **settings}), Home())
    fields = schema_from("image: Blob, Class: V_WString")
    assert [warning.setting for warning in tool.warnings({"T": fields, "V": fields})] == idle


def test_every_model_comes_with_advice() -> None:
    shown = ImageRecognitionConfig.model_json_schema()["properties"]["model"]
    assert shown["enum"][0] == shown["default"] == "Compact"
    assert len(shown["enum"]) == len(shown["enumDescriptions"]) >= 7


def test_unknown_model() -> None:
    with pytest.raises(ValueError, match="Did you mean 'ResNet50V2'"):
        ImageRecognitionConfig.model_validate({"training": FIELDS, "model": "ResNet50"})


def test_describing_the_tool_loads_no_tensorflow() -> None:
    code = (
        "import sys, tools.computer_vision.image_recognition, tools.machine_learning.predict\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn', 'PIL', 'jinja2') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_tensorflow_starts_silently() -> None:
    code = "from tools._models.runtime import tensorflow; tensorflow(1).constant(1)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout + shown.stderr == ""

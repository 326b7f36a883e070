"""E, R and the model record say the same, and what anyone computes from Predict's output."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from engine.testing import run_tool
from tests.tools._models.synthetic import COLOURS, pictures
from tools._models.calibration import BINS
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.predict import Predict

pytestmark = pytest.mark.usefixtures("keras_here")


def with_wrong_labels(table: pa.Table) -> pa.Table:
    """Every fourth picture bears the label of another, so that there are mistakes to count."""
    names = sorted(COLOURS)
    labels = [
        names[(names.index(label) + 1) % len(names)] if index % 4 == 0 else label
        for index, label in enumerate(table["Class"].to_pylist())
    ]
    return table.set_column(1, table.schema.field(1), pa.array(labels))


@pytest.mark.parametrize("model", [{"model": "Compact"}, {"model": "MobileNet", "weights": "random"}])
def test_every_number_comes_again_from_predictions(model: dict[str, str]) -> None:
    validation = with_wrong_labels(pictures(40, (32, 32), seed=1))
    settings = {"training": {"image": "image", "label": "Class"}, "epochs": 4, "batch_size": 16, **model}
    made = run_tool(ImageRecognition, settings, {"T": pictures(48, (32, 32)), "V": validation})
    predicted = run_tool(Predict, {}, {"D": validation, "M": made["M"]}).rows("out")

    pairs = Counter((row["Class"], row["Predicted"]) for row in predicted)
    right = sum(count for (truth, called), count in pairs.items() if truth == called)
    rows = {row["label"]: row for row in made.rows("E")}
    for label in COLOURS:
        is_so = sum(count for (truth, _), count in pairs.items() if truth == label)
        called_so = sum(count for (_, called), count in pairs.items() if called == label)
        assert rows[label]["support"] == is_so
        assert rows[label]["recall"] == pytest.approx(pairs[label, label] / is_so)
        assert rows[label]["precision"] == pytest.approx(pairs[label, label] / max(called_so, 1))
    assert rows["Overall"]["accuracy"] == pytest.approx(right / 40)
    assert right < 40

    record = made.rows("M")[0]
    assert json.loads(record["metrics"])["accuracy"] == pytest.approx(right / 40)
    page = made.rows("R")[0]["Report"]
    assert f"recognises {right} of 40 validation pictures" in page
    assert float(re.findall(r"calibration error ([\d.]+)", page)[0]) == pytest.approx(error_of(predicted), abs=6e-4)


def error_of(predicted: list[dict[str, object]]) -> float:
    """The expected calibration error, the long way round."""
    sure = np.array([row["Probability"] for row in predicted], float)
    right = np.array([row["Class"] == row["Predicted"] for row in predicted])
    total = 0.0
    for step in range(BINS):
        inside = (sure >= step / BINS) & ((sure < (step + 1) / BINS) | (step == BINS - 1))
        if inside.any():
            total += inside.sum() * abs(sure[inside].mean() - right[inside].mean())
    return total / len(predicted)

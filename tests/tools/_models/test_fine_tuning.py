from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from engine.testing import run_tool
from tests.tools._models.synthetic import pictures, timeless
from tools._models.recipes import LastBlock
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.predict import Predict

INPUTS = {"T": pictures(24, (32, 32)), "V": pictures(9, (32, 32), seed=1)}
SETTINGS = {"training": {"image": "image", "label": "Class"}, "model": "MobileNet", "weights": "random"}


@pytest.fixture
def real(shared: Path) -> dict[str, str]:
    """Real weights: of those drawn at random, nothing is left of a picture that far up."""
    return {"weights": str(shared / "weights" / "mobilenet_0.75_imagenet_notop.weights.h5")}


@pytest.mark.parametrize(
    "trained",
    [{**SETTINGS, "train": "last_block"}, {**SETTINGS, "train": "all"}, {"training": SETTINGS["training"]}],
    ids=["last block", "all", "Compact"],
)
def test_predict_agrees_with_the_training(trained: dict[str, Any], real: dict[str, str]) -> None:
    """What was learnt, above cached activations too, is what the frozen network does with the pictures."""
    settings = {**trained, "epochs": 3, "batch_size": 8, "precision": "float32", "mirror": False}
    settings |= real if "model" in trained else {}
    result = run_tool(ImageRecognition, settings, INPUTS)
    rows = run_tool(Predict, {}, {"D": INPUTS["V"], "M": result["M"]}).rows()
    loss = -np.mean([np.log(row[f"Probability_{row['Class']}"]) for row in rows])
    losses = [epoch["val_loss"] for epoch in json.loads(result.rows("M")[0]["history"])]
    assert any(loss == pytest.approx(epoch, rel=1e-3) for epoch in losses)


def test_all_says_how_long_it_will_take() -> None:
    result = run_tool(ImageRecognition, {**SETTINGS, "train": "all", "epochs": 1}, INPUTS)
    assert result.said("info")[0].startswith("Training all of MobileNet will take about ")


def test_last_block_varies_pictures_where_they_are_few(monkeypatch: pytest.MonkeyPatch, real: dict[str, str]) -> None:
    def learnt(mirror: bool) -> pa.Table:
        settings = {**SETTINGS, **real, "train": "last_block", "epochs": 1, "mirror": mirror}
        return timeless(run_tool(ImageRecognition, settings, INPUTS)["M"])

    assert not learnt(mirror=True).equals(learnt(mirror=False))
    monkeypatch.setattr(LastBlock, "varied", 20)  # of 24
    assert learnt(mirror=True).equals(learnt(mirror=False))


def test_last_block_leaves_what_lies_below_alone() -> None:
    from tools._models.model_record import from_record

    trained = {}
    for part in ("head", "last_block"):
        settings = {**SETTINGS, "train": part, "epochs": 1}
        trained[part] = from_record(run_tool(ImageRecognition, settings, INPUTS).rows("M")[0])[1]
    assert trained["head"].keys() == trained["last_block"].keys()
    changed = {name for name, value in trained["head"].items() if (value != trained["last_block"][name]).any()}
    assert "conv_pw_13/kernel" in changed
    assert not {name for name in changed if name.startswith(("conv_pw_11/", "conv1/"))}

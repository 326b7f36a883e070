"""A network by TensorFlow's C library gives what Keras gives."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from engine.cache.memo import MemoFile
from engine.context import Context, Resources
from engine.errors import Cancelled, ToolError
from tools._models import compact, keras_models, network, tensorflow_library
from tools._models.backbones import BACKBONES, RANDOM, Arrays
from tools._models.keras_process import KerasProcess
from tools._models.network import Network
from tools._models.runtime import tensorflow

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 96, 80, 3), np.uint8)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    resources = Resources(memo=MemoFile(tmp_path / "memo.sqlite"))
    yield Context("node", resources, {}, {})
    resources.close()


def learnt(name: str) -> Any:
    """A Keras model whose normalisations are not neutral, as after a training."""
    tensorflow(2)
    random = np.random.default_rng(0)
    model = keras_models.build(name, RANDOM)
    for weight in model.weights:
        if weight.path.endswith(("gamma", "beta", "moving_mean", "moving_variance")):
            weight.assign(weight.numpy() + random.uniform(0.1, 0.5, weight.shape))
    return model


def by_keras(name: str, model: Any) -> NDArray[np.float32]:
    maps = model(keras_models.prepared(tensorflow(2), name, PICTURES), training=False)
    return np.asarray(maps)


@pytest.mark.parametrize("name", ["MobileNet", "EfficientNetV2B0", "ResNet50V2", "InceptionV3"])
def test_features_are_those_of_keras(name: str, context: Context) -> None:
    model = learnt(name)
    expected = by_keras(name, model).mean((1, 2))
    found = Network(name, "float32", context, weights=keras_models.arrays_of(model)).frozen()(PICTURES)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_half_precision_is_close(context: Context) -> None:
    model = learnt("MobileNet")
    expected = by_keras("MobileNet", model).mean((1, 2))
    found = Network("MobileNet", "bfloat16", context, weights=keras_models.arrays_of(model)).frozen()(PICTURES)
    assert 0 < np.abs(found - expected).max() < 0.1 * np.abs(expected).max()


def test_a_cut_network_ends_at_its_layer(context: Context) -> None:
    model = learnt("MobileNet")
    layer = BACKBONES["MobileNet"].last_block
    expected = by_keras("MobileNet", keras_models.cut(model, layer)[0])
    weights = keras_models.arrays_of(model)
    found = Network("MobileNet", "float32", context, weights=weights, cut=layer).frozen()(PICTURES)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("labels", [2, 5])
def test_compact_gives_the_logits_of_its_training(labels: int, context: Context) -> None:
    tf, random = tensorflow(2), np.random.default_rng(0)
    parameters = compact.new_parameters(labels, random)
    drawn = {name: value + random.uniform(0.1, 0.2, value.shape) for name, value in parameters.items()}
    weights: Arrays = {name: value.astype(np.float32) for name, value in drawn.items()}
    expected = compact.forward(weights, compact.scaled(tf, PICTURES))[0].numpy()
    found = Network("Compact", "float32", context, weights=weights).frozen()(PICTURES)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_the_module_does_what_the_library_does(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose TensorFlow has no library for others."""
    weights = keras_models.arrays_of(learnt("MobileNet"))
    expected = Network("MobileNet", "bfloat16", context, weights=weights).frozen()(PICTURES)
    monkeypatch.setattr(tensorflow_library, "start", lambda: None)
    found = Network("MobileNet", "bfloat16", context, weights=weights).frozen()(PICTURES)
    np.testing.assert_array_equal(found, expected)


def test_a_process_makes_what_is_made_here(context: Context, tmp_path: Path) -> None:
    weights = keras_models.arrays_of(learnt("MobileNet"))
    save_file(weights, tmp_path / "weights.safetensors")
    order = {"network": "MobileNet", "cut": "", "precision": "float32", "blueprint": True}
    process = KerasProcess(context, weights=str(tmp_path / "weights.safetensors"), **order)
    found = load_file(process.weights_file())
    assert all((found[name] == value).all() for name, value in weights.items())
    assert process.blueprint().shapes.keys() == weights.keys()
    process.close()


def test_weights_that_do_not_fit_are_refused_by_a_process(context: Context, tmp_path: Path) -> None:
    save_file({"conv/kernel": np.ones(3, np.float32)}, tmp_path / "other.safetensors")
    order = {"network": "MobileNet", "cut": "", "precision": "float32", "blueprint": True}
    process = KerasProcess(context, weights=str(tmp_path / "other.safetensors"), **order)
    with pytest.raises(ToolError, match="does not hold the weights of MobileNet") as refused:
        process.weights_file()
    assert refused.value.setting == "weights"
    process.close()


def test_a_cancelled_run_does_not_wait(context: Context) -> None:
    order = {"network": "Compact", "cut": "", "precision": "float32", "blueprint": True, "weights": ""}
    process = KerasProcess(context, **order)
    context.resources.cancelled.set()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        process.blueprint()
    process.close()
    assert time.monotonic() - began < 1


def test_a_later_run_needs_no_keras(tmp_path: Path) -> None:
    """In a fresh process each: the second finds weights and blueprint, and imports neither TensorFlow nor Keras."""
    code = f"""
import sys, numpy as np
from pathlib import Path
from engine.cache.memo import MemoFile
from engine.context import Context, Resources
from tools._models.network import Network
resources = Resources(memo=MemoFile(Path({str(tmp_path / "memo.sqlite")!r})))
network = Network("MobileNet", "float32", Context("node", resources, {{}}, {{}}), source="random")
answer = network.frozen()(np.full((1, 32, 32, 3), 7, np.uint8))
print(network._keras is None, "tensorflow" in sys.modules, answer.sum())
network.close()
resources.close()
"""
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)
    )
    assert first.stdout.split()[:2] == ["False", "False"]
    assert second.stdout.split()[:2] == ["True", "False"]
    assert first.stdout.split()[2] == second.stdout.split()[2]
    assert first.stderr == second.stderr == ""


def test_missing_weights_are_named(context: Context) -> None:
    weights = keras_models.arrays_of(learnt("MobileNet"))
    del weights["conv1/kernel"]
    with pytest.raises(ToolError, match="lacks the weights conv1/kernel"):
        Network("MobileNet", "float32", context, weights=weights).frozen()


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_blueprints", {})

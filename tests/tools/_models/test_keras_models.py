from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import ToolError
from tools._models import keras_models
from tools._models.backbones import BACKBONES
from tools._models.runtime import tensorflow


@pytest.fixture(scope="module")
def tf() -> Any:
    return tensorflow(2)


def test_every_row_names_a_network(tf: Any) -> None:
    import keras

    for name, row in BACKBONES.items():
        assert hasattr(keras.applications, row.builder), name
        assert row.advice.endswith("."), name


def test_cut_models_compute_the_whole(tf: Any) -> None:
    model = _mobile_net()
    lower, upper = keras_models.cut(model, BACKBONES["MobileNet"].last_block)
    pictures = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    parts = upper(lower(pictures, training=False), training=False)
    np.testing.assert_allclose(parts, model(pictures, training=False), atol=1e-6)


def test_paths_do_not_depend_on_what_was_built_before(tf: Any) -> None:
    """Keras numbers nameless layers through the process; saved models must not."""
    import keras

    def nameless() -> Any:
        x = given = keras.Input((4, 4, 1))
        for _ in range(11):
            x = keras.layers.Conv2D(1, 1, use_bias=False)(x)
        return keras.Model(given, keras.layers.BatchNormalization(scale=False)(x))

    first, second = (list(keras_models.arrays_of(nameless())) for _ in range(2))
    assert first == second
    assert first[:2] == ["conv2d/kernel", "conv2d_1/kernel"]
    assert first[10:12] == ["conv2d_10/kernel", "batch_normalization/beta"]


@pytest.mark.parametrize("name", ["MobileNet", "VGG16", "EfficientNetV2B0"])
def test_pixels_are_prepared_as_the_network_was_trained(tf: Any, name: str) -> None:
    import keras

    pixels = np.random.default_rng(0).integers(0, 256, (1, 4, 4, 3)).astype(np.uint8)
    modules = {
        "MobileNet": keras.applications.mobilenet,
        "VGG16": keras.applications.vgg16,
        "EfficientNetV2B0": keras.applications.efficientnet_v2,
    }
    expected = modules[name].preprocess_input(pixels.astype(np.float32))
    np.testing.assert_allclose(keras_models.prepared(tf, name, pixels), expected, atol=1e-4)


def test_weights_come_from_a_safetensors_file(tf: Any, tmp_path: Path) -> None:
    ones = {name: np.ones_like(value) for name, value in keras_models.arrays_of(_mobile_net()).items()}
    save_file(ones, tmp_path / "ones.safetensors")
    model = keras_models.build("MobileNet", tmp_path / "ones.safetensors")
    assert all((value == 1).all() for value in keras_models.arrays_of(model).values())


def test_a_file_is_read_without_drawing_weights_first(tf: Any, tmp_path: Path, shared: Path) -> None:
    file = shared / "weights" / "mobilenet_0.75_imagenet_notop.weights.h5"
    wanted = keras_models.arrays_of(keras_models.build("MobileNet", file))
    save_file(wanted, tmp_path / "same.safetensors")
    for path in (file, tmp_path / "same.safetensors"):
        read = keras_models.read("MobileNet", path)[1]
        assert read.keys() == wanted.keys()
        assert all((read[name] == wanted[name]).all() for name in wanted)


def test_weights_of_another_network_are_refused(tf: Any, tmp_path: Path) -> None:
    save_file({"conv/kernel": np.ones(3, np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(ToolError, match=r"does not hold the weights of MobileNet: .* lacks the weights conv1/kernel"):
        keras_models.build("MobileNet", tmp_path / "other.safetensors")


def test_weights_of_another_shape_are_refused(tf: Any, tmp_path: Path) -> None:
    arrays = keras_models.arrays_of(_mobile_net())
    save_file({**arrays, "conv1/kernel": np.ones(3, np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(ToolError, match=r"conv1/kernel have the shape \(3,\)"):
        keras_models.build("MobileNet", tmp_path / "other.safetensors")


def test_no_network_names_both_ways_out(tf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(keras.applications, "VGG16", unreachable)
    with pytest.raises(ToolError) as refused:
        keras_models.build("VGG16", "imagenet")
    assert "cannot be downloaded (Name or service not known)" in refused.value.message
    assert "Connect to the network" in refused.value.hint
    assert "`weights`" in refused.value.hint


def _mobile_net() -> Any:
    return keras_models.build("MobileNet", "random")

"""Folding changes how a network is computed, not what it gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tools._models import backbones, folding, runtime


def depthwise_kernels(model: Any) -> list[Any]:
    return [layer.kernel.numpy() for layer in model.layers if "DepthwiseConv2D" in type(layer).__name__]


@pytest.mark.parametrize("name", ["MobileNet", "EfficientNetV2B0"])
def test_a_folded_network_gives_the_same(name: str) -> None:
    runtime.tensorflow(2)
    random = np.random.default_rng(0)
    model = backbones.build(name, backbones.RANDOM)
    for weight in model.weights:  # as after a training: no normalisation is neutral
        if weight.path.endswith(("gamma", "beta", "moving_mean", "moving_variance")):
            weight.assign(weight.numpy() + random.uniform(0.1, 0.5, weight.shape))
    pictures = random.uniform(-1, 1, (2, 64, 64, 3)).astype(np.float32)
    before, kernels = model(pictures, training=False).numpy(), depthwise_kernels(model)
    folding.fold(model)
    assert all((old != new).any() for old, new in zip(kernels, depthwise_kernels(model), strict=True))
    assert np.abs(model(pictures, training=False).numpy() - before).max() < 1e-3 * np.abs(before).max()

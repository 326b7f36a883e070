"""Compact: a small convolutional network that learns from the user's pictures alone, without any download.

At 64 x 64 pixels it has 1.65 million parameters and takes 26 million multiply-adds a picture. Its parameters are a
plain mapping from names to arrays, its forward pass a function of them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools._models.blueprint import Normalisation

Arrays = dict[str, NDArray[np.float32]]

_CONVOLUTIONS = {  # name: (kernel size, channels in, channels out)
    "stem": (5, 3, 32),
    "conv2": (3, 32, 64),
    "residual2a": (3, 64, 64),
    "residual2b": (3, 64, 64),
    "conv3": (3, 64, 128),
    "conv4": (3, 128, 256),
    "residual4a": (3, 256, 256),
    "residual4b": (3, 256, 256),
}
ADVICE = "Learns from your pictures alone, without a download; wants some hundred of each label."
FEATURES = 256
COST = 0.2  # GFLOP for a picture of 128 x 128 pixels, if it were looked at so
MINIMUM = 16  # pixels a side: below, nothing is left after four halvings
_AREA = 64 * 64
_MOMENTUM = 0.9
_EPSILON = 1e-3


def input_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which Compact looks at such pictures: as many pixels as 64 x 64, in their own shape."""
    scale = min(1.0, math.sqrt(_AREA / (width * height)))
    return max(MINIMUM, round(width * scale)), max(MINIMUM, round(height * scale))


def new_parameters(labels: int, random: np.random.Generator) -> Arrays:
    """Parameters before any training: he_normal kernels, neutral normalisation, a head of zeros.

    A head that starts with a guess has to unlearn it first: after ten epochs on real frames, zeros were 2 points
    ahead.
    """
    arrays: Arrays = {}
    for name, (size, entering, leaving) in _CONVOLUTIONS.items():
        deviation = math.sqrt(2 / (size * size * entering))
        arrays[f"{name}/kernel"] = random.normal(0, deviation, (size, size, entering, leaving)).astype(np.float32)
        arrays[f"{name}/gamma"] = np.ones(leaving, np.float32)
        arrays[f"{name}/beta"] = np.zeros(leaving, np.float32)
        arrays[f"{name}/mean"] = np.zeros(leaving, np.float32)
        arrays[f"{name}/variance"] = np.ones(leaving, np.float32)
    arrays["head/kernel"] = np.zeros((FEATURES, labels), np.float32)
    arrays["head/bias"] = np.zeros(labels, np.float32)
    return arrays


def is_learnt(name: str) -> bool:
    """Whether a parameter follows the gradient; the others are running averages."""
    return not name.endswith(("/mean", "/variance"))


def scaled(tf: Any, pictures: Any) -> Any:
    """uint8 pictures as Compact wants them: values from -1 to 1."""
    return tf.cast(pictures, tf.float32) / 127.5 - 1


def forward(parameters: Mapping[str, Any], pictures: Any, kept: Any = None) -> tuple[Any, dict[str, Any]]:
    """Logits of shape (pictures, labels), and the parameters that one look at these pictures moves.

    Args:
        parameters: tensors or variables by name.
        pictures: float32 of shape (pictures, height, width, 3), values from -1 to 1.
        kept: while training, a mask of shape (pictures, FEATURES) that drops features out; None otherwise, and
            then nothing moves.
    """
    tf = sys.modules["tensorflow"]
    moved: dict[str, Any] = {}

    def normalised(x: Any, name: str) -> Any:
        return _normalised(tf, x, name, parameters, moved, kept is not None)

    return logits(parameters, pictures, normalised, kept), moved


def logits(
    parameters: Mapping[str, Any], pictures: Any, normalised: Callable[[Any, str], Any], kept: Any = None
) -> Any:
    """Logits of shape (pictures, labels), as of `forward`; `normalised` says what becomes of a convolution's output."""
    tf = sys.modules["tensorflow"]

    def block(x: Any, name: str, stride: int = 1) -> Any:
        x = tf.nn.conv2d(x, parameters[f"{name}/kernel"], stride, "SAME")
        return tf.nn.relu(normalised(x, name))

    def halved(x: Any) -> Any:
        return tf.nn.max_pool2d(x, 2, 2, "SAME")

    x = halved(block(pictures, "stem", stride=2))
    x = halved(block(x, "conv2"))
    x = x + block(block(x, "residual2a"), "residual2b")
    x = halved(block(x, "conv3"))
    x = halved(block(x, "conv4"))
    x = x + block(block(x, "residual4a"), "residual4b")
    x = tf.reduce_max(x, [1, 2])
    if kept is not None:
        x = x * kept
    return tf.matmul(x, parameters["head/kernel"]) + parameters["head/bias"]


def normalisation(name: str) -> Normalisation:
    """The one after the convolution `name`, for prediction."""
    gamma, beta, mean, variance, kernel = (f"{name}/{part}" for part in ("gamma", "beta", "mean", "variance", "kernel"))
    return Normalisation(
        name=name, gamma=gamma, beta=beta, mean=mean, variance=variance, epsilon=_EPSILON, kernel=kernel
    )


def _normalised(
    tf: Any, x: Any, name: str, parameters: Mapping[str, Any], moved: dict[str, Any], training: bool
) -> Any:
    # TensorFlow's fused kernel; Keras' layer computes the same in four passes and takes 1.24 times as long.
    mean, variance = parameters[f"{name}/mean"], parameters[f"{name}/variance"]
    nothing = tf.constant([], tf.float32)
    y, batch_mean, batch_variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=x,
        scale=parameters[f"{name}/gamma"],
        offset=parameters[f"{name}/beta"],
        mean=nothing if training else mean,
        variance=nothing if training else variance,
        epsilon=_EPSILON,
        is_training=training,
    )
    if training:
        moved[f"{name}/mean"] = _MOMENTUM * mean + (1 - _MOMENTUM) * batch_mean
        moved[f"{name}/variance"] = _MOMENTUM * variance + (1 - _MOMENTUM) * batch_variance
    return y

"""A trained classifier at work: pictures in, probabilities out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from engine.errors import ToolError
from tools._models import backbones, compact
from tools._models.frozen import Frozen
from tools._models.model_record import Arrays, Model
from tools._models.pictures import Size
from tools._models.recipes import COMPACT
from tools._models.runtime import tensorflow
from tools._models.training import softmax

_HEAD = ("head/kernel", "head/bias")


class Classifier:
    """A model ready to predict.

    Args:
        model: from a model record, with its `weights`.
        source: where the backbone's weights come from if the record holds the head alone: `imagenet` or a file.
        flip: whether to look at each picture's mirror image too and take the mean.
        context: lends cores, and says whether the run was cancelled.

    Raises:
        ToolError: weights are missing, do not fit, or belong to a network that is not known here.
    """

    def __init__(self, model: Model, weights: Arrays, source: str | Path, *, flip: bool, context: Context) -> None:
        self.model = model
        self._flip = flip
        self._tf = tensorflow(context.resources.threads)
        _check_head(model, weights)
        self.size: Size = (model.input_width, model.input_height)
        function, self._finish = self._network(weights, source)
        cost = compact.COST if model.backbone == COMPACT else backbones.BACKBONES[model.backbone].cost
        self._run = Frozen(function, self.size, cost, model.precision, context)

    def _network(self, weights: Arrays, source: str | Path) -> tuple[Any, Any]:
        tf = self._tf
        if self.model.backbone == COMPACT:
            _check_compact(self.model, weights)
            constants = {name: tf.constant(value) for name, value in weights.items()}
            return lambda pictures: compact.forward(constants, compact.scaled(tf, pictures))[0], lambda logits: logits
        backbone = _backbone(self.model, weights, source)
        kernel, bias = weights[_HEAD[0]], weights[_HEAD[1]]
        return backbones.features(tf, self.model.backbone, backbone), lambda features: features @ kernel + bias

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 of shape (pictures, labels), of up to `frozen.BATCH` pictures of `size`."""
        logits = self._finish(self._run(pictures))
        if self._flip:
            logits = (logits + self._finish(self._run(pictures[:, :, ::-1]))) / 2
        return softmax(logits)


def _backbone(model: Model, weights: Arrays, source: str | Path) -> Any:
    if model.backbone not in backbones.BACKBONES:
        raise ToolError(
            f"The model [{model.name}] stands on {model.backbone}, which this version of flowrun does not know.",
            hint="Update flowrun, or train the model again.",
        )
    own = {name: value for name, value in weights.items() if name not in _HEAD}
    backbone = backbones.build(model.backbone, source if model.weights_digest else backbones.RANDOM)
    if not model.weights_digest:
        backbones.assign(backbone, own, f"The model [{model.name}]")
    elif backbones.digest(backbones.arrays_of(backbone)) != model.weights_digest:
        raise ToolError(
            f"The model [{model.name}] was trained on other weights of {model.backbone} than these.",
            hint="Set `weights` to the file it was trained with.",
            setting="weights",
        )
    return backbone


def _check_head(model: Model, weights: Mapping[str, NDArray[Any]]) -> None:
    kernel, bias = (weights.get(name) for name in _HEAD)
    labels = len(model.labels)
    if kernel is None or bias is None or kernel.ndim != 2 or kernel.shape[1] != labels or bias.shape != (labels,):
        raise ToolError(f"The model [{model.name}] is damaged: its head does not fit its {labels} labels.")


def _check_compact(model: Model, weights: Mapping[str, NDArray[Any]]) -> None:
    expected = compact.new_parameters(len(model.labels), np.random.default_rng(0))
    wrong = [name for name, value in expected.items() if name not in weights or weights[name].shape != value.shape]
    if wrong:
        raise ToolError(f"The model [{model.name}] is damaged: {wrong[0]} is missing or has another shape.")

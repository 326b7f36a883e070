"""A trained classifier at work: pictures in, probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from engine.errors import ToolError
from tools._models import backbones, compact
from tools._models.frozen import Frozen, Graph
from tools._models.model_record import Arrays, Model
from tools._models.pictures import Size
from tools._models.recipes import COMPACT, frozen_features
from tools._models.remembered import Compute
from tools._models.runtime import tensorflow
from tools._models.training import softmax

_HEAD = ("head/kernel", "head/bias")


class Classifier:
    """A model ready to predict.

    Args:
        model: from a model record, with its `weights`, which are taken over.
        source: where the backbone's weights come from if the record holds the head alone: `imagenet` or a file.
        flip: whether to look at each picture's mirror image too and take the mean.
        context: lends cores, knows what was computed before, and says whether the run was cancelled.
        anew: whether to compute what is known too, so that the time it takes can be measured.

    Raises:
        ToolError: weights are missing, do not fit, or belong to a network that is not known here.
    """

    def __init__(
        self, model: Model, weights: Arrays, source: str | Path, *, flip: bool, context: Context, anew: bool = False
    ) -> None:
        self.model = model
        self._flip, self._anew = flip, anew
        self._threads = context.resources.threads
        self._tf = tensorflow(self._threads)
        _check_head(model, weights)
        self.size: Size = (model.input_width, model.input_height)
        self._context = context
        self._run, self._finish = self._network(weights, source)

    def _network(self, weights: Arrays, source: str | Path) -> tuple[Compute, Callable[[Any], Any]]:
        tf, model = self._tf, self.model
        if model.backbone == COMPACT:
            _check_compact(model, weights)
            logits = Graph(
                lambda pictures: compact.forward(weights, compact.scaled(tf, pictures))[0],
                self.size,
                compact.COST,
                model.precision,
                self._threads,
            )
            return Frozen(logits, self._context), lambda logits: logits
        _check_backbone(model)
        kernel, bias = (weights.pop(name) for name in _HEAD)
        digest, make = _backbone(model, weights, source)
        features = frozen_features(model.backbone, digest, self.size, model.precision, self._context, make)
        return features.fresh if self._anew else features, lambda features: features @ kernel + bias

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 of shape (pictures, labels), of up to `frozen.BATCH` pictures of `size`."""
        logits = self._finish(self._run(pictures))
        if self._flip:
            logits = (logits + self._finish(self._run(pictures[:, :, ::-1]))) / 2
        return softmax(logits)


def _check_backbone(model: Model) -> None:
    if model.backbone not in backbones.BACKBONES:
        raise ToolError(
            f"The model [{model.name}] stands on {model.backbone}, which this version of flowrun does not know.",
            hint="Update flowrun, or train the model again.",
        )


def _backbone(model: Model, weights: Arrays, source: str | Path) -> tuple[str, Callable[[], Any]]:
    """The digest of the backbone's weights, and what makes the Keras model with them."""
    if not model.weights_digest:
        return backbones.digest(weights), lambda: _with_weights(model, weights)
    backbone = backbones.build(model.backbone, source)
    if backbones.digest(backbones.arrays_of(backbone)) != model.weights_digest:
        raise ToolError(
            f"The model [{model.name}] was trained on other weights of {model.backbone} than these.",
            hint="Set `weights` to the file it was trained with.",
            setting="weights",
        )
    return model.weights_digest, lambda: backbone


def _with_weights(model: Model, weights: Arrays) -> Any:
    backbone = backbones.build(model.backbone, backbones.RANDOM)
    backbones.assign(backbone, weights, f"The model [{model.name}]")
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

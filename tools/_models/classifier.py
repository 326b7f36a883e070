"""A trained classifier at work: pictures in, probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from engine.errors import ToolError
from tools._models import backbones, tensorflow_library
from tools._models.model_record import Arrays, Model
from tools._models.network import Network
from tools._models.pictures import Size
from tools._models.recipes import COMPACT
from tools._models.remembered import Compute
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
        _check_head(model, weights)
        tensorflow_library.start()  # here, not in the network's thread: starting, it silences the others
        self.model = model
        self._flip, self._anew = flip, anew
        self.size: Size = (model.input_width, model.input_height)
        self._network, self._run, self._finish = self._prepared(weights, source, context)

    def _prepared(
        self, weights: Arrays, source: str | Path, context: Context
    ) -> tuple[Network, Compute, Callable[[Any], Any]]:
        model = self.model
        if model.backbone == COMPACT:
            network = Network(COMPACT, model.precision, context, weights=weights)
            return network, network.frozen(), lambda logits: logits
        _check_backbone(model)
        kernel, bias = (weights.pop(name) for name in _HEAD)
        given: dict[str, Any] = {"source": source} if model.weights_digest else {"weights": weights}
        network = Network(model.backbone, model.precision, context, **given)
        _check_weights(model, network)
        features = network.remembered()
        return network, features.fresh if self._anew else features, lambda features: features @ kernel + bias

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 of shape (pictures, labels), of up to `frozen.BATCH` pictures of `size`."""
        logits = self._finish(self._run(pictures))
        if self._flip:
            logits = (logits + self._finish(self._run(pictures[:, :, ::-1]))) / 2
        return softmax(logits)

    def close(self) -> None:
        """Let go of what is still being made."""
        self._network.close()


def _check_backbone(model: Model) -> None:
    if model.backbone not in backbones.BACKBONES:
        raise ToolError(
            f"The model [{model.name}] stands on {model.backbone}, which this version of flowrun does not know.",
            hint="Update flowrun, or train the model again.",
        )


def _check_weights(model: Model, network: Network) -> None:
    if model.weights_digest and network.digest != model.weights_digest:
        raise ToolError(
            f"The model [{model.name}] was trained on other weights of {model.backbone} than these.",
            hint="Set `weights` to the file it was trained with.",
            setting="weights",
        )


def _check_head(model: Model, weights: Mapping[str, NDArray[Any]]) -> None:
    kernel, bias = (weights.get(name) for name in _HEAD)
    labels = len(model.labels)
    if kernel is None or bias is None or kernel.ndim != 2 or kernel.shape[1] != labels or bias.shape != (labels,):
        raise ToolError(f"The model [{model.name}] is damaged: its head does not fit its {labels} labels.")

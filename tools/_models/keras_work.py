"""Orders carried out with Keras: in the process of `KerasProcess`, or right here where Keras is imported already."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from engine.errors import ToolError
from tools._models import backbones, keras_models
from tools._models.blueprint import Blueprint
from tools._models.keras_process import DIGEST, Answer, Order
from tools._models.runtime import tensorflow


def carried_out(order: Order) -> Answer:
    """Make what is ordered."""
    try:
        return Answer(blueprint=_made(order))
    except ToolError as error:
        return Answer(message=error.message, hint=error.hint, setting=error.setting)


def _made(order: Order) -> Blueprint | None:
    from tools._models import drawing

    if order.network not in backbones.BACKBONES:
        return drawing.small_network(order.precision)
    model = _with_weights(order) if order.weights else keras_models.outline(order.network)
    return drawing.backbone(order.network, model, order.cut, order.precision) if order.blueprint else None


def _with_weights(order: Order) -> Any:
    from safetensors.numpy import save_file

    if order.weights in (backbones.IMAGENET, backbones.RANDOM):
        model = keras_models.build(order.network, order.weights)
        weights = keras_models.arrays_of(model)
    else:
        model, weights = keras_models.read(order.network, Path(order.weights))
    save_file(weights, order.weights_file, {DIGEST: backbones.digest(weights)})
    return model


def _end_with_the_run() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    order = Order.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    tensorflow(1)
    order.answer_file.write_text(carried_out(order).model_dump_json(), encoding="utf-8")
    os._exit(0)  # TensorFlow would take a second to say goodbye

"""Frozen backbones, one graph for all who use the same weights at the same time: training, and Predict after it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from tools._models import backbones, folding
from tools._models.frozen import Graph
from tools._models.pictures import Size
from tools._models.runtime import Precision, tensorflow

_graphs: WeakValueDictionary[tuple[str, str, Size, Precision], Graph] = WeakValueDictionary()
_lock = threading.Lock()


def extractor(
    name: str, digest: str, size: Size, precision: Precision, threads: int, model: Callable[[], Any]
) -> Graph:
    """The graph from uint8 pictures to float32 features of a backbone.

    Args:
        digest: of its weights.
        size: width and height of the pictures.
        precision: what to compute in.
        threads: cores to use.
        model: makes the Keras model, for nobody else; called only where no such graph is in use.
    """
    key = (name, digest, size, precision)
    with _lock:
        graph = _graphs.get(key)
        if graph is None:
            graph = _graphs[key] = _frozen(name, size, precision, threads, model())
            gc.collect()  # a Keras model is a web of cycles, and as large as what was frozen
        return graph


def _frozen(name: str, size: Size, precision: Precision, threads: int, model: Any) -> Graph:
    folding.fold(model)
    function = backbones.features(tensorflow(threads), name, model)
    return Graph(function, size, backbones.BACKBONES[name].cost, precision, threads)

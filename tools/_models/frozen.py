"""A network frozen for use: one graph for all who use the same weights at the same time, batches of one size."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models.blueprint import Arrays, Blueprint
from tools._models.runtime import give_back_memory
from tools._models.tensorflow_library import session

BATCH = 64
"""Pictures that are handed over together: larger batches gain nothing."""
_AT_ONCE = 100.0
"""GFLOP of one run of a graph: under a second on two cores, so that a cancelled run ends soon."""
Key = tuple[str, ...]


class Graph:
    """A network with its weights, from uint8 pictures to float32 of shape (pictures, ...).

    Args:
        cost: GFLOP for a picture of 128 x 128 pixels; what is dear is computed in smaller batches.
        threads: cores to use.
    """

    def __init__(self, blueprint: Blueprint, weights: Arrays, cost: float, threads: int) -> None:
        self._cost = cost
        self._ran = False
        self._session = session(blueprint, blueprint.filled(weights), threads)

    def batch(self, height: int, width: int) -> int:
        """How many pictures of a size to compute at a time."""
        affordable = _AT_ONCE / (self._cost * width * height / (128 * 128))
        return int(2 ** max(0, min(math.log2(BATCH), int(math.log2(max(affordable, 1))))))

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The result for some pictures."""
        result = self._session.run(pictures)
        if not self._ran:
            self._ran = True
            give_back_memory()  # of the copies of all weights that the first run made
        return result

    def __del__(self) -> None:
        if hasattr(self, "_session"):
            self._session.close()


_graphs: WeakValueDictionary[Key, Graph] = WeakValueDictionary()
_lock = threading.Lock()


def in_use(key: Key) -> Graph | None:
    """The graph of this key that somebody uses, such as a training's for the Predict after it."""
    return _graphs.get(key)


def shared(key: Key, make: Callable[[], Graph]) -> Graph:
    """The graph of this key that somebody uses, or a new one."""
    with _lock:
        graph = _graphs.get(key)
        if graph is None:
            graph = _graphs[key] = make()
        return graph


class Frozen:
    """A function of uint8 pictures, shape (pictures, height, width, 3), that gives float32 of shape (pictures, ...).

    Always computed in batches of one size, the last one filled up: a picture's result does not depend on how many
    others come with it.

    Args:
        context: says whether the run was cancelled.
    """

    def __init__(self, graph: Graph, context: Context) -> None:
        self._graph, self._context = graph, context

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The results for some pictures, at best a multiple of `BATCH`.

        Raises:
            Cancelled: the run was cancelled.
        """
        batch = self._graph.batch(*pictures.shape[1:3])
        parts = (pictures[start : start + batch] for start in range(0, len(pictures), batch))
        return np.concatenate([self._part(part, batch) for part in parts])

    def _part(self, pictures: NDArray[np.uint8], batch: int) -> NDArray[np.float32]:
        self._context.check()
        count = len(pictures)
        if count < batch:
            pictures = np.concatenate([pictures, np.zeros((batch - count, *pictures.shape[1:]), np.uint8)])
        return self._graph(pictures)[:count]

"""A network frozen for use: parameters turned into constants, the graph folded, batches of one size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models.runtime import Precision, computing_in, tensorflow

BATCH = 64
"""Pictures that are handed over together: larger batches gain nothing."""
_AT_ONCE = 100.0
"""GFLOP of one run of a graph: under a second on two cores, so that a cancelled run ends soon."""


class Graph:
    """Constants and operations, from a batch of uint8 pictures to float32 of shape (pictures, ...).

    Args:
        function: TensorFlow operations from uint8 pictures to one tensor; its variables become constants.
        size: width and height.
        cost: GFLOP for a picture of 128 x 128 pixels; what is dear is computed in smaller batches.
        threads: cores to use.

    Attributes:
        batch: pictures of one run.
    """

    def __init__(self, function: Callable[[Any], Any], size: tuple[int, int], cost: float, threads: int) -> None:
        from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

        self._tf = tensorflow(threads)
        width, height = size
        affordable = _AT_ONCE / (cost * width * height / (128 * 128))
        self.batch = 2 ** max(0, min(6, int(math.log2(max(affordable, 1)))))
        shape = self._tf.TensorSpec([self.batch, height, width, 3], self._tf.uint8)
        self._run = convert_variables_to_constants_v2(self._tf.function(function).get_concrete_function(shape))

    def __call__(self, pictures: NDArray[np.uint8], precision: Precision) -> NDArray[np.float32]:
        """The result for exactly `batch` pictures."""
        with computing_in(precision):
            result = self._run(self._tf.constant(pictures))
        values: NDArray[np.float32] = (result[0] if isinstance(result, list | tuple) else result).numpy()
        return values


class Frozen:
    """A function of uint8 pictures, shape (pictures, height, width, 3), that gives float32 of shape (pictures, ...).

    Always computed in batches of one size, the last one filled up: one compiled graph, and a picture's result does
    not depend on how many others come with it.

    Args:
        context: says whether the run was cancelled.
    """

    def __init__(self, graph: Graph, precision: Precision, context: Context) -> None:
        self._graph, self._precision, self._context = graph, precision, context

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The results for some pictures, at best a multiple of `BATCH`.

        Raises:
            Cancelled: the run was cancelled.
        """
        batch = self._graph.batch
        return np.concatenate([self._part(pictures[start : start + batch]) for start in range(0, len(pictures), batch)])

    def _part(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        self._context.check()
        count, batch = len(pictures), self._graph.batch
        if count < batch:
            pictures = np.concatenate([pictures, np.zeros((batch - count, *pictures.shape[1:]), np.uint8)])
        return self._graph(pictures, self._precision)[:count]

"""A network frozen for use: parameters turned into constants, the graph folded, batches of one size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools._models.runtime import Precision, computing_in, tensorflow

BATCH = 64
"""Pictures at a time: larger batches gain nothing, and each run of the graph stays well under a second."""


class Frozen:
    """A function of uint8 pictures, shape (pictures, height, width, 3), that gives float32 of shape (pictures, ...).

    Always computed in batches of `BATCH`, the last one filled up: one compiled graph, and a picture's result does
    not depend on how many others come with it.

    Args:
        function: TensorFlow operations from uint8 pictures to one tensor; its variables become constants.
        size: width and height.
        threads: cores for TensorFlow.
    """

    def __init__(
        self, function: Callable[[Any], Any], size: tuple[int, int], precision: Precision, threads: int
    ) -> None:
        from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

        self._tf = tensorflow(threads)
        self._precision = precision
        width, height = size
        shape = self._tf.TensorSpec([BATCH, height, width, 3], self._tf.uint8)
        self._run = convert_variables_to_constants_v2(self._tf.function(function).get_concrete_function(shape))

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The results for up to `BATCH` pictures."""
        missing = BATCH - len(pictures)
        if missing:
            pictures = np.concatenate([pictures, np.zeros((missing, *pictures.shape[1:]), np.uint8)])
        with computing_in(self._precision):
            result = self._run(self._tf.constant(pictures))
        tensor = result[0] if isinstance(result, list | tuple) else result
        values: NDArray[np.float32] = tensor.numpy()[: BATCH - missing]
        return values

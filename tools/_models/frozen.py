"""A network frozen for use: parameters turned into constants, the graph folded, batches of one size."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models.runtime import Precision, give_back_memory, tensorflow

BATCH = 64
"""Pictures that are handed over together: larger batches gain nothing."""
_AT_ONCE = 100.0
"""GFLOP of one run of a graph: under a second on two cores, so that a cancelled run ends soon."""
_NEEDLESS = (
    "function_optimization",
    "loop_optimization",
    "shape_optimization",
    "common_subgraph_elimination",
    "debug_stripper",
    "scoped_allocator_optimization",
    "pin_to_host_optimization",
    "implementation_selector",
    "layout_optimizer",
)


class Graph:
    """Constants and operations, from a batch of uint8 pictures to float32 of shape (pictures, ...).

    A session of its own, because it can be told to let go of what it was made from: called as a function, the same
    graph kept five more copies of its weights (ResNet50V2: 2.2 against 1.5 GB at the peak).

    Args:
        function: TensorFlow operations from uint8 pictures to one tensor, without variables.
        size: width and height.
        cost: GFLOP for a picture of 128 x 128 pixels; what is dear is computed in smaller batches.
        precision: of large matrix products and convolutions.
        threads: cores to use.

    Attributes:
        batch: pictures of one run.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        size: tuple[int, int],
        cost: float,
        precision: Precision,
        threads: int,
    ) -> None:
        tf = tensorflow(threads)
        width, height = size
        affordable = _AT_ONCE / (cost * width * height / (128 * 128))
        self.batch = 2 ** max(0, min(6, int(math.log2(max(affordable, 1)))))
        with tf.Graph().as_default() as graph:
            self._pictures = tf.compat.v1.placeholder(tf.uint8, [self.batch, height, width, 3])
            self._result = function(self._pictures)
        self._ran = False
        self._session = tf.compat.v1.Session(graph=graph, config=_configuration(tf, precision, threads))

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The result for exactly `batch` pictures."""
        result: NDArray[np.float32] = self._session.run(self._result, {self._pictures: pictures})
        if not self._ran:
            self._ran = True
            give_back_memory()  # of the copies of all weights that the first run made
        return result

    def __del__(self) -> None:
        if hasattr(self, "_session"):
            self._session.close()


def _configuration(tf: Any, precision: Precision, threads: int) -> Any:
    from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig

    configuration = tf.compat.v1.ConfigProto(
        intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads, allow_soft_placement=True
    )
    configuration.gpu_options.allow_growth = True
    configuration.experimental.optimize_for_static_graph = True
    configuration.experimental.disable_output_partition_graphs = True
    rewriting = configuration.graph_options.rewrite_options
    if precision == "bfloat16":
        rewriting.auto_mixed_precision_onednn_bfloat16 = RewriterConfig.ON
    for needless in _NEEDLESS:  # each would copy the graph with all its weights
        setattr(rewriting, needless, RewriterConfig.OFF)
    rewriting.memory_optimization = RewriterConfig.NO_MEM_OPT
    return configuration


class Frozen:
    """A function of uint8 pictures, shape (pictures, height, width, 3), that gives float32 of shape (pictures, ...).

    Always computed in batches of one size, the last one filled up: one compiled graph, and a picture's result does
    not depend on how many others come with it.

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
        batch = self._graph.batch
        return np.concatenate([self._part(pictures[start : start + batch]) for start in range(0, len(pictures), batch)])

    def _part(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        self._context.check()
        count, batch = len(pictures), self._graph.batch
        if count < batch:
            pictures = np.concatenate([pictures, np.zeros((batch - count, *pictures.shape[1:]), np.uint8)])
        return self._graph(pictures)[:count]

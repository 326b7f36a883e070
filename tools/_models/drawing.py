"""Blueprints drawn from Keras models, and from Compact. TensorFlow and Keras must have been imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorflow.core.protobuf.config_pb2 import ConfigProto
from tensorflow.core.protobuf.meta_graph_pb2 import MetaGraphDef
from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig
from tensorflow.python.grappler import tf_optimizer

from tools._models import compact, keras_models
from tools._models.blueprint import PICTURES, RESULT, Blueprint, Normalisation, Slot
from tools._models.runtime import Precision

_DONE = (
    "arithmetic_optimization",
    "common_subgraph_elimination",
    "constant_folding",
    "debug_stripper",
    "dependency_optimization",
    "function_optimization",
    "implementation_selector",
    "layout_optimizer",
    "loop_optimization",
    "pin_to_host_optimization",
    "scoped_allocator_optimization",
    "shape_optimization",
)


class Sketch:
    """A graph in the making, whose weights are places to be filled later."""

    def __init__(self) -> None:
        self._tf = sys.modules["tensorflow"]
        self._graph = self._tf.Graph()
        self._holders: dict[str, str] = {}
        self._shapes: dict[str, list[int | None]] = {}
        self._normalisations: list[Normalisation] = []

    def place(self, weight: str, shape: Any) -> Any:
        """Where a value of the name `weight` goes."""
        holder = self._tf.compat.v1.placeholder(self._tf.float32, shape)
        self._holders[holder.op.name] = weight
        return holder

    def weight(self, name: str, shape: Any) -> Any:
        """Where a weight goes as it is."""
        self._shapes[name] = list(shape)
        return self.place(name, shape)

    def normalised(self, x: Any, normalisation: Normalisation, channels: int) -> Any:
        """The output of a batch normalisation, reduced to a factor (unless a kernel takes it in) and a shift."""
        self._normalisations.append(normalisation)
        names = (normalisation.gamma, normalisation.beta, normalisation.mean, normalisation.variance)
        self._shapes |= {name: [channels] for name in names if name}
        if normalisation.kernel is None:
            x = x * self.place(f"{normalisation.name}/factor", [channels])
        return self._tf.nn.bias_add(x, self.place(f"{normalisation.name}/shift", [channels]))

    def finished(self, network: Callable[[Any], Any], precision: Precision) -> Blueprint:
        """The blueprint of a function from uint8 pictures to one tensor, optimised for use."""
        tf = self._tf
        with self._graph.as_default():
            pictures = tf.compat.v1.placeholder(tf.uint8, [None, None, None, 3], name=PICTURES)
            tf.identity(network(pictures), name=RESULT)
        graph = _optimised(self._graph.as_graph_def(), precision)
        slots = self._slots(graph)
        return Blueprint(
            graph=graph.SerializeToString(deterministic=True),
            session=_for_sessions().SerializeToString(deterministic=True),
            slots=slots,
            normalisations=self._normalisations,
            shapes=self._shapes,
        )

    def _slots(self, graph: Any) -> list[Slot]:
        """The tensors to be filled. One that only goes on as bfloat16 is filled with that, and the step left out."""
        slots, half = [], self._tf.bfloat16.as_datatype_enum
        for node in graph.node:
            source = node.input[0] if node.input else ""
            if source in self._holders and node.op == "Cast" and node.attr["DstT"].type == half:
                slots.append(Slot(tensor=node.name, weight=self._holders[source], kind="bfloat16"))
                _turn_into_place(node)
        used = {name.removeprefix("^").partition(":")[0] for node in graph.node for name in node.input}
        held = [name for name in self._holders if name in used]
        slots += [Slot(tensor=name, weight=self._holders[name], kind="float32") for name in held]
        unused = [node for node in graph.node if node.name in self._holders and node.name not in used]
        for node in unused:
            graph.node.remove(node)
        return slots


def _turn_into_place(node: Any) -> None:
    kind = node.attr["DstT"].type
    node.op = "Placeholder"
    del node.input[:]
    node.attr.clear()
    node.attr["dtype"].type = kind


def _optimised(graph: Any, precision: Precision) -> Any:
    """The graph after TensorFlow's own optimiser: steps joined, large ones in `precision`."""
    configuration = ConfigProto()
    if precision == "bfloat16":
        rewriting = configuration.graph_options.rewrite_options
        rewriting.auto_mixed_precision_onednn_bfloat16 = RewriterConfig.ON
    whole = MetaGraphDef(graph_def=graph)
    whole.collection_def["train_op"].node_list.value.append(RESULT)
    return tf_optimizer.OptimizeGraph(configuration, whole)


def _for_sessions() -> ConfigProto:
    """Only what depends on the processor is left to do: joining a convolution with what follows it."""
    configuration = ConfigProto(allow_soft_placement=True)
    configuration.experimental.optimize_for_static_graph = True
    configuration.experimental.disable_output_partition_graphs = True
    rewriting = configuration.graph_options.rewrite_options
    for done in _DONE:  # each would copy the graph with all its weights
        setattr(rewriting, done, RewriterConfig.OFF)
    rewriting.memory_optimization = RewriterConfig.NO_MEM_OPT
    rewriting.meta_optimizer_iterations = RewriterConfig.ONE
    return configuration


def backbone(name: str, model: Any, cut: str, precision: Precision) -> Blueprint:
    """The blueprint of a Keras model: the mean of its last map, or the map that the layer `cut` gives.

    The model is good for nothing else afterwards.
    """
    keras, tf = sys.modules["keras"], sys.modules["tensorflow"]
    sketch = Sketch()
    part = keras_models.cut(model, cut)[0] if cut else model
    names = {id(weight): path for path, weight in keras_models.named(part.weights, model).items()}

    def network(pictures: Any) -> Any:
        normalising = [layer for layer in part.layers if isinstance(layer, keras.layers.BatchNormalization)]
        for layer in normalising:
            layer.call = _reduced(sketch, layer, names)
        for layer in part.layers:  # constants of layers, such as the mean of pixels, belong to no graph yet
            vars(layer).update({name: np.asarray(x) for name, x in vars(layer).items() if isinstance(x, tf.Tensor)})
        apart = {id(weight) for layer in normalising for weight in layer.weights}
        plain = [weight for weight in part.weights if id(weight) not in apart]
        places = [(weight, sketch.weight(names[id(weight)], weight.shape)) for weight in plain]
        with keras.StatelessScope(places, initialize_variables=False):
            maps = part.call(keras_models.prepared(tf, name, pictures), training=False)
        return maps if cut else tf.reduce_mean(maps, [1, 2])

    return sketch.finished(network, precision)


def _reduced(sketch: Sketch, layer: Any, names: Mapping[int, str]) -> Callable[..., Any]:
    """What a Keras normalisation does, for its `call`."""
    keras = sys.modules["keras"]
    before = layer.input._keras_history.operation
    depthwise = isinstance(before, keras.layers.DepthwiseConv2D)
    takes_in = (depthwise or type(before) is keras.layers.Conv2D) and not before.use_bias
    alone = takes_in and len(before._outbound_nodes) == 1 and before.activation is keras.activations.linear
    normalisation = Normalisation(
        name=names[id(layer.moving_mean)].rpartition("/")[0],
        gamma=names[id(layer.gamma)] if layer.scale else None,
        beta=names[id(layer.beta)] if layer.center else None,
        mean=names[id(layer.moving_mean)],
        variance=names[id(layer.moving_variance)],
        epsilon=layer.epsilon,
        kernel=names[id(before.kernel)] if alone else None,
        depthwise=depthwise,
    )
    channels = layer.moving_mean.shape[0]
    return lambda inputs, **_: sketch.normalised(inputs, normalisation, channels)


def small_network(precision: Precision) -> Blueprint:
    """The blueprint of Compact, to logits of any number of labels."""
    tf, sketch = sys.modules["tensorflow"], Sketch()
    parameters = compact.new_parameters(2, np.random.default_rng(0))

    def normalised(x: Any, name: str) -> Any:
        return sketch.normalised(x, compact.normalisation(name), x.shape[-1])

    def network(pictures: Any) -> Any:
        kernels = {name: sketch.weight(name, value.shape) for name, value in parameters.items() if value.ndim == 4}
        head = {"head/kernel": [compact.FEATURES, None], "head/bias": [None]}
        places = kernels | {name: sketch.weight(name, shape) for name, shape in head.items()}
        return compact.logits(places, compact.scaled(tf, pictures), normalised)

    return sketch.finished(network, precision)

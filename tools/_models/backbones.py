"""The pre-trained networks that a classifier can stand on: one row of a table each. A new one is a new row."""

from __future__ import annotations

import hashlib
import re
import socket
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import ToolError, listed

Arrays = dict[str, NDArray[np.float32]]
IMAGENET = "imagenet"
RANDOM = "random"
_NUMBERED = re.compile(r"(?P<kind>conv2d|batch_normalization)(_(?P<number>\d+))?")
_DOWNLOAD_TIMEOUT = 20  # seconds without a byte


@dataclass(frozen=True)
class Backbone:
    """A network of `keras.applications` without its head.

    Attributes:
        builder: the name of the function there.
        minimum: the smallest side of a picture, in pixels.
        pixels: what it was trained on: values from -1 to 1, Caffe's (blue first, mean taken off), or plain 0 to 255.
        last_block: the layer below what training its last block changes.
        cost: GFLOP for a picture of 128 x 128 pixels.
        advice: what to expect of it, in a line.
        arguments: more arguments of the builder.
    """

    builder: str
    minimum: int
    pixels: Literal["centred", "caffe", "plain"]
    last_block: str
    cost: float
    advice: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


BACKBONES: dict[str, Backbone] = {
    "InceptionV3": Backbone(
        "InceptionV3",
        75,
        "centred",
        "mixed8",
        1.46,
        "Tends to be the least accurate of the four large ones, and the fastest.",
    ),
    "VGG16": Backbone(
        "VGG16", 32, "caffe", "block4_pool", 10.0, "Tends to be the most accurate, and by far the slowest."
    ),
    "InceptionResNetV2": Backbone(
        "InceptionResNetV2",
        75,
        "centred",
        "block8_9_ac",
        3.25,
        "Balances accuracy and speed, with some bias to accuracy.",
    ),
    "ResNet50V2": Backbone(
        "ResNet50V2", 32, "centred", "conv4_block6_out", 2.27, "Balances accuracy and speed, with some bias to speed."
    ),
    "MobileNet": Backbone(
        "MobileNet",
        32,
        "centred",
        "conv_pw_11_relu",
        0.22,
        "Small (alpha 0.75): several times as fast as ResNet50V2.",
        {"alpha": 0.75},
    ),
    "EfficientNetV2B0": Backbone(
        "EfficientNetV2B0",
        32,
        "plain",
        "block6f_add",
        0.5,
        "Newer than the others: as accurate as the large ones at less cost.",
    ),
}
_CAFFE_MEAN = (103.939, 116.779, 123.68)  # blue, green, red


def build(name: str, weights: str | Path) -> Any:
    """The Keras model: pictures of any size, prepared by `prepared`, to feature maps.

    Args:
        name: a key of `BACKBONES`.
        weights: `imagenet` (from Keras' cache, else from the network), `random`, or a .h5 or .safetensors file.

    Raises:
        ToolError: the weights cannot be had, or are those of another network.
    """
    keras = sys.modules["keras"]
    row = BACKBONES[name]
    builder = getattr(keras.applications, row.builder)
    source = IMAGENET if weights == IMAGENET else None
    with _keras_quiet(keras), _download_problems(name) if source else _no_problems():
        if weights == RANDOM:
            keras.utils.set_random_seed(0)  # trials are repeatable too
        model = builder(include_top=False, weights=source, input_shape=(None, None, 3), **row.arguments)
    if isinstance(weights, Path):
        _load(model, name, weights)
    return model


def check_file(path: Path) -> None:
    """Refuse a weights file that is not there or of another kind, before anything is loaded.

    Raises:
        ToolError: it is.
    """
    if not path.is_file():
        raise ToolError(
            f"There is no weights file {path}.",
            hint="`weights` is imagenet, random, or the path of a .h5 or .safetensors file.",
            setting="weights",
        )
    if path.suffix.casefold() not in (".h5", ".hdf5", ".safetensors"):
        raise ToolError(f"{path.name} is no weights file: a .h5 or .safetensors file was expected.", setting="weights")


def named(weights: Iterable[Any], model: Any) -> dict[str, Any]:
    """Weights of `model`, or of a part of it, by path, such as `conv1/kernel`.

    Keras numbers layers without a name of their own (`conv2d_80`) through all models of a process; here they count
    from the start of this model, so that a path means the same tomorrow.
    """
    numbered = [match for layer in model.layers if (match := _NUMBERED.fullmatch(layer.name))]
    numbered.sort(key=lambda match: int(match["number"] or 0))
    count: Counter[str] = Counter()
    names = {}
    for match in numbered:
        names[match[0]] = match["kind"] + (f"_{count[match['kind']]}" if count[match["kind"]] else "")
        count[match["kind"]] += 1
    paths = ((weight.path.partition("/"), weight) for weight in weights)
    return {names.get(layer, layer) + slash + rest: weight for (layer, slash, rest), weight in paths}


def arrays_of(model: Any) -> Arrays:
    """A copy of a model's weights by path."""
    return {path: weight.numpy() for path, weight in named(model.weights, model).items()}


def assign(model: Any, arrays: Mapping[str, NDArray[np.float32]], where: str) -> None:
    """Set a model's weights by path.

    Raises:
        ToolError: one is missing or has another shape.
    """
    for path, weight in named(model.weights, model).items():
        value = arrays.get(path)
        if value is None:
            raise ToolError(f"{where} lacks the weights {path}; it has {listed(sorted(arrays), 6)}.")
        if value.shape != tuple(weight.shape):
            raise ToolError(
                f"{where}: the weights {path} have the shape {value.shape}; {tuple(weight.shape)} was expected."
            )
        weight.assign(value)


def digest(arrays: Mapping[str, NDArray[np.float32]]) -> str:
    """A sha256 over names and values, whatever file they came from."""
    whole = hashlib.sha256()
    for path in sorted(arrays):
        whole.update(path.encode())
        whole.update(np.ascontiguousarray(arrays[path]).data)
    return whole.hexdigest()


def prepared(tf: Any, name: str, pictures: Any) -> Any:
    """uint8 pictures as the backbone wants them: float32, same shape."""
    pixels = tf.cast(pictures, tf.float32)
    match BACKBONES[name].pixels:
        case "centred":
            return pixels / 127.5 - 1
        case "caffe":
            return pixels[..., ::-1] - tf.constant(_CAFFE_MEAN)
        case "plain":
            return pixels


def cut(model: Any, layer: str) -> tuple[Any, Any]:
    """The model below the output of `layer`, and the model above it; they share its weights."""
    keras = sys.modules["keras"]
    between = model.get_layer(layer).output
    return keras.Model(model.input, between), keras.Model(between, model.output)


def features(tf: Any, name: str, model: Any) -> Callable[[Any], Any]:
    """The function from uint8 pictures to float32 features, shape (pictures, features): the mean of the last map."""
    maps = frozen(tf, model)
    return lambda pictures: tf.reduce_mean(maps(prepared(tf, name, pictures)), [1, 2])


def frozen(tf: Any, model: Any) -> Callable[[Any], Any]:
    """A Keras model as a function for graphs, in which its weights as they are now become constants."""
    both = (model.trainable_variables, model.non_trainable_variables)
    values = [[variable.numpy() for variable in variables] for variables in both]

    def call(inputs: Any) -> Any:
        trainable, others = ([tf.constant(value) for value in part] for part in values)
        return model.stateless_call(trainable, others, inputs, training=False)[0]

    return call


def _load(model: Any, name: str, path: Path) -> None:
    check_file(path)
    try:
        if path.suffix.casefold() == ".safetensors":
            from safetensors.numpy import load_file

            assign(model, load_file(path), path.name)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.load_weights(path)
    except Exception as error:  # h5py, Keras and safetensors each raise in their own way on a file that does not fit
        reason = error.message if isinstance(error, ToolError) else str(error).split("\n")[0]
        raise ToolError(
            f"{path.name} does not hold the weights of {name}: {reason}",
            hint=f"Expected: weights of keras.applications.{BACKBONES[name].builder} saved without its top "
            f"(`include_top=False`{_told(BACKBONES[name].arguments)}).",
            setting="weights",
        ) from error


def _told(arguments: Mapping[str, Any]) -> str:
    return "".join(f", `{key}={value}`" for key, value in arguments.items())


@contextmanager
def _keras_quiet(keras: Any) -> Iterator[None]:
    """Keep Keras' warnings (about an open input size) and its download bar off the terminal."""
    spoke = keras.config.is_interactive_logging_enabled()
    keras.config.disable_interactive_logging()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if spoke:
            keras.config.enable_interactive_logging()


@contextmanager
def _no_problems() -> Iterator[None]:
    yield


@contextmanager
def _download_problems(name: str) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_TIMEOUT)
    try:
        yield
    except Exception as error:  # urllib, http and the file system each fail in their own way
        raise ToolError(
            f"The ImageNet weights of {name} are not on this machine and cannot be downloaded "
            f"({str(error).splitlines()[0]}).",
            hint="Connect to the network for the first run, or set `weights` to a file with them "
            "(.h5 or .safetensors). `model: Compact` needs neither.",
            setting="weights",
        ) from error
    finally:
        socket.setdefaulttimeout(before)

"""The pre-trained networks as Keras models: built, filled with weights, cut. Keras must have been imported."""

from __future__ import annotations

import re
import socket
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ToolError
from tools._models.backbones import BACKBONES, IMAGENET, RANDOM, Arrays, check_file
from tools._models.blueprint import check

_NUMBERED = re.compile(r"(?P<kind>conv2d|batch_normalization)(_(?P<number>\d+))?")
_DOWNLOAD_TIMEOUT = 20  # seconds without a byte
_CAFFE_MEAN = (103.939, 116.779, 123.68)  # blue, green, red


def outline(name: str) -> Any:
    """The Keras model without values for its weights: made in a moment, and good for being drawn alone."""
    row, keras = BACKBONES[name], sys.modules["keras"]
    with _keras_quiet(keras), keras.StatelessScope(initialize_variables=False):
        return getattr(keras.applications, row.builder)(
            include_top=False, weights=None, input_shape=(None, None, 3), **row.arguments
        )


def read(name: str, path: Path) -> tuple[Any, Arrays]:
    """The outline of a network, and its weights from a file, by path. Drawing others first would take twice as long.

    Raises:
        ToolError: the file does not hold them.
    """
    model, keras = outline(name), sys.modules["keras"]
    with keras.StatelessScope(initialize_variables=False) as scope:
        _load(model, name, path)
    weights = named(model.weights, model)
    return model, {path: np.asarray(scope.get_current_value(weight)) for path, weight in weights.items()}


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
    weights = named(model.weights, model)
    check(arrays, {path: list(weight.shape) for path, weight in weights.items()}, where)
    for path, weight in weights.items():
        weight.assign(arrays[path])


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
        reason = error.message.rstrip(".") if isinstance(error, ToolError) else _first_sentence(error)
        raise ToolError(
            f"{path.name} does not hold the weights of {name}: {reason}.",
            hint=f"Expected: weights of keras.applications.{BACKBONES[name].builder} saved without its top "
            f"(`include_top=False`{_told(BACKBONES[name].arguments)}).",
            setting="weights",
        ) from error


def _first_sentence(error: Exception) -> str:
    """What an exception says first, without its full stop; the rest names the objects of Keras."""
    return str(error).split("\n")[0].split(". ")[0].rstrip(".")


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
            "(.h5 or .safetensors). A model trained with Compact needs neither.",
            setting="weights",
        ) from error
    finally:
        socket.setdefaulttimeout(before)

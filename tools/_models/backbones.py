"""The pre-trained networks that a classifier can stand on: one row of a table each. A new one is a new row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import ToolError

Arrays = dict[str, NDArray[np.float32]]
IMAGENET = "imagenet"
RANDOM = "random"
_HDF5, _HDF5_START = (".h5", ".hdf5"), b"\x89HDF\r\n\x1a\n"


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
    if path.suffix.casefold() not in (*_HDF5, ".safetensors"):
        raise ToolError(f"{path.name} is no weights file: a .h5 or .safetensors file was expected.", setting="weights")
    with path.open("rb") as file:
        if path.suffix.casefold() in _HDF5 and file.read(len(_HDF5_START)) != _HDF5_START:
            raise ToolError(f"{path.name} does not hold weights: it is no HDF5 file.", setting="weights")


def digest(arrays: Mapping[str, NDArray[np.float32]]) -> str:
    """A sha256 over names and values, whatever file they came from."""
    whole = hashlib.sha256()
    for path in sorted(arrays):
        whole.update(path.encode())
        whole.update(np.ascontiguousarray(arrays[path]).data)
    return whole.hexdigest()

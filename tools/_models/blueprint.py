"""What a frozen network computes, without its weights: a graph that TensorFlow's C library runs, and where weights go.

It depends on the network and on the versions of TensorFlow and Keras alone, takes 50 to 500 kB, and spares whoever has
it Keras: two seconds and half a GB. Normalisation is taken into the convolution before it, once, when the weights go
in; TensorFlow's own optimiser does this for ordinary convolutions only, and copies all weights several times for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from engine.errors import ToolError, listed

Arrays = Mapping[str, NDArray[np.float32]]
PICTURES, RESULT = "pictures", "result"
"""What goes in, uint8 of shape (pictures, height, width, 3), and what comes out, float32 of shape (pictures, ...)."""


class Normalisation(BaseModel):
    """Weights of a batch normalisation; the graph knows them as `<name>/shift` and, if it stays, `<name>/factor`.

    Attributes:
        gamma, beta: their names, or None where the layer has none.
        kernel: of the convolution that the factor is taken into, or None where it stays as it is.
        depthwise: whether that is a depthwise one.
    """

    name: str
    gamma: str | None
    beta: str | None
    mean: str
    variance: str
    epsilon: float
    kernel: str | None
    depthwise: bool = False


class Slot(BaseModel):
    """A tensor of the graph that a weight has to be put in for."""

    tensor: str
    weight: str
    kind: Literal["float32", "bfloat16"]


class Blueprint(BaseModel):
    """A network to be filled with weights.

    Attributes:
        graph: a serialised GraphDef, from `PICTURES` to `RESULT`, of pictures of any number and size.
        session: a serialised ConfigProto to run it with.
        shapes: of all weights that it is filled from, by name; None where it does not matter.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    graph: bytes
    session: bytes
    slots: list[Slot]
    normalisations: list[Normalisation]
    shapes: dict[str, list[int | None]]

    def filled(self, weights: Arrays) -> Iterator[tuple[str, NDArray[Any]]]:
        """The values of all slots, one after the other, so that nothing is held twice.

        Raises:
            ToolError: a weight is missing or has another shape.
        """
        import ml_dtypes

        check(weights, self.shapes, "The model")
        scales = {each.name: _scale(each, weights) for each in self.normalisations}
        taken_in = {each.kernel: each for each in self.normalisations if each.kernel}
        shifts = {f"{name}/{part}": value for name, pair in scales.items() for part, value in pair.items()}
        for slot in self.slots:
            value = shifts[slot.weight] if slot.weight in shifts else weights[slot.weight]
            if (normalisation := taken_in.get(slot.weight)) is not None:
                factor = scales[normalisation.name]["factor"]
                value = value * (factor[:, None] if normalisation.depthwise else factor)
            yield slot.tensor, value.astype(ml_dtypes.bfloat16) if slot.kind == "bfloat16" else value


def check(weights: Arrays, shapes: Mapping[str, list[int | None]], where: str) -> None:
    """Refuse weights that do not fit.

    Raises:
        ToolError: one is missing or has another shape.
    """
    for name, shape in shapes.items():
        value = weights.get(name)
        if value is None:
            raise ToolError(f"{where} lacks the weights {name}; it has {listed(sorted(weights), 6)}.")
        if len(value.shape) != len(shape) or any(
            wanted not in (None, there) for wanted, there in zip(shape, value.shape, strict=True)
        ):
            raise ToolError(f"{where}: the weights {name} have the shape {value.shape}; {tuple(shape)} was expected.")


def _scale(normalisation: Normalisation, weights: Arrays) -> dict[str, NDArray[np.float32]]:
    """What a normalisation multiplies with, and what it adds."""
    factor = 1 / np.sqrt(weights[normalisation.variance] + np.float32(normalisation.epsilon))
    if normalisation.gamma:
        factor = factor * weights[normalisation.gamma]
    shift = -weights[normalisation.mean] * factor
    if normalisation.beta:
        shift = shift + weights[normalisation.beta]
    return {"factor": factor, "shift": shift}

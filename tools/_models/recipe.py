"""How a classifier is made: what is kept of each picture as it streams by, what then learns from it, what is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.context import Elsewhere
from tools._models.pictures import Size
from tools._models.runtime import Precision
from tools._models.training import Examples, Learner, Plan, Showing

Arrays = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Options:
    """What the user chose about training.

    Attributes:
        rate: the highest learning rate, or None for the recipe's own.
        mirror: whether pictures may be mirrored.
        whole: whether the model carries the backbone's weights too.
        alike: whether rare labels count as much as frequent ones.
    """

    epochs: int
    batch_size: int
    precision: Precision
    rate: float | None = None
    patience: int | None = None
    mirror: bool = True
    whole: bool = True
    alike: bool = False


class Recipe(Protocol):
    """A way to make a classifier; used once, in the order of its methods."""

    minimum: int
    """The smallest side of a picture, in pixels."""
    mirrored: bool
    """Whether Predict, too, should look at pictures and at what a mirror shows of them."""
    varied: int
    """How many training pictures it wants at most, to vary them, beside what it keeps of them."""

    @property
    def reference(self) -> str:
        """Digest of the backbone's weights where `weights` leaves them out, else empty."""
        ...

    def start(self, size: Size) -> Size:
        """Get ready for pictures of `size`; the size at which they are wanted."""
        ...

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        """What to keep of up to `frozen.BATCH` pictures, shape (pictures, ...)."""
        ...

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        """What `keep` gave of each picture at some time before, or None."""
        ...

    def elsewhere(self) -> Elsewhere[NDArray[np.uint8], NDArray[Any]] | None:
        """The same as `keep` on other machines, where there are any and it is worth the way; known from then on."""
        ...

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        """What learns from what was kept."""
        ...

    def plan(self, examples: int) -> Plan:
        """How to train on so many examples."""
        ...

    def weights(self, state: Arrays) -> Arrays:
        """All weights of the classifier, from the learner's best state."""
        ...

    def close(self) -> None:
        """Let go of what is still being made."""
        ...


class AsTheyAre:
    """A recipe that keeps the pictures themselves, on this machine."""

    varied = 0

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return pictures

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        return [None] * len(pictures)

    def elsewhere(self) -> None:
        return None

    def close(self) -> None:
        """There is nothing."""


def plan_for(options: Options, rates: Callable[[float], float], examples: int, showing: Showing) -> Plan:
    """A plan for so many examples."""
    looks = showing.looks(examples, options.batch_size)
    return Plan(options.epochs, options.batch_size, rates, options.patience, looks, options.alike)

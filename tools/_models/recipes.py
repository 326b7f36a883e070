"""How a classifier is made: what is kept of each picture as it streams by, what then learns from it, what is saved."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models import backbones, compact, compact_training, head, training
from tools._models.frozen import Frozen
from tools._models.pictures import Size
from tools._models.runtime import Precision, tensorflow
from tools._models.training import Examples, Learner, Plan

Arrays = dict[str, NDArray[np.float32]]
COMPACT = "Compact"


@dataclass(frozen=True)
class Options:
    """What the user chose about training.

    Attributes:
        rate: the highest learning rate, or None for the recipe's own.
        mirror: whether pictures may be mirrored.
        whole: whether the model carries the backbone's weights too.
    """

    epochs: int
    batch_size: int
    precision: Precision
    rate: float | None = None
    patience: int | None = None
    mirror: bool = True
    whole: bool = True


class Recipe(Protocol):
    """A way to make a classifier; used once, in the order of its methods."""

    minimum: int
    """The smallest side of a picture, in pixels."""
    mirrored: bool
    """Whether mirrored pictures are learnt from."""
    reference: str
    """Digest of the backbone's weights where `weights` leaves them out, else empty."""

    def start(self, size: Size) -> Size:
        """Get ready for pictures of `size`; the size at which they are wanted."""
        ...

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        """What to keep of up to `frozen.BATCH` pictures, shape (pictures, ...)."""
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


def recipe_for(name: str, part: str, weights: str | Path, options: Options, context: Context) -> Recipe:
    """The recipe for a model (`Compact` or a backbone) of which `part` learns: head, last_block or all.

    Raises:
        ToolError: its weights cannot be had.
    """
    if name == COMPACT:
        return FromScratch(options, context)
    return HeadOnFrozen(name, weights, options, context)


class HeadOnFrozen:
    """A pre-trained network that stays as it is; its features of each picture are computed once, a head learns."""

    mirrored = False

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context) -> None:
        self._tf = tensorflow(context.resources.threads)
        self._name, self._options, self._threads = name, options, context.resources.threads
        self.minimum = backbones.BACKBONES[name].minimum
        self._model = backbones.build(name, weights)
        arrays = backbones.arrays_of(self._model)
        self._arrays = arrays if options.whole else {}
        self.reference = "" if options.whole else backbones.digest(arrays)

    def start(self, size: Size) -> Size:
        function = backbones.features(self._tf, self._name, self._model)
        self.keep = Frozen(function, size, self._options.precision, self._threads)
        self._model = None
        gc.collect()  # a Keras model is a web of cycles, and as large as what was frozen
        return size

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        return head.HeadLearner(training_set, validation_set, random)

    def plan(self, examples: int) -> Plan:
        rate = training.constant(self._options.rate or head.RATE)
        return Plan(self._options.epochs, self._options.batch_size, rate, self._options.patience)

    def weights(self, state: Arrays) -> Arrays:
        return self._arrays | state


class FromScratch:
    """Compact, trained on the pictures themselves."""

    minimum = compact.MINIMUM
    reference = ""

    def __init__(self, options: Options, context: Context) -> None:
        tensorflow(context.resources.threads)
        self._options, self._context = options, context
        self.mirrored = options.mirror

    def start(self, size: Size) -> Size:
        return compact.input_size(*size)

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return pictures

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        return compact_training.CompactLearner(
            training_set,
            validation_set,
            random,
            self._context,
            precision=self._options.precision,
            mirror=self._options.mirror,
        )

    def plan(self, examples: int) -> Plan:
        rate = training.warm_up_and_cosine(self._options.rate or compact_training.RATE, compact_training.WARM_UP)
        return Plan(self._options.epochs, self._options.batch_size, rate, self._options.patience)

    def weights(self, state: Arrays) -> Arrays:
        return state

"""How a classifier is made: what is kept of each picture as it streams by, what then learns from it, what is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models import backbones, compact, compact_training, fine_tuning, head, training
from tools._models.extractor import extractor
from tools._models.frozen import Frozen, Graph
from tools._models.pictures import Size
from tools._models.remembered import Remembered
from tools._models.runtime import Precision, tensorflow
from tools._models.training import Examples, Learner, Plan
from tools._models.weights import weights_of

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

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        """What `keep` gave of each picture at some time before, or None."""
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
    if part == "head":
        return HeadOnFrozen(name, weights, options, context)
    return FineTuned(name, weights, options, context, below=part == "last_block")


def frozen_features(
    name: str, digest: str, size: Size, precision: Precision, context: Context, model: Callable[[], Any]
) -> Remembered:
    """The features that a backbone finds in pictures of `size`; its graph is made when one is not known.

    Args:
        digest: of its weights.
        model: makes the Keras model, for nobody else.
    """

    def make() -> Frozen:
        threads = context.resources.threads
        return Frozen(extractor(name, digest, size, precision, threads, model), context)

    return Remembered(context, (name, "features", digest, precision), make)


def _plan(options: Options, rates: Callable[[float], float], examples: int, most_looks: int) -> Plan:
    looks = training.looks(examples, options.batch_size, most_looks)
    return Plan(options.epochs, options.batch_size, rates, options.patience, looks)


class HeadOnFrozen:
    """A pre-trained network that stays as it is; its features of each picture are computed once, a head learns."""

    mirrored = False

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context) -> None:
        self._name, self._weights, self._options, self._context = name, weights, options, context
        self.minimum = backbones.BACKBONES[name].minimum
        arrays, self._model = weights_of(name, weights, context)
        self._arrays = arrays if options.whole else {}
        self._digest = backbones.digest(arrays)
        self.reference = "" if options.whole else self._digest

    def start(self, size: Size) -> Size:
        features = frozen_features(self._name, self._digest, size, self._options.precision, self._context, self._let_go)
        self._features, self.keep = features, features.fresh
        return size

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        found = self._features.known(pictures)
        if any(answer is None for answer in found):
            tensorflow(self._context.resources.threads)  # not in the network's thread: starting, it silences the others
        return found

    def _let_go(self) -> Any:
        model, self._model = self._model, None
        return backbones.build(self._name, self._weights) if model is None else model

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        self._model = None
        return head.HeadLearner(training_set, validation_set, random)

    def plan(self, examples: int) -> Plan:
        return _plan(self._options, training.constant(self._options.rate or head.RATE), examples, head.LOOKS)

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

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        return [None] * len(pictures)

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
        rate = self._options.rate or compact_training.RATE
        rates = training.warm_up_and_cosine(rate, compact_training.WARM_UP)
        return _plan(self._options, rates, examples, compact_training.LOOKS)

    def weights(self, state: Arrays) -> Arrays:
        return state


class FineTuned:
    """A pre-trained network that learns itself: its last block, on activations computed once below it, or all of it."""

    reference = ""

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context, *, below: bool) -> None:
        self._tf = tensorflow(context.resources.threads)
        self._name, self._options, self._context = name, options, context
        self._row = backbones.BACKBONES[name]
        self._model = backbones.build(name, weights)
        self._below = below
        self.minimum = self._row.minimum
        self.mirrored = not below and options.mirror

    def start(self, size: Size) -> Size:
        if self._below:
            lower, self._upper = backbones.cut(self._model, self._row.last_block)
            digest, precision = backbones.digest(backbones.arrays_of(self._model)), self._options.precision
            depends_on = (self._name, self._row.last_block, digest, precision)
            self._activations = Remembered(self._context, depends_on, lambda: self._below_the_cut(lower, size))
        return size

    def _below_the_cut(self, lower: Any, size: Size) -> Callable[[NDArray[np.uint8]], NDArray[np.float16]]:
        tf, name, limit = self._tf, self._name, np.finfo(np.float16).max
        maps, threads = backbones.frozen(tf, lower), self._context.resources.threads

        def activations(pictures: Any) -> Any:
            return maps(backbones.prepared(tf, name, pictures))

        graph = Graph(activations, size, self._row.cost, self._options.precision, threads)
        frozen = Frozen(graph, self._context)
        return lambda pictures: np.clip(frozen(pictures), -limit, limit).astype(np.float16)

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        return self._activations.fresh(pictures) if self._below else pictures

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        return self._activations.known(pictures) if self._below else [None] * len(pictures)

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        tf, part = self._tf, self._upper if self._below else self._model

        def features(inputs: Any) -> Any:
            x = tf.cast(inputs, tf.float32) if self._below else backbones.prepared(tf, self._name, inputs)
            return tf.reduce_mean(part(x, training=False), [1, 2])

        learner = fine_tuning.FineTuner(
            training_set,
            validation_set,
            features,
            backbones.named(part.weights, self._model),
            self._model.output_shape[-1],
            random,
            self._context,
            precision=self._options.precision,
            vary=not self._below,
            mirror=self._options.mirror,
        )
        if not self._below:
            self._estimate(learner, 4 * len(training_set) + len(validation_set))
        return learner

    def _estimate(self, learner: fine_tuning.FineTuner, pictures: int) -> None:
        seconds = learner.seconds_a_picture() * pictures * self._options.epochs
        told = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
        self._context.info(f"Training all of {self._name} will take about {told} on this machine.")

    def plan(self, examples: int) -> Plan:
        rate = self._options.rate or (fine_tuning.RATE_LAST_BLOCK if self._below else fine_tuning.RATE_ALL)
        rates = training.warm_up_and_cosine(rate, fine_tuning.WARM_UP)
        return _plan(self._options, rates, examples, fine_tuning.LOOKS)

    def weights(self, state: Arrays) -> Arrays:
        return backbones.arrays_of(self._model) | state

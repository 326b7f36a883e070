"""The ways to make a classifier: a head on a frozen network, its last block, the whole network, or one from scratch."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context, Elsewhere
from tools._models import (
    augmentation,
    backbones,
    compact,
    compact_training,
    fine_tuning,
    head,
    keras_models,
    tensorflow_library,
    training,
)
from tools._models.frozen import BATCH
from tools._models.network import Network
from tools._models.pictures import Size
from tools._models.recipe import Arrays, AsTheyAre, Options, Recipe, plan_for
from tools._models.remembered import Learnt, Remembered
from tools._models.rows import Rows
from tools._models.runtime import tensorflow
from tools._models.training import Examples, Learner, Plan

COMPACT = "Compact"
_COPIES, _COPIED = 8, 2048  # of a picture, and of all of them together, that a last block learns from


def recipe_for(name: str, part: str, weights: str | Path, options: Options, context: Context) -> Recipe:
    """The recipe for a model (`Compact` or a backbone) of which `part` learns: head, last_block or all.

    Raises:
        ToolError: its weights cannot be had.
    """
    if name == COMPACT:
        return FromScratch(options, context)
    if part == "head":
        return HeadOnFrozen(name, weights, options, context)
    return (LastBlock if part == "last_block" else Whole)(name, weights, options, context)


class OnFrozen:
    """What learns on what a network that stays as it is says of each picture, computed once as it streams by.

    Args:
        cut: the layer that the network ends at, or empty.
    """

    varied = 0

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context, cut: str = "") -> None:
        self._name, self._options, self._context = name, options, context
        self._row = backbones.BACKBONES[name]
        self.minimum = self._row.minimum
        self._network = Network(name, options.precision, context, source=weights, cut=cut)
        self._far = partial(_keep_elsewhere, type(self), name, weights, options)
        if weights == backbones.IMAGENET:
            _ = self._network.weights  # which may be a download, or not to be had: found before the work begins

    def start(self, size: Size) -> Size:
        return size

    @cached_property
    def _answers(self) -> Remembered:
        return self._network.remembered()

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        return self._answers.fresh(pictures)

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        found: list[NDArray[Any] | None] = [None] * len(pictures)
        if self._network.is_known:  # else nothing was computed before, most likely, and waiting would cost more
            found = self._answers.known(pictures)
        if self._context.elsewhere(self._far) is None and any(answer is None for answer in found):
            tensorflow_library.start()  # not in the network's thread: starting, it silences the others
        return found

    def elsewhere(self) -> Elsewhere[NDArray[np.uint8], NDArray[Any]] | None:
        far = self._context.elsewhere(self._far)
        return None if far is None else Learnt(far, lambda pictures, kept: self._answers.remember(pictures, kept))

    def close(self) -> None:
        self._network.close()


def _keep_elsewhere(
    recipe: Callable[[str, str | Path, Options, Context], OnFrozen],
    name: str,
    weights: str | Path,
    options: Options,
    context: Context,
) -> Callable[[NDArray[np.uint8]], NDArray[Any]]:
    """What the recipe keeps of pictures, on another machine."""
    return recipe(name, weights, options, context).keep


class HeadOnFrozen(OnFrozen):
    """A pre-trained network that stays as it is; a head learns from its features."""

    mirrored = False

    @property
    def reference(self) -> str:
        return "" if self._options.whole else self._network.digest

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        return head.HeadLearner(training_set, validation_set, random)

    def plan(self, examples: int) -> Plan:
        return plan_for(self._options, training.constant(self._options.rate or head.RATE), examples, head.SHOWING)

    def weights(self, state: Arrays) -> Arrays:
        return self._network.weights | state if self._options.whole else state


class LastBlock(OnFrozen):
    """A pre-trained network whose last block learns, on activations below it that are computed once.

    Few pictures are shifted and mirrored before, several times each.
    """

    mirrored = False
    reference = ""
    varied = _COPIED // 2

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context) -> None:
        super().__init__(name, weights, options, context, backbones.BACKBONES[name].last_block)
        self._copied = Rows(context)

    @cached_property
    def _answers(self) -> Remembered:
        return self._network.remembered(lambda compute: lambda pictures: _halved(compute(pictures)))

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        tf = tensorflow(self._context.resources.threads)
        self._model = keras_models.build(self._name, backbones.RANDOM)
        keras_models.assign(self._model, self._network.weights, self._name)
        upper = keras_models.cut(self._model, self._row.last_block)[1]

        def features(activations: Any) -> Any:
            return tf.reduce_mean(upper(tf.cast(activations, tf.float32), training=False), [1, 2])

        return fine_tuning.FineTuner(
            training_set,
            validation_set,
            features,
            keras_models.named(upper.weights, self._model),
            self._model.output_shape[-1],
            self._context,
            precision=self._options.precision,
            looks=None if training_set.pictures is None else self._copies(training_set, random),
        )

    def _copies(self, training_set: Examples, random: np.random.Generator) -> augmentation.Copies:
        """Activations of the pictures as they are, and of some looks at each."""
        assert training_set.pictures is not None
        count, looks = len(training_set), augmentation.Looks(training_set.pictures, random, mirror=self._options.mirror)
        self._copied.append(training_set.inputs[:])
        for copy in range(1, min(_COPIES, _COPIED // count)):
            self._context.progress(None, f"{count:,} pictures shifted and mirrored, time {copy}")
            for rows in np.array_split(np.arange(count, dtype=np.int32), math.ceil(count / BATCH)):
                self._copied.append(self._answers(looks.at(rows)))
        return augmentation.Copies(self._copied.array(), count, random)

    def close(self) -> None:
        self._copied.close()
        super().close()

    def plan(self, examples: int) -> Plan:
        rates = training.warm_up_and_cosine(self._options.rate or fine_tuning.RATE_LAST_BLOCK, fine_tuning.WARM_UP)
        return plan_for(self._options, rates, examples, fine_tuning.SHOWING)

    def weights(self, state: Arrays) -> Arrays:
        return keras_models.arrays_of(self._model) | state


def _halved(activations: NDArray[np.float32]) -> NDArray[np.float16]:
    limit = np.finfo(np.float16).max
    return np.clip(activations, -limit, limit).astype(np.float16)


class FromScratch(AsTheyAre):
    """Compact, trained on the pictures themselves."""

    minimum = compact.MINIMUM
    reference = ""

    def __init__(self, options: Options, context: Context) -> None:
        tensorflow(context.resources.threads)
        self._options, self._context = options, context
        self.mirrored = options.mirror

    def start(self, size: Size) -> Size:
        return compact.input_size(*size)

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
        return plan_for(self._options, rates, examples, compact_training.SHOWING)

    def weights(self, state: Arrays) -> Arrays:
        return state


class Whole(AsTheyAre):
    """A pre-trained network that learns as a whole, from varied pictures."""

    reference = ""

    def __init__(self, name: str, weights: str | Path, options: Options, context: Context) -> None:
        self._tf = tensorflow(context.resources.threads)
        self._name, self._options, self._context = name, options, context
        self._model = keras_models.build(name, weights)
        self.minimum = backbones.BACKBONES[name].minimum
        self.mirrored = options.mirror

    def start(self, size: Size) -> Size:
        return size

    def learner(self, training_set: Examples, validation_set: Examples, random: np.random.Generator) -> Learner:
        def features(pictures: Any) -> Any:
            x = keras_models.prepared(self._tf, self._name, pictures)
            return self._tf.reduce_mean(self._model(x, training=False), [1, 2])

        learner = fine_tuning.FineTuner(
            training_set,
            validation_set,
            features,
            keras_models.named(self._model.weights, self._model),
            self._model.output_shape[-1],
            self._context,
            precision=self._options.precision,
            looks=augmentation.Looks(training_set.inputs, random, mirror=self._options.mirror),
            mirror=self._options.mirror,
        )
        looks = self.plan(len(training_set)).looks
        self._estimate(learner, fine_tuning.LEARNING * looks * len(training_set) + len(validation_set))
        return learner

    def _estimate(self, learner: fine_tuning.FineTuner, pictures: int) -> None:
        seconds = learner.seconds_a_picture() * pictures * self._options.epochs
        told = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
        self._context.info(f"Training all of {self._name} will take about {told} on this machine.")

    def plan(self, examples: int) -> Plan:
        rates = training.warm_up_and_cosine(self._options.rate or fine_tuning.RATE_ALL, fine_tuning.WARM_UP)
        return plan_for(self._options, rates, examples, fine_tuning.SHOWING)

    def weights(self, state: Arrays) -> Arrays:
        return keras_models.arrays_of(self._model) | state

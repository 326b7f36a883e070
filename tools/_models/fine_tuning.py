"""Training of a pre-trained network's own weights: its last block on cached activations, or all of it on pictures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine.context import Context
from tools._models import augmentation
from tools._models.compiled import Compiled, loss_of
from tools._models.optimizer import AdamW
from tools._models.runtime import Precision, computing_in, tensorflow
from tools._models.training import Examples, IntArray, Showing

RATE_LAST_BLOCK = 1e-3
RATE_ALL = 2e-4
WARM_UP = 0.1
SHOWING = Showing(least=512, each=4)
LEARNING = 5  # times as long as judging: 4.1 to 4.9 were measured, 6.9 with EfficientNetV2B0
_DECAY = 0.01


class FineTuner(Compiled):
    """A network with a new head on its way.

    Args:
        features: from inputs as they are stored (float16 activations or uint8 pictures) to float32 features.
        weights: all weights that `features` uses, by path; trainable ones are learnt, moving averages stay.
        width: how many features there are.
        looks: the training inputs as they are looked at, where that is not the same each time.
        mirror: whether inputs are pictures that are judged together with what a mirror shows of them.
    """

    judged_at_once = 64

    def __init__(
        self,
        training: Examples,
        validation: Examples,
        features: Callable[[Any], Any],
        weights: dict[str, Any],
        width: int,
        context: Context,
        *,
        precision: Precision,
        looks: augmentation.Looks | augmentation.Copies | None = None,
        mirror: bool = False,
    ) -> None:
        tf = self._tf = tensorflow(context.resources.threads)
        self._training, self._validation = training, validation
        self._precision, self._looks, self._mirror = precision, looks, mirror
        labels = len(training.weights)
        self._head = {
            "head/kernel": tf.Variable(tf.zeros([width, labels])),
            "head/bias": tf.Variable(tf.zeros([labels])),
        }
        self._variables = weights | self._head
        learnt = {path: weight.value for path, weight in weights.items() if weight.trainable} | self._head
        self._learnt = list(learnt.values())
        self._optimizer = AdamW(tf, learnt, _DECAY)
        self._step, self._judge = self._compile(features, labels)

    def _compile(self, features: Callable[[Any], Any], labels: int) -> tuple[Any, Any]:
        tf, inputs = self._tf, self._training.inputs
        given = tf.TensorSpec([None, *inputs.shape[1:]], tf.as_dtype(inputs.dtype))

        def judge(x: Any) -> Any:
            return tf.matmul(features(x), self._head["head/kernel"]) + self._head["head/bias"]

        def step(x: Any, codes: Any, weights: Any, rate: Any) -> Any:
            with tf.GradientTape() as tape:
                loss, right = loss_of(tf, judge(x), codes, weights, labels)
            self._optimizer.apply(tape.gradient(loss, self._learnt), rate)
            return loss, right

        codes, numbers = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)
        signature = [given, codes, numbers, tf.TensorSpec([], tf.float32)]
        compiled = partial(tf.function, autograph=False)
        return compiled(step, input_signature=signature), compiled(judge, input_signature=[given])

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        labels = self._training.labels[rows]
        with computing_in(self._precision):
            loss, right = self._step(self._looked_at(rows), labels, self._training.weights[labels], np.float32(rate))
        return float(loss), int(right)

    def seconds_a_picture(self) -> float:
        """What it takes to judge one, once everything is compiled; to learn from one takes `LEARNING` times that."""
        times = []
        for _ in range(4):
            began = time.perf_counter()
            judged = next(self.logits())
            times.append((time.perf_counter() - began) / len(judged))
        return statistics.median(times[1:])  # the first one compiles

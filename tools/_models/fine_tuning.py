"""Training of a pre-trained network's own weights: its last block on cached activations, or all of it on pictures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from tools._models import augmentation
from tools._models.checkpoint import Arrays, part
from tools._models.optimizer import AdamW
from tools._models.runtime import Precision, computing_in, tensorflow
from tools._models.training import Examples, FloatArray, IntArray

RATE_LAST_BLOCK = 1e-3
RATE_ALL = 2e-4
WARM_UP = 0.1
LOOKS = 4  # an epoch at most
LEARNING = 5  # times as long as judging: 4.1 to 4.9 were measured, 6.9 with EfficientNetV2B0
_DECAY = 0.01
_SMOOTHING = 0.1
_JUDGED_AT_ONCE = 64


class FineTuner:
    """A network with a new head on its way.

    Args:
        features: from inputs as they are stored (float16 activations or uint8 pictures) to float32 features.
        weights: all weights that `features` uses, by path; trainable ones are learnt, moving averages stay.
        width: how many features there are.
        looks: the training inputs as they are looked at, where that is not the same each time.
        mirror: whether inputs are pictures that are judged together with what a mirror shows of them.
    """

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
        self._weights = weights
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
            target = tf.one_hot(codes, labels) * (1 - _SMOOTHING) + _SMOOTHING / labels
            with tf.GradientTape() as tape:
                logits = judge(x)
                loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits) * weights)
            self._optimizer.apply(tape.gradient(loss, self._learnt), rate)
            return loss, tf.reduce_sum(tf.cast(tf.argmax(logits, 1, tf.int32) == codes, tf.int32))

        codes, numbers = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)
        signature = [given, codes, numbers, tf.TensorSpec([], tf.float32)]
        compiled = partial(tf.function, autograph=False)
        return compiled(step, input_signature=signature), compiled(judge, input_signature=[given])

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        labels = self._training.labels[rows]
        with computing_in(self._precision):
            loss, right = self._step(self._looked_at(rows), labels, self._training.weights[labels], np.float32(rate))
        return float(loss), int(right)

    def _looked_at(self, rows: IntArray) -> NDArray[Any]:
        if self._looks is not None:
            return self._looks.at(rows)
        return self._training.inputs[rows]

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        for start in range(0, len(self._validation), _JUDGED_AT_ONCE):
            inputs = self._validation.inputs[start : start + _JUDGED_AT_ONCE]
            with computing_in(self._precision):
                seen = self._judge(inputs).numpy()
                if careful and self._mirror:
                    seen = (seen + self._judge(inputs[:, :, ::-1]).numpy()) / 2
            yield seen

    def seconds_a_picture(self) -> float:
        """What it takes to judge one, once everything is compiled; to learn from one takes `LEARNING` times that."""
        times = []
        for _ in range(4):
            began = time.perf_counter()
            judged = next(self.logits())
            times.append((time.perf_counter() - began) / len(judged))
        return statistics.median(times[1:])  # the first one compiles

    def state(self) -> dict[str, FloatArray]:
        return {path: weight.numpy() for path, weight in (self._weights | self._head).items()}

    def restore(self, state: dict[str, FloatArray]) -> None:
        for path, weight in (self._weights | self._head).items():
            weight.assign(state[path])

    def progress(self) -> Arrays:
        arrays: Arrays = {f"optimizer/{name}": value for name, value in self._optimizer.state().items()}
        arrays |= {f"parameters/{name}": value for name, value in self.state().items()}
        if self._looks is not None:
            arrays["looks"] = self._looks.state()
        return arrays

    def resume(self, progress: Arrays) -> None:
        self.restore(part(progress, "parameters/"))
        self._optimizer.restore(part(progress, "optimizer/"))
        if self._looks is not None:
            self._looks.restore(progress["looks"])

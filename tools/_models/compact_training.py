"""Training of Compact: AdamW, varied pictures, dropout, label smoothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.context import Context
from tools._models import augmentation, compact
from tools._models.checkpoint import Arrays, part
from tools._models.optimizer import AdamW
from tools._models.runtime import Precision, computing_in, tensorflow
from tools._models.training import Examples, FloatArray, IntArray

RATE = 3e-3
WARM_UP = 0.17
LOOKS = 4  # an epoch at most, each a different one
_DECAY = 0.01
_DROPOUT = 0.3
_SMOOTHING = 0.1
_JUDGED_AT_ONCE = 128


class CompactLearner:
    """Compact on its way; inputs are uint8 pictures of shape (pictures, height, width, 3)."""

    def __init__(
        self,
        training: Examples,
        validation: Examples,
        random: np.random.Generator,
        context: Context,
        *,
        precision: Precision,
        mirror: bool,
    ) -> None:
        self._tf = tensorflow(context.resources.threads)
        self._training, self._validation = training, validation
        self._random, self._precision, self._mirror = random, precision, mirror
        self._looks = augmentation.Looks(training.inputs, random, mirror=mirror)
        labels = len(training.weights)
        parameters = compact.new_parameters(labels, random)
        self._parameters = {name: self._tf.Variable(value) for name, value in parameters.items()}
        self._learnt = {name: value for name, value in self._parameters.items() if compact.is_learnt(name)}
        self._optimizer = AdamW(self._tf, self._learnt, _DECAY)
        self._step = self._compile_step(labels)
        self._judge = self._compile_judge()

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        pictures = self._looks.at(rows)
        gain, bias = augmentation.jitter(len(rows), self._random)
        kept = (self._random.random((len(rows), compact.FEATURES)) >= _DROPOUT) / np.float32(1 - _DROPOUT)
        labels = self._training.labels[rows]
        weights = self._training.weights[labels]
        with computing_in(self._precision):
            loss, right = self._step(pictures, labels, weights, gain, bias, kept.astype(np.float32), np.float32(rate))
        return float(loss), int(right)

    def _compile_step(self, labels: int) -> Any:
        tf, height, width = self._tf, *self._training.inputs.shape[1:3]
        numbers = tf.TensorSpec([None], tf.float32)

        def step(pictures: Any, codes: Any, weights: Any, gain: Any, bias: Any, kept: Any, rate: Any) -> Any:
            x = compact.scaled(tf, pictures) * gain[:, None, None, None] + bias[:, None, None, None]
            target = tf.one_hot(codes, labels) * (1 - _SMOOTHING) + _SMOOTHING / labels
            with tf.GradientTape() as tape:
                logits, moved = compact.forward(self._parameters, x, kept)
                losses = tf.nn.softmax_cross_entropy_with_logits(target, logits)
                loss = tf.reduce_mean(losses * weights)
            self._optimizer.apply(tape.gradient(loss, list(self._learnt.values())), rate)
            for name, value in moved.items():
                self._parameters[name].assign(value)
            return loss, tf.reduce_sum(tf.cast(tf.argmax(logits, 1, tf.int32) == codes, tf.int32))

        signature = [
            tf.TensorSpec([None, height, width, 3], tf.uint8),
            tf.TensorSpec([None], tf.int32),
            *[numbers] * 3,
            tf.TensorSpec([None, compact.FEATURES], tf.float32),
            tf.TensorSpec([], tf.float32),
        ]
        return tf.function(step, input_signature=signature, autograph=False)

    def _compile_judge(self) -> Any:
        tf = self._tf

        def judge(pictures: Any) -> Any:
            return compact.forward(self._parameters, compact.scaled(tf, pictures))[0]

        pictures = tf.TensorSpec([None, *self._training.inputs.shape[1:]], tf.uint8)
        return tf.function(judge, input_signature=[pictures], autograph=False)

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        for start in range(0, len(self._validation), _JUDGED_AT_ONCE):
            pictures = self._validation.inputs[start : start + _JUDGED_AT_ONCE]
            with computing_in(self._precision):
                seen = self._judge(pictures).numpy()
                if careful and self._mirror:
                    seen = (seen + self._judge(pictures[:, :, ::-1]).numpy()) / 2
            yield seen

    def state(self) -> compact.Arrays:
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def restore(self, state: compact.Arrays) -> None:
        for name, variable in self._parameters.items():
            variable.assign(state[name])

    def progress(self) -> Arrays:
        arrays: Arrays = {f"optimizer/{name}": value for name, value in self._optimizer.state().items()}
        arrays |= {f"parameters/{name}": value for name, value in self.state().items()}
        arrays["mirrored"] = self._looks.state()
        return arrays

    def resume(self, progress: Arrays) -> None:
        self.restore(part(progress, "parameters/"))
        self._optimizer.restore(part(progress, "optimizer/"))
        self._looks.restore(progress["mirrored"])

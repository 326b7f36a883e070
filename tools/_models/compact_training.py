"""Training of Compact: AdamW, varied pictures, dropout, label smoothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.context import Context
from tools._models import augmentation, compact
from tools._models.compiled import Compiled, loss_of
from tools._models.optimizer import AdamW
from tools._models.runtime import Precision, computing_in, tensorflow
from tools._models.training import Examples, IntArray, Showing

RATE = 3e-3
WARM_UP = 0.17
SHOWING = Showing(least=2048, each=4)
"""Each look is a different one. After 10 epochs with 200 real frames a label, three looks recognised 89.6% of 1,200
others, one 79.1%; with 70 a label, four looks 81.7%, two 76.3% (means of three draws)."""
_DECAY = 0.01
_DROPOUT = 0.3


class CompactLearner(Compiled):
    """Compact on its way; inputs are uint8 pictures of shape (pictures, height, width, 3)."""

    judged_at_once = 128

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
        self._variables = {name: self._tf.Variable(value) for name, value in parameters.items()}
        self._learnt = {name: value for name, value in self._variables.items() if compact.is_learnt(name)}
        self._optimizer = AdamW(self._tf, self._learnt, _DECAY)
        self._step = self._compile_step(labels)
        self._judge = self._compile_judge()

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        pictures = self._looked_at(rows)
        augmentation.hide(pictures, self._random)
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
            with tf.GradientTape() as tape:
                logits, moved = compact.forward(self._variables, x, kept)
                loss, right = loss_of(tf, logits, codes, weights, labels)
            self._optimizer.apply(tape.gradient(loss, list(self._learnt.values())), rate)
            for name, value in moved.items():
                self._variables[name].assign(value)
            return loss, right

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
            return compact.forward(self._variables, compact.scaled(tf, pictures))[0]

        pictures = tf.TensorSpec([None, *self._training.inputs.shape[1:]], tf.uint8)
        return tf.function(judge, input_signature=[pictures], autograph=False)

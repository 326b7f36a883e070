"""What learners share whose parameters are variables of TensorFlow: judging, and what a training goes on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools._models import augmentation
from tools._models.checkpoint import Arrays, part
from tools._models.optimizer import AdamW
from tools._models.runtime import Precision, computing_in
from tools._models.training import Examples, FloatArray, IntArray

SMOOTHING = 0.1


class Compiled:
    """A learner but for its steps.

    Attributes:
        _variables: all parameters, by name.
        _judge: the compiled function from inputs to logits.
        _looks: the training inputs as they are looked at, where that is not the same each time.
        _mirror: whether inputs are pictures that are judged together with what a mirror shows of them.
    """

    judged_at_once: int

    _training: Examples
    _validation: Examples
    _variables: Mapping[str, Any]
    _optimizer: AdamW
    _judge: Any
    _looks: augmentation.Looks | augmentation.Copies | None
    _precision: Precision
    _mirror: bool

    def _looked_at(self, rows: IntArray) -> NDArray[Any]:
        """The training inputs `rows`, as they are looked at this time."""
        return self._training.inputs[rows] if self._looks is None else self._looks.at(rows)

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        for start in range(0, len(self._validation), self.judged_at_once):
            inputs = self._validation.inputs[start : start + self.judged_at_once]
            with computing_in(self._precision):
                seen = self._judge(inputs).numpy()
                if careful and self._mirror:
                    seen = (seen + self._judge(inputs[:, :, ::-1]).numpy()) / 2
            yield seen

    def state(self) -> dict[str, FloatArray]:
        return {name: variable.numpy() for name, variable in self._variables.items()}

    def restore(self, state: dict[str, FloatArray]) -> None:
        for name, variable in self._variables.items():
            variable.assign(state[name])

    def progress(self) -> Arrays:
        arrays: Arrays = {f"optimizer/{name}": value for name, value in self._optimizer.state().items()}
        arrays |= {f"parameters/{name}": value for name, value in self.state().items()}
        return arrays if self._looks is None else arrays | {"looks": np.asarray(self._looks.state())}

    def resume(self, progress: Arrays) -> None:
        self.restore(part(progress, "parameters/"))
        self._optimizer.restore(part(progress, "optimizer/"))
        if self._looks is not None:
            self._looks.restore(progress["looks"])


def loss_of(tf: Any, logits: Any, codes: Any, weights: Any, labels: int) -> tuple[Any, Any]:
    """The mean loss of a batch, its targets smoothed, and how many of it were right."""
    target = tf.one_hot(codes, labels) * (1 - SMOOTHING) + SMOOTHING / labels
    losses = tf.nn.softmax_cross_entropy_with_logits(target, logits)
    right = tf.reduce_sum(tf.cast(tf.argmax(logits, 1, tf.int32) == codes, tf.int32))
    return tf.reduce_mean(losses * weights), right

"""The head on frozen features: one dense layer with softmax, trained by Adam as Keras does it, in NumPy.

With features at hand an epoch is a few milliseconds of small matrix products; TensorFlow would spend most of its
time on calling.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tools._models.checkpoint import Arrays
from tools._models.training import Examples, FloatArray, IntArray, Showing, softmax

RATE = 1e-3
SHOWING = Showing(least=512, each=20)  # often, where there are few examples: they cost nothing here
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
_JUDGED_AT_ONCE = 4096


class HeadLearner:
    """A dense layer on its way; inputs are float32 features of shape (examples, features)."""

    def __init__(self, training: Examples, validation: Examples, random: np.random.Generator) -> None:
        self._training, self._validation = training, validation
        features, labels = training.inputs.shape[1], len(training.weights)
        limit = math.sqrt(6 / (features + labels))  # glorot_uniform
        self._kernel = random.uniform(-limit, limit, (features, labels)).astype(np.float32)
        self._bias = np.zeros(labels, np.float32)
        self._parameters = (self._kernel, self._bias)
        self._first = [np.zeros_like(value) for value in self._parameters]
        self._second = [np.zeros_like(value) for value in self._parameters]
        self._steps = 0

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        x, labels = self._training.inputs[rows], self._training.labels[rows]
        weights, own = self._training.weights[labels], (np.arange(len(rows)), labels)
        error = softmax(x @ self._kernel + self._bias)
        loss = float((-np.log(np.maximum(error[own], 1e-12)) * weights).mean())
        right = int((error.argmax(1) == labels).sum())
        error[own] -= 1
        error *= weights[:, None] / np.float32(len(rows))
        self._adam((x.T @ error, error.sum(0)), rate)
        return loss, right

    def _adam(self, gradients: tuple[FloatArray, FloatArray], rate: float) -> None:
        self._steps += 1
        step = rate * math.sqrt(1 - _BETA_2**self._steps) / (1 - _BETA_1**self._steps)
        for value, gradient, first, second in zip(self._parameters, gradients, self._first, self._second, strict=True):
            first += (1 - _BETA_1) * (gradient - first)
            second += (1 - _BETA_2) * (gradient * gradient - second)
            value -= np.float32(step) * first / (np.sqrt(second) + np.float32(_EPSILON))

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        for start in range(0, len(self._validation), _JUDGED_AT_ONCE):
            yield self._validation.inputs[start : start + _JUDGED_AT_ONCE] @ self._kernel + self._bias

    def state(self) -> dict[str, FloatArray]:
        return {"head/kernel": self._kernel.copy(), "head/bias": self._bias.copy()}

    def restore(self, state: dict[str, FloatArray]) -> None:
        self._kernel[:], self._bias[:] = state["head/kernel"], state["head/bias"]

    def progress(self) -> Arrays:
        return {name: value.copy() for name, value in self._everything.items()} | {"steps": np.array(self._steps)}

    def resume(self, progress: Arrays) -> None:
        for name, value in self._everything.items():
            value[:] = progress[name]
        self._steps = int(progress["steps"])

    @property
    def _everything(self) -> dict[str, FloatArray]:
        groups = {"parameters": self._parameters, "first": self._first, "second": self._second}
        return {f"{group}/{index}": value for group, values in groups.items() for index, value in enumerate(values)}

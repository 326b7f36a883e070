"""AdamW over a set of TensorFlow variables, in fused kernels: Adam as Keras has it, with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7


class AdamW:
    """The optimizer of `variables`.

    Args:
        tf: the module.
        variables: what to optimize, by name.
        decay: the part of each kernel that is taken off a step, times the learning rate; other variables keep theirs.
    """

    def __init__(self, tf: Any, variables: Mapping[str, Any], decay: float) -> None:
        self._tf = tf
        self._variables = dict(variables)
        self._decay = decay
        self._first = {name: tf.Variable(tf.zeros_like(value)) for name, value in variables.items()}
        self._second = {name: tf.Variable(tf.zeros_like(value)) for name, value in variables.items()}
        self._power_1 = tf.Variable(_BETA_1)
        self._power_2 = tf.Variable(_BETA_2)

    @property
    def _slots(self) -> dict[str, Any]:
        moments = (("first", self._first), ("second", self._second))
        slots = {f"{moment}/{name}": slot for moment, of_all in moments for name, slot in of_all.items()}
        return slots | {"power_1": self._power_1, "power_2": self._power_2}

    def state(self) -> dict[str, Any]:
        """A copy of what it remembers of earlier steps, arrays by name."""
        return {name: np.asarray(slot.numpy()) for name, slot in self._slots.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to `state`."""
        for name, slot in self._slots.items():
            slot.assign(state[name])

    def apply(self, gradients: Sequence[Any], rate: Any) -> None:
        """Take a step; `gradients` in the order of the variables, `rate` a scalar. Call it inside a `tf.function`."""
        for (name, variable), gradient in zip(self._variables.items(), gradients, strict=True):
            if self._decay and name.endswith("kernel"):
                variable.assign_sub(rate * self._decay * variable)
            self._tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=self._first[name].handle,
                v=self._second[name].handle,
                beta1_power=self._power_1,
                beta2_power=self._power_2,
                lr=rate,
                beta1=_BETA_1,
                beta2=_BETA_2,
                epsilon=_EPSILON,
                grad=gradient,
            )
        self._power_1.assign(self._power_1 * _BETA_1)
        self._power_2.assign(self._power_2 * _BETA_2)

"""The training loop: epochs, learning rate, the best state kept, early stopping. What learns is a `Learner`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.context import Context
from engine.errors import ToolError
from tools._models.checkpoint import Arrays, Checkpoint, Notes, Snapshot, same_shapes
from tools._models.rows import Stored
from tools._models.runtime import versions

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float32]
Epoch = dict[str, float]
"""One line of the history: loss, accuracy, val_loss, val_accuracy, and where labels count alike val_recall."""
_ON_REQUEST = "stopped on request"


@dataclass(frozen=True)
class Examples:
    """What is learnt from: `inputs` of shape (examples, ...), the code of each one's label, how much each label counts.

    Attributes:
        weights: one weight a label, float32.
        pictures: uint8 of shape (examples, height, width, 3), where they are wanted beside the inputs and are few.
    """

    inputs: Stored
    labels: IntArray
    weights: FloatArray
    pictures: Stored | None = None

    def __len__(self) -> int:
        return len(self.labels)


class Learner(Protocol):
    """Something with parameters that a batch of examples improves."""

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        """Take one step along the training examples `rows`; the mean loss and how many were right, before it."""
        ...

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        """The logits of the validation examples, in order, a part at a time (parts take well under a second).

        `careful`: as Predict will compute them, mirrored pictures included.
        """
        ...

    def state(self) -> dict[str, FloatArray]:
        """A copy of all parameters."""
        ...

    def restore(self, state: dict[str, FloatArray]) -> None:
        """Go back to `state`."""
        ...

    def progress(self) -> Arrays:
        """A copy of everything that the next step depends on: parameters, optimizer, looks. Random numbers aside."""
        ...

    def resume(self, progress: Arrays) -> None:
        """Go back to `progress`, of this or of an equal learner."""
        ...


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        epochs: passes over the training examples, at most.
        batch_size: examples a step; fewer where there are not so many.
        rate: the learning rate at a point of the training between 0 and 1.
        patience: epochs without a higher accuracy or a lower loss before training stops, or None.
        looks: how often an epoch shows each example (more than once where there are few and they are varied).
        alike: whether the best epoch is that of the highest recall, the mean of the labels, instead of accuracy: with
            a thousand of one label and ten of another, the most accurate epoch may be one that knows the first alone.
    """

    epochs: int
    batch_size: int
    rate: Callable[[float], float]
    patience: int | None = None
    looks: int = 1
    alike: bool = False


@dataclass(frozen=True)
class Showing:
    """How often an epoch shows each example: more than once where they are few, or it would be a matter of few steps.

    Attributes:
        least: looks that an epoch should have in all; at least 16 steps.
        each: how often it shows one example at most.
    """

    least: int
    each: int

    def looks(self, examples: int, batch_size: int) -> int:
        """How often it shows each of so many examples."""
        return min(self.each, math.ceil(max(self.least, 16 * batch_size) / examples))


@dataclass
class Outcome:
    """What a training gave.

    Attributes:
        state: the best state.
        history: one line an epoch.
        best: the epoch of the best state, counted from 1.
        stopped: why it ended before its time, or empty.
    """

    state: dict[str, FloatArray] = field(default_factory=dict)
    history: list[Epoch] = field(default_factory=list)
    best: int = 0
    stopped: str = ""
    seconds: float = 0.0

    @property
    def on_request(self) -> bool:
        """Whether it ended because the user wanted what was learnt so far."""
        return self.stopped.startswith(_ON_REQUEST)


def constant(rate: float) -> Callable[[float], float]:
    """The same learning rate throughout."""
    return lambda _: rate


def warm_up_and_cosine(peak: float, warm_up: float) -> Callable[[float], float]:
    """A learning rate that rises in a line over the first part `warm_up`, then falls along a cosine to 0."""

    def rate(at: float) -> float:
        if at < warm_up:
            return peak * at / warm_up
        return peak * 0.5 * (1 + math.cos(math.pi * (at - warm_up) / (1 - warm_up)))

    return rate


def train(
    learner: Learner,
    training: Examples,
    validation: Examples,
    plan: Plan,
    random: np.random.Generator,
    context: Context,
) -> Outcome:
    """Train until the epochs are over, nothing gets better, or the user wants what is learnt so far.

    Set aside every few seconds; goes on where a run that was killed stood, to the very same end.

    Leaves the learner in the best state: that of the epoch with the highest validation accuracy (or recall, as the
    plan says), then lowest loss.

    Raises:
        Cancelled: the run was cancelled.
        ToolError: the loss left the numbers.
    """
    checkpoint = Checkpoint(context)
    outcome = _begin(learner, plan, random, context, checkpoint)
    began = time.monotonic() - outcome.seconds
    while len(outcome.history) < plan.epochs:
        outcome.stopped = _reason_to_stop(outcome, plan, context)
        if outcome.stopped:
            context.info(f"Training {outcome.stopped}; the model is that of epoch {outcome.best}.")
            break
        epoch = len(outcome.history) + 1
        measured = _pass(learner, training, plan, epoch, random, context)
        measured |= _validate(learner, validation, context, alike=plan.alike)
        _refuse_divergence(measured, epoch)
        outcome.history.append(measured)
        context.epoch(epoch, plan.epochs, measured)
        if _better(measured, outcome):
            outcome.best, outcome.state = epoch, learner.state()
        outcome.seconds = time.monotonic() - began
        if not context.finish_now:  # which may have cut this epoch short
            checkpoint.save(partial(_snapshot, outcome, learner, random))
    learner.restore(outcome.state)
    return outcome


def _begin(
    learner: Learner, plan: Plan, random: np.random.Generator, context: Context, checkpoint: Checkpoint
) -> Outcome:
    """The start of a training, or the point at which an earlier run of it was interrupted."""

    def fits(found: Snapshot) -> bool:
        return len(found.notes.history) <= plan.epochs and same_shapes(found.learner, learner.progress())

    found = checkpoint.load(fits)
    if found is None:
        return Outcome()
    learner.resume(found.learner)
    random.bit_generator.state = found.notes.random
    notes = found.notes
    done = len(notes.history)
    context.info(
        f"Training goes on at epoch {done + 1} of {plan.epochs}, where it was interrupted."
        if done < plan.epochs
        else f"All {plan.epochs} epochs were done before the interruption."
    )
    return Outcome(found.state, notes.history, notes.best, seconds=notes.seconds)


def _snapshot(outcome: Outcome, learner: Learner, random: np.random.Generator) -> Snapshot:
    notes = Notes(
        history=outcome.history,
        best=outcome.best,
        seconds=outcome.seconds,
        random=dict(random.bit_generator.state),
        versions=versions(),
    )
    return Snapshot(notes, learner.progress(), outcome.state)


def _reason_to_stop(outcome: Outcome, plan: Plan, context: Context) -> str:
    """Why to stop before the epochs are over, or nothing; there is at least one."""
    epoch = len(outcome.history)
    if epoch and context.finish_now:
        return f"{_ON_REQUEST} after epoch {epoch}"
    if epoch and plan.patience is not None and epoch - _improved(outcome) >= plan.patience:
        return f"stopped after epoch {epoch}: nothing got better since epoch {_improved(outcome)}"
    return ""


def _improved(outcome: Outcome) -> int:
    """The last epoch that was the best yet, or had the lowest loss yet: with few pictures accuracy moves in jumps."""
    losses = [epoch["val_loss"] for epoch in outcome.history]
    return max(outcome.best, losses.index(min(losses)) + 1)


def _refuse_divergence(measured: Epoch, epoch: int) -> None:
    if not all(math.isfinite(value) for value in measured.values()):
        raise ToolError(
            f"Training diverged in epoch {epoch}: the loss is no longer a number.",
            hint="Set a lower `learning_rate`, or leave it out.",
            setting="learning_rate",
        )


def _better(measured: Epoch, outcome: Outcome) -> bool:
    if not outcome.history or not outcome.best:
        return True
    return _score(measured) > _score(outcome.history[outcome.best - 1])


def _score(epoch: Epoch) -> tuple[float, float]:
    return epoch.get("val_recall", epoch["val_accuracy"]), -epoch["val_loss"]


def _pass(
    learner: Learner, training: Examples, plan: Plan, epoch: int, random: np.random.Generator, context: Context
) -> Epoch:
    batches = shuffled(len(training), plan, random)
    loss, right, seen = 0.0, 0, 0
    for index, rows in enumerate(batches):
        at = (epoch - 1 + (index + 0.5) / len(batches)) / plan.epochs  # the middle, so that a single step counts
        context.progress(at, f"epoch {epoch} of {plan.epochs}, {index + 1} of {len(batches)} batches")
        batch_loss, batch_right = learner.learn(rows, plan.rate(at))
        loss, right, seen = loss + batch_loss * len(rows), right + batch_right, seen + len(rows)
        if context.finish_now:
            break
    return {"loss": loss / seen, "accuracy": right / seen}


def shuffled(count: int, plan: Plan, random: np.random.Generator) -> list[IntArray]:
    """The batches of an epoch: every example `plan.looks` times, in a new order, in batches of even size.

    Even, because the statistics of a last batch of one or two examples would throw a batch-normalised network off.
    """
    order = np.concatenate([random.permutation(count) for _ in range(plan.looks)]).astype(np.int32)
    return np.array_split(order, math.ceil(len(order) / plan.batch_size))


def _validate(learner: Learner, validation: Examples, context: Context, *, alike: bool) -> Epoch:
    loss, start, right = 0.0, 0, np.zeros(len(validation.weights), np.int64)
    for logits in learner.logits():
        context.check()
        labels = validation.labels[start : start + len(logits)]
        loss += float(cross_entropy(logits, labels).sum())
        right += np.bincount(labels[logits.argmax(1) == labels], minlength=len(right))
        start += len(logits)
    measured = {"val_loss": loss / start, "val_accuracy": int(right.sum()) / start}
    if alike:
        there = np.bincount(validation.labels, minlength=len(right))
        measured["val_recall"] = float((right[there > 0] / there[there > 0]).mean())
    return measured


def cross_entropy(logits: FloatArray, labels: IntArray) -> FloatArray:
    """The loss of each example, shape (examples,)."""
    shifted = logits - logits.max(1, keepdims=True)
    picked: FloatArray = shifted[np.arange(len(labels)), labels]
    losses: FloatArray = np.log(np.exp(shifted).sum(1)) - picked
    return losses


def softmax(logits: FloatArray) -> FloatArray:
    """Probabilities, each row adding up to 1."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    probabilities: FloatArray = powers / powers.sum(1, keepdims=True)
    return probabilities

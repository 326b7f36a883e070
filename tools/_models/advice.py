"""What the figures of a training say, in sentences: what happened, and what would help."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tools._models.evaluation import Evaluation
from tools._models.recipes import COMPACT
from tools._models.training import Outcome

_FEW = 100  # training pictures a label, below which Compact was behind a pre-trained network on real frames
_MANY = 500  # and above which it was ahead of a frozen one
_UNEQUAL = 3.0  # times as many pictures of one label as of another
_WEAK = 0.15  # recall of a label below the mean


def beforehand(model: str, part: str, codes: NDArray[np.int32], labels: list[str], *, balanced: bool) -> Iterator[str]:
    """Sentences on what suits these pictures, for before the training.

    Args:
        model, part: what is to be trained: a model's name; head, last_block or all of it.
        codes: the labels of the training examples.
        balanced: whether rare labels count more.
    """
    counts = np.bincount(codes, minlength=len(labels))
    yield from _choice(model, part, int(counts.min()), labels[int(counts.argmin())])
    yield from _balance(counts, labels, balanced)


def afterwards(outcome: Outcome, evaluation: Evaluation) -> Iterator[str]:
    """Sentences on what the training shows, the most telling first."""
    yield curves(outcome)
    yield from _weakest(evaluation)


def curves(outcome: Outcome) -> str:
    """What the curves say of whether it learnt enough, too much, or what there was to learn."""
    history, last = outcome.history, outcome.history[-1]
    validation_losses = [epoch["val_loss"] for epoch in history]
    lowest = int(np.argmin(validation_losses))
    gap = last["accuracy"] - last["val_accuracy"]
    if gap > 0.03 and validation_losses[-1] > 1.1 * validation_losses[lowest]:
        return (
            f"Since epoch {lowest + 1} it has learnt the training pictures by heart: their loss keeps falling while "
            "that of the validation pictures rises. More, or more varied, pictures would help; more epochs would not."
        )
    learning = lowest == len(history) - 1 and _still_falling([epoch["loss"] for epoch in history])
    if len(history) < 3 or learning or _still_falling(validation_losses):
        return "It had not yet learnt all it can: the validation loss was still falling. More epochs should help."
    if gap > 0.1:
        return (
            f"It is right on {last['accuracy']:.0%} of the training pictures, but on {last['val_accuracy']:.0%} of the "
            "others: it has learnt what is special to the former. More, or more varied, pictures would help."
        )
    return "The curves have flattened: it has learnt what this model learns from these pictures."


def _still_falling(losses: list[float]) -> bool:
    """Whether the last quarter of the epochs still brought the loss down by more than a tenth."""
    part = max(1, len(losses) // 4)
    if part == len(losses):
        return True
    return min(losses[-part:]) < 0.9 * min(losses[:-part])


def _choice(model: str, part: str, fewest: int, label: str) -> Iterator[str]:
    if model == COMPACT and fewest < _FEW:
        yield (
            f"{label} has only {fewest:,} training pictures. Compact learns from your pictures alone; with so few, a "
            "pre-trained model with `train: last_block` or `all` is more accurate."
        )
    if model != COMPACT and part == "head" and fewest >= _MANY:
        yield (
            f"There are at least {fewest:,} training pictures of every label: with so many, `train: last_block`, or "
            "Compact with 30 epochs, is usually more accurate than a new head alone."
        )


def _balance(counts: NDArray[np.int64], labels: list[str], balanced: bool) -> Iterator[str]:
    most, fewest = int(counts.argmax()), int(counts.argmin())
    if not balanced and counts[most] >= _UNEQUAL * counts[fewest]:
        yield (
            f"{labels[most]} has {counts[most] / counts[fewest]:.0f} times as many training pictures as "
            f"{labels[fewest]}; with `class_weights` rare labels count as much as frequent ones."
        )


def _weakest(evaluation: Evaluation) -> Iterator[str]:
    rows = [row for row in evaluation.rows[:-1] if row["support"]]
    weakest = min(rows, key=lambda row: float(row["recall"]))
    if weakest["recall"] < evaluation.overall["recall"] - _WEAK:
        yield f"{weakest['label']} is recognised least often ({weakest['recall']:.0%}): its pictures are worth a look."

"""What the figures of a training say, in sentences: what happened, and what would help."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import listed
from tools._models.evaluation import Evaluation
from tools._models.labels import plain
from tools._models.recipes import COMPACT
from tools._models.training import Outcome

_TOO_FEW = 5  # training pictures of a label, below which hardly any model learns it
_FEW = 100  # and below which Compact was behind a pre-trained network on real frames
_MANY = 500  # and above which it was ahead of a frozen one
_AGAIN = 0.02  # of the validation pictures: so many may come twice by chance, as still frames do
_UNEQUAL = 3.0  # times as many pictures of one label as of another
_WEAK = 0.15  # recall of a label below the mean
_TELLING = 5  # validation pictures of a label, below which its recall is a matter of luck
_ENOUGH = 3  # epochs, from which on there is something to be said
_ALL, _BY_HEART, _LEARNT = 0.995, 0.97, 0.95  # accuracy on the training pictures


def beforehand(
    model: str, part: str, training: NDArray[np.int32], validation: NDArray[np.int32], labels: list[str], balanced: bool
) -> Iterator[str]:
    """Sentences on what suits these pictures, for before the training.

    Args:
        model, part: what is to be trained: a model's name; head, last_block or all of it.
        training, validation: the labels of the examples.
        balanced: whether rare labels count more.
    """
    if len(validation) > len(training):
        yield (
            f"There are more pictures to judge by (V has {len(validation):,}) than to learn from (T has "
            f"{len(training):,}): are the two wires exchanged?"
        )
    yield from _alike(labels)
    counts, judged = (np.bincount(codes, minlength=len(labels)) for codes in (training, validation))
    scarce = [label for label, count in zip(labels, counts, strict=True) if count < _TOO_FEW]
    if scarce:
        yield (
            f"Fewer than {_TOO_FEW} training pictures show {listed(scarce, 4)}: hardly any model learns from so few. "
            "Add pictures, or filter them out."
        )
    else:
        yield from _choice(model, part, int(counts.min()), labels[int(counts.argmin())])
    yield from _balance(counts, labels, balanced)
    unseen = [label for label, count in zip(labels, judged, strict=True) if not count]
    if unseen:
        yield f"No validation picture shows {listed(unseen, 4)}: nothing here says how well that is recognised."


def again(training: Sequence[int], validation: Sequence[int]) -> Iterator[str]:
    """A sentence on pictures that are in both, which are known by equal numbers, if more than a few are."""
    count = int(np.isin(np.asarray(validation, np.uint64), np.asarray(training, np.uint64)).sum())
    if count > _AGAIN * len(validation):
        yield (
            f"{count:,} of the {len(validation):,} validation pictures are among the training pictures too: pictures "
            "that are new to it will be recognised less often."
        )


def afterwards(
    model: str, part: str, outcome: Outcome, evaluation: Evaluation, training: NDArray[np.int32]
) -> Iterator[str]:
    """Sentences on what the training shows, the most telling first; arguments as of `beforehand`."""
    eased = model == COMPACT or part != "head"
    if _off(outcome, len(evaluation.labels)):
        yield "It is further off than guessing would be: the learning rate is too high. Set a lower `learning_rate`."
        return
    yield curves(outcome, evaluation.overall["accuracy"], eased=eased)
    if len(outcome.history) >= _ENOUGH:
        yield from _weakest(evaluation, np.bincount(training, minlength=len(evaluation.labels)))


def _off(outcome: Outcome, labels: int) -> bool:
    """Whether the loss is clearly above that of giving every label the same probability, however long it learnt."""
    return len(outcome.history) >= _ENOUGH and outcome.history[-1]["loss"] > 1.5 * math.log(labels)


def curves(outcome: Outcome, accuracy: float, *, eased: bool) -> str:
    """What the curves say of whether it learnt enough, too much, or what there was to learn.

    Args:
        accuracy: of the model, which is that of the best epoch, on the validation pictures.
        eased: whether the learning rate falls to nothing over the epochs, so that curves flatten whatever was learnt.
    """
    history, last = outcome.history, outcome.history[-1]
    losses = [epoch["val_loss"] for epoch in history]
    lowest = int(np.argmin(losses))
    learnt = history[outcome.best - 1]["accuracy"]
    gap = learnt - accuracy
    if len(history) < _ENOUGH:
        return f"{_epochs(len(history))} hardly enough to learn all it can. More epochs should help."
    if gap > 0.03 and last["accuracy"] > _LEARNT and losses[-1] > 1.1 * losses[lowest]:
        return (
            f"Since epoch {lowest + 1} it has learnt the training pictures by heart: their loss keeps falling while "
            "that of the validation pictures rises. More, or more varied, pictures would help; more epochs would not."
        )
    learning = lowest == len(history) - 1 and _still_falling([epoch["loss"] for epoch in history])
    unfinished = learning or _still_falling(losses)
    if gap > 0.1 and (last["accuracy"] > _BY_HEART or not unfinished):
        return (
            f"It is right on {learnt:.0%} of the training pictures, but on {accuracy:.0%} of the others: it has learnt "
            "what is special to the former. More, or more varied, pictures would help."
        )
    if outcome.on_request and (last["accuracy"] < _LEARNT or (eased and learnt < _ALL)):
        return f"It was stopped when it was right on {learnt:.0%} of the training pictures. More epochs should help."
    if unfinished:
        return "It had not yet learnt all it can: the validation loss was still falling. More epochs should help."
    if last["accuracy"] < _LEARNT and (eased or outcome.stopped):
        return _cut_short(last["accuracy"], outcome.stopped)
    return "The curves have flattened: it has learnt what this model learns from these pictures."


def _epochs(count: int) -> str:
    return f"{count} epochs are" if count > 1 else "One epoch is"


def _cut_short(accuracy: float, stopped: str) -> str:
    why = "it was stopped" if stopped else "its learning rate had fallen to nothing"
    return (
        f"It is right on {accuracy:.0%} even of the training pictures: {why} before it had learnt them. "
        f"More epochs{', and a longer wait before it stops early,' if stopped else ''} should help."
    )


def _still_falling(losses: list[float]) -> bool:
    """Whether the last quarter of the epochs still brought the loss down by more than a tenth."""
    part = max(1, len(losses) // 4)
    return min(losses[-part:]) < 0.9 * min(losses[:-part])


def _alike(labels: list[str]) -> Iterator[str]:
    written: dict[str, list[str]] = {}
    for label in labels:
        written.setdefault(plain(label), []).append(f"'{label}'")
    twice = [" and ".join(ways) for ways in written.values() if len(ways) > 1]
    if twice:
        yield (
            f"Labels that differ only in capitals or spaces are different labels here: {listed(twice, 3)}. "
            "Where they mean the same, let Data Cleansing make them one."
        )


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


def _weakest(evaluation: Evaluation, counts: NDArray[np.int64]) -> Iterator[str]:
    rows = [row for row in evaluation.rows[:-1] if row["support"] >= _TELLING]
    weakest = min(rows, key=lambda row: float(row["recall"]), default=None)
    if weakest and weakest["recall"] < evaluation.overall["recall"] - _WEAK:
        told = f"recognised least often ({weakest['recall']:.0%})" if weakest["recall"] else "never recognised"
        count = int(counts[evaluation.labels.index(weakest["label"])])
        rare = counts.max() >= _UNEQUAL * count
        why = f"only {count:,} training pictures show it" if rare else "its pictures are worth a look"
        yield f"{weakest['label']} is {told}: {why}."

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tools._models.advice import afterwards, again, beforehand, curves
from tools._models.evaluation import evaluate
from tools._models.training import Outcome

FLAT = Outcome(history=[{"loss": 0.2, "accuracy": 0.93, "val_loss": 0.3, "val_accuracy": 0.9}] * 8, best=3)


def outcome(losses: list[float], accuracy: float = 0.9, val_accuracy: float = 0.9) -> Outcome:
    history = [{"loss": 0.1, "accuracy": accuracy, "val_loss": loss, "val_accuracy": val_accuracy} for loss in losses]
    return Outcome(history=history, best=len(history))


@pytest.mark.parametrize(
    ("trained", "said"),
    [
        (outcome([1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]), "not yet learnt all it can"),
        (outcome([1]), "One epoch is hardly enough"),
        (outcome([1, 0.5]), "2 epochs are hardly enough"),
        (outcome([1, 0.5, 0.4, 0.6, 0.8], accuracy=0.99), "Since epoch 3 it has learnt the training pictures by heart"),
        (outcome([0.4] * 8, accuracy=1.0, val_accuracy=0.7), "right on 100% of the training pictures, but on 70%"),
        (outcome([0.9, 0.8, 0.7, 0.5], accuracy=1.0, val_accuracy=0.7), "right on 100% of the training pictures"),
        (outcome([0.5, 0.4, 0.6, 0.7, 0.6], accuracy=0.76, val_accuracy=0.72), "flattened"),
        (FLAT, "flattened"),
    ],
)
def test_reads_the_curves(trained: Outcome, said: str) -> None:
    assert said in curves(trained, trained.history[-1]["val_accuracy"], eased=False)


def test_tells_of_the_epoch_that_was_kept() -> None:
    best = {"loss": 0.1, "accuracy": 0.96, "val_loss": 0.4, "val_accuracy": 0.8}
    trained = replace(outcome([0.4] * 8, accuracy=1.0, val_accuracy=0.7), best=2)
    trained.history[1] = best
    assert "right on 96% of the training pictures, but on 81%" in curves(trained, 0.81, eased=False)


def test_curves_flatten_too_where_the_learning_rate_does() -> None:
    assert "learning rate had fallen to nothing before it had learnt" in curves(FLAT, 0.9, eased=True)
    early = replace(FLAT, stopped="stopped after epoch 8")
    assert "it was stopped before it had learnt" in curves(early, 0.9, eased=False)
    asked = replace(FLAT, stopped="stopped on request after epoch 8")
    assert "It was stopped when it was right on 93%" in curves(asked, 0.9, eased=False)
    knows = replace(outcome([0.4] * 8, accuracy=0.98, val_accuracy=0.95), stopped=asked.stopped)
    assert "It was stopped when it was right on 98%" in curves(knows, 0.95, eased=True)
    knows = replace(outcome([0.4] * 8, accuracy=1.0, val_accuracy=0.95), stopped=asked.stopped)
    assert "flattened" in curves(knows, 0.95, eased=True)
    assert "flattened" in curves(outcome([0.4] * 8, accuracy=0.98, val_accuracy=0.95), 0.95, eased=True)


def told(
    model: str = "Compact",
    part: str = "head",
    counts: tuple[int, int] = (200, 200),
    judged: tuple[int, int] = (50, 50),
    balanced: bool = False,
) -> str:
    training, validation = (np.repeat(np.arange(2, dtype=np.int32), each) for each in (counts, judged))
    return " ".join(beforehand(model, part, training, validation, ["bart", "lisa"], balanced))


def test_few_pictures_want_a_pretrained_model() -> None:
    assert "lisa has only 20 training pictures" in told(counts=(30, 20))
    assert "only" not in told()
    assert "only" not in told("MobileNet", counts=(30, 20))


def test_hardly_any_model_learns_from_a_picture_or_two() -> None:
    said = told("MobileNet", counts=(30, 1))
    assert "Fewer than 5 training pictures show lisa" in said
    assert "pre-trained" not in told(counts=(30, 1))


def test_pictures_that_are_in_both() -> None:
    assert [*again(range(100), range(90, 290))] == [
        "10 of the 200 validation pictures are among the training pictures too: pictures that are new to it will be "
        "recognised less often."
    ]
    assert not [*again(range(100), range(99, 299))]
    assert not [*again(range(100), range(100, 200))]


def test_more_to_judge_by_than_to_learn_from() -> None:
    assert "V has 500) than to learn from (T has 60): are the two wires exchanged?" in told(
        counts=(30, 30), judged=(250, 250)
    )
    assert "exchanged" not in told(counts=(30, 30), judged=(30, 30))


def test_labels_that_look_alike() -> None:
    codes = np.repeat(np.arange(4, dtype=np.int32), 9)
    said = " ".join(beforehand("Compact", "head", codes, codes, ["Bart", "bart ", "lisa", "marge"], False))
    assert "differ only in capitals or spaces are different labels here: 'Bart' and 'bart '. Where" in said
    assert "differ only" not in told()


def test_a_label_that_nothing_judges() -> None:
    assert "No validation picture shows lisa" in told(judged=(50, 0))


def test_many_pictures_want_more_than_a_head() -> None:
    assert "at least 600 training pictures" in told("MobileNet", counts=(700, 600))
    assert "at least" not in told("MobileNet", "last_block", counts=(700, 600))


def test_unequal_labels_want_weights() -> None:
    assert "bart has 4 times as many training pictures as lisa" in told(counts=(800, 200))
    assert "class_weights" not in told(counts=(800, 200), balanced=True)


def test_a_learning_rate_that_is_too_high() -> None:
    truth = np.repeat(np.arange(2, dtype=np.int32), 6)
    evaluation = evaluate(["bart", "lisa"], truth, np.eye(2, dtype=np.float32)[truth * 0])  # never lisa
    losses = [{**epoch, "loss": loss} for epoch, loss in zip(FLAT.history, [70, 20, 8, 6], strict=False)]
    (said,) = afterwards("Compact", "head", Outcome(history=losses, best=3), evaluation, truth)
    assert said.endswith("Set a lower `learning_rate`.")


def test_two_epochs_say_nothing_of_a_label() -> None:
    truth = np.repeat(np.arange(2, dtype=np.int32), 6)
    evaluation = evaluate(["bart", "lisa"], truth, np.eye(2, dtype=np.float32)[truth * 0])
    assert len([*afterwards("Compact", "head", outcome([1, 0.9]), evaluation, truth)]) == 1


@pytest.mark.parametrize(
    ("right", "of", "learnt", "said"),
    [
        (3, 6, 60, ["lisa is recognised least often (50%): its pictures are worth a look."]),
        (0, 6, 60, ["lisa is never recognised: its pictures are worth a look."]),
        (3, 6, 20, ["lisa is recognised least often (50%): only 20 training pictures show it."]),
        (1, 2, 60, []),  # a matter of luck
    ],
)
def test_names_the_weakest_label(right: int, of: int, learnt: int, said: list[str]) -> None:
    truth = np.repeat(np.arange(2, dtype=np.int32), [6, of])
    guessed = np.repeat(np.array([0, 1]), [6 + of - right, right])
    evaluation = evaluate(["bart", "lisa"], truth, np.eye(2, dtype=np.float32)[guessed])
    training = np.repeat(np.arange(2, dtype=np.int32), [60, learnt])
    assert [*afterwards("MobileNet", "head", FLAT, evaluation, training)][1:] == said

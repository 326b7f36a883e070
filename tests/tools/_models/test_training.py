from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from engine.context import Context, Resources
from engine.errors import ToolError
from tools._models.checkpoint import Arrays
from tools._models.head import RATE, HeadLearner
from tools._models.training import (
    Examples,
    FloatArray,
    IntArray,
    Plan,
    Showing,
    constant,
    cross_entropy,
    shuffled,
    softmax,
    train,
    warm_up_and_cosine,
)

EXAMPLES = Examples(np.zeros((4, 1), np.float32), np.array([0, 1, 0, 1], np.int32), np.ones(2, np.float32))


class Scripted:
    """Learns nothing: is right about as many validation examples as the script says for each epoch.

    Args:
        sure: how sure it is of everything in each epoch; the same throughout, if left out.
    """

    def __init__(self, *right: int, sure: Sequence[float] = ()) -> None:
        self.right = list(right)
        self.sure = sure or [1.0] * len(right)
        self.epoch = -1
        self.now = 0

    def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
        return 1.0, len(rows)

    def logits(self, careful: bool = False) -> Iterator[FloatArray]:
        self.epoch += 1
        self.now = self.right[self.epoch]
        guessed = np.where(np.arange(4) < self.now, EXAMPLES.labels, 1 - EXAMPLES.labels)
        yield np.eye(2, dtype=np.float32)[guessed] * np.float32(self.sure[self.epoch])

    def state(self) -> dict[str, FloatArray]:
        return {"right": np.array(self.now, np.float32)}

    def restore(self, state: dict[str, FloatArray]) -> None:
        self.now = int(state["right"])

    def progress(self) -> Arrays:
        return {"epoch": np.array(self.epoch)}

    def resume(self, progress: Arrays) -> None:
        self.epoch = int(progress["epoch"])


def trained(learner: Scripted, epochs: int, patience: int | None = None) -> tuple[Scripted, int, int]:
    plan = Plan(epochs, 4, constant(0.1), patience)
    context = Context("node", Resources(), {}, {})
    outcome = train(learner, EXAMPLES, EXAMPLES, plan, np.random.default_rng(0), context)
    return learner, outcome.best, len(outcome.history)


def test_keeps_the_best_epoch() -> None:
    learner, best, epochs = trained(Scripted(1, 3, 2), 3)
    assert (learner.now, best, epochs) == (3, 2, 3)


def test_stops_early() -> None:
    learner, best, epochs = trained(Scripted(1, 3, 2, 2, 4), 5, patience=2)
    assert (learner.now, best, epochs) == (3, 2, 4)


def test_goes_on_while_the_loss_still_falls() -> None:
    _, best, epochs = trained(Scripted(3, 3, 3, 3, 3, sure=[5, 1, 4, 1.5, 6]), 5, patience=2)
    assert (best, epochs) == (2, 4)


def test_the_best_epoch_where_labels_count_alike() -> None:
    class Guesser(Scripted):
        """Takes all for the frequent label at first; then knows the rare one, and half of the others."""

        def logits(self, careful: bool = False) -> Iterator[FloatArray]:
            self.epoch += 1
            yield np.eye(2, dtype=np.float32)[[[0, 0, 0, 0], [0, 1, 1, 1]][self.epoch]]

    examples = Examples(EXAMPLES.inputs, np.array([0, 0, 0, 1], np.int32), np.ones(2, np.float32))
    context = Context("node", Resources(), {}, {})
    best = {}
    for alike in (False, True):
        plan = Plan(2, 4, constant(0.1), alike=alike)
        outcome = train(Guesser(), examples, examples, plan, np.random.default_rng(0), context)
        best[alike] = outcome.best, [epoch.get("val_recall") for epoch in outcome.history]
    assert best == {False: (1, [None, None]), True: (2, [0.5, pytest.approx(2 / 3)])}


def test_batches_are_even_and_hold_everything() -> None:
    batches = shuffled(33, Plan(1, 32, constant(1)), np.random.default_rng(0))
    assert [len(rows) for rows in batches] == [17, 16]
    assert sorted(np.concatenate(batches)) == list(range(33))


def test_few_examples_are_looked_at_several_times() -> None:
    [rows] = shuffled(3, Plan(1, 32, constant(1), looks=4), np.random.default_rng(0))
    assert np.bincount(rows).tolist() == [4, 4, 4]


@pytest.mark.parametrize(("examples", "batch_size", "expected"), [
    (20, 32, 4), (300, 32, 2), (512, 32, 1), (512, 64, 2), (100_000, 32, 1),
])  # fmt: skip
def test_how_often_an_epoch_shows_each(examples: int, batch_size: int, expected: int) -> None:
    assert Showing(least=512, each=4).looks(examples, batch_size) == expected


def test_learning_rate_rises_then_falls() -> None:
    rate = warm_up_and_cosine(1.0, 0.2)
    assert [round(rate(at), 3) for at in (0, 0.1, 0.2, 0.6, 1)] == [0, 0.5, 1, 0.5, 0]


def test_loss_agrees_with_its_definition() -> None:
    logits = np.array([[2.0, 0.0], [1000.0, 0.0]], np.float32)
    losses = cross_entropy(logits, np.array([0, 1], np.int32))
    assert losses == pytest.approx([-np.log(softmax(logits[:1])[0, 0]), 1000.0])


def test_head_learns_what_keras_learns() -> None:
    """Adam on a dense layer, step for step: the same start and the same batches give Keras' own numbers."""
    from tools._models.runtime import tensorflow

    tf = tensorflow(2)
    random = np.random.default_rng(0)
    features = random.normal(size=(32, 6)).astype(np.float32)
    labels = (features[:, 0] > 0).astype(np.int32)
    examples = Examples(features, labels, np.ones(2, np.float32))
    head = HeadLearner(examples, examples, random)
    layer = tf.keras.Sequential([tf.keras.Input((6,)), tf.keras.layers.Dense(2, activation="softmax")])
    layer.layers[-1].set_weights([head.state()["head/kernel"], head.state()["head/bias"]])
    layer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    for start in (0, 8, 16, 24) * 3:
        rows = np.arange(start, start + 8, dtype=np.int32)
        head.learn(rows, RATE)
        layer.train_on_batch(features[rows], labels[rows])
    kernel, bias = layer.layers[-1].get_weights()
    np.testing.assert_allclose(head.state()["head/kernel"], kernel, atol=1e-5)
    np.testing.assert_allclose(head.state()["head/bias"], bias, atol=1e-5)


def test_weights_of_labels_scale_the_loss() -> None:
    features = np.ones((2, 1), np.float32)
    labels = np.array([0, 1], np.int32)

    def loss(weight: float) -> float:
        examples = Examples(features, labels, np.full(2, weight, np.float32))
        return HeadLearner(examples, examples, np.random.default_rng(0)).learn(np.arange(2, dtype=np.int32), 0.1)[0]

    assert loss(3) == pytest.approx(3 * loss(1))


def test_divergence_is_an_error_with_a_way_out() -> None:
    class Diverging(Scripted):
        def learn(self, rows: IntArray, rate: float) -> tuple[float, int]:
            return float("nan"), 0

    with pytest.raises(ToolError, match="lower `learning_rate`"):
        trained(Diverging(1), 1)

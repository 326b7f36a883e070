from __future__ import annotations

import numpy as np
import pytest

from tools._models.evaluation import SCHEMA, evaluate

TRUTH = np.array([0, 0, 0, 1, 1, 2], np.int32)
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.9, 0.1, 0], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.05, 0.05, 0.9], [0, 0, 1]], np.float32
)


def test_figures_of_every_label() -> None:
    rows = {row["label"]: row for row in evaluate(["a", "b", "c"], TRUTH, PROBABILITIES).rows}
    assert rows["a"] == pytest.approx(
        {"label": "a", "precision": 1, "recall": 2 / 3, "f1": 0.8, "accuracy": 5 / 6, "support": 3}
    )
    assert rows["b"]["accuracy"] == pytest.approx(4 / 6)
    assert rows["Overall"]["accuracy"] == pytest.approx(4 / 6)
    assert rows["Overall"]["precision"] == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert rows["Overall"]["support"] == 6


def test_a_label_that_never_comes_has_no_figures_and_no_part_in_the_means() -> None:
    three = evaluate(["a", "b", "c"], TRUTH, PROBABILITIES).rows
    four = evaluate(["a", "b", "c", "d"], TRUTH, np.pad(PROBABILITIES, ((0, 0), (0, 1)))).rows
    assert four[3] == {"label": "d", "precision": None, "recall": None, "f1": None, "accuracy": 1, "support": 0}
    assert four[-1] == three[-1]


def test_confusion_counts_true_labels_in_rows() -> None:
    assert evaluate(["a", "b", "c"], TRUTH, PROBABILITIES).confusion.tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_surest_mistake_comes_first() -> None:
    assert evaluate(["a", "b", "c"], TRUTH, PROBABILITIES).mistakes.tolist() == [4, 2]


def test_records_fit_their_schema() -> None:
    batch = evaluate(["a", "b", "c"], TRUTH, PROBABILITIES).record_batch()
    assert batch.schema.equals(SCHEMA, check_metadata=True)
    assert batch.num_rows == 4

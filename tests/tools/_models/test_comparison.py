from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tools._models.test_model_record import MODEL
from tools._models.comparison import judged, mcnemar, names, recalls, wilson
from tools._models.comparison_report import duration


def test_wilson_agrees_with_his_tables() -> None:
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(1, 563) == pytest.approx((0.9932, 1), abs=1e-4)


def test_mcnemar_counts_where_they_differ() -> None:
    one = np.array([True] * 10 + [False] * 2 + [True] * 100)
    other = np.array([False] * 10 + [True] * 2 + [True] * 100)
    assert mcnemar(one, other) == mcnemar(other, one) == pytest.approx(0.03857, abs=1e-5)
    assert mcnemar(one, one) == 1


def test_figures_are_means_over_the_labels_that_there_are() -> None:
    truth, predicted = np.array(["a", "a", "a", "b"], object), np.array(["a", "a", "c", "b"], object)
    assert judged(truth, predicted) == pytest.approx(
        {"accuracy": 0.75, "precision": 1, "recall": (2 / 3 + 1) / 2, "f1": (0.8 + 1) / 2}
    )
    assert recalls(truth, predicted) == pytest.approx({"a": 2 / 3, "b": 1})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([{}], ["Compact"]),
        ([{}, {"backbone": "VGG16"}], ["Compact", "VGG16"]),
        ([{"train": "head"}, {"train": "last_block"}], ["Compact, head", "Compact, last block"]),
        ([{"seed": 1}, {"seed": 2}, {"backbone": "VGG16", "seed": 3}], ["Compact, seed 1", "Compact, seed 2", "VGG16"]),
        ([{}, {"history": [{}] * 2}], ["Compact, 1 epoch", "Compact, 2 epochs"]),
        ([{}, {}], ["Compact (1)", "Compact (2)"]),
    ],
)
def test_names_tell_what_sets_models_apart(changes: list[dict[str, Any]], expected: list[str]) -> None:
    models = [MODEL.model_copy(update=change) for change in changes]
    assert names(models, [MODEL.name] * len(models)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.424, "0.42 s"), (12.34, "12.3 s"), (104, "1 min 44 s"), (4320, "1 h 12 min"), (None, "")],
)
def test_durations(seconds: float | None, expected: str) -> None:
    assert duration(seconds) == expected

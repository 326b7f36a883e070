from __future__ import annotations

import html
import json
import re

import numpy as np

from tools._models.curves import curve
from tools._models.evaluation import evaluate
from tools._models.report import report
from tools._models.training import Epoch, Outcome

HISTORY = [{"loss": 1.0, "accuracy": 0.5, "val_loss": 1.1, "val_accuracy": 0.4}]


def written(labels: list[str], truth: list[int], guessed: list[int], history: list[Epoch] = HISTORY) -> str:
    evaluation = evaluate(labels, np.array(truth, np.int32), np.eye(len(labels), dtype=np.float32)[guessed])
    pictures = dict.fromkeys(range(len(truth)), b"JPEG")
    learnt = [1_000 + index for index in range(len(labels))]
    outcome = Outcome(history=history, best=len(history))
    return report(
        "Compact",
        outcome,
        evaluation,
        pictures,
        learnt,
        ("Class", "Predicted"),
        {"Seed": "1"},
        ["Train longer: set `epochs`."],
    )


def test_says_what_it_is() -> None:
    page = written(["bart", "lisa"], [0, 0, 1], [0, 1, 1])
    assert "recognises 2 of 3 validation pictures (66.7%)" in page
    assert "bart taken for lisa (1 of them)" in page
    assert "Train longer: set <code>epochs</code>." in page
    assert page.count("data:image/jpeg;base64,") == 1


def test_cells_say_what_they_count() -> None:
    page = written(["bart", "lisa's"], [0, 0, 1], [0, 1, 1])
    found = [json.loads(html.unescape(where)) for where in re.findall("data-where='([^']*)'", page)]
    cells = [("bart", "bart"), ("bart", "lisa's"), ("lisa's", "lisa's")]
    assert found == [{"Class": truth, "Predicted": called} for truth, called in [*cells, cells[1]]]


def test_empty_cells_keep_quiet() -> None:
    page = written(["bart", "lisa"], [0, 0, 1], [0, 0, 1])
    assert page.count('<td class="number none">0</td>') == 2
    assert "<small>0.0%</small>" not in page


def test_a_loss_beyond_measure_stays_readable() -> None:
    worse = {**HISTORY[0], "val_loss": 339_990.2}
    assert "<b>339,990</b>" in written(["bart", "lisa"], [0, 1], [0, 1], history=[worse])


def test_no_mistakes() -> None:
    assert "every validation picture was recognised" in written(["bart", "lisa"], [0, 1], [0, 1])


def test_labels_are_escaped() -> None:
    assert "<script>" not in written(["<script>", "lisa"], [0, 1], [1, 1])


def test_many_labels_give_pairs_in_place_of_a_matrix() -> None:
    labels = [f"label {index}" for index in range(40)]
    page = written(labels, list(range(40)), [1, *range(1, 40)])
    assert "the whole matrix would be too large" in page
    assert len(page) < 60_000


def test_curve_stays_in_its_frame() -> None:
    chart = str(curve("Loss", {"training": [3.0, 0.1, 0.2], "validation": [2.5, 0.4, 0.3]}, 3))
    heights = [float(y) for _, y in re.findall(r"([\d.]+),([\d.]+)", " ".join(re.findall(r'points="([^"]+)"', chart)))]
    assert len(heights) == 6
    assert all(12 <= y <= 236 for y in heights)


def test_curve_of_one_epoch_and_of_equal_values() -> None:
    assert "<circle" in curve("Accuracy", {"training": [1.0], "validation": [1.0]}, 1, per_cent=True)

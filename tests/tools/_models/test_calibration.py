"""What a model says of its own certainty, against how often it is right."""

from __future__ import annotations

import numpy as np
import pytest

from tools._models.calibration import calibrate, diagram, verdict


def answers(sure: list[float], right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Truth and probabilities of two labels: the first is always called, with probability `sure`."""
    called = np.array(sure, np.float32)
    return np.array([0 if one else 1 for one in right], np.int32), np.stack([called, 1 - called], 1)


def test_records_are_gathered_by_how_sure_they_are() -> None:
    found = calibrate(*answers([0.95, 0.95, 0.62, 0.68, 1.0], [True, False, True, True, True]))
    assert found.counts.tolist() == [2, 3]
    assert found.sure == pytest.approx([0.65, 2.9 / 3])
    assert found.right == pytest.approx([1, 2 / 3])
    assert found.error == pytest.approx((2 * 0.35 + 3 * 0.3) / 5)


def test_a_model_that_is_right_as_often_as_it_says() -> None:
    found = calibrate(*answers([0.75] * 4, [True, True, True, False]))
    assert found.error == pytest.approx(0)
    assert "taken at their word" in verdict(found)


def test_too_sure_and_too_modest() -> None:
    assert "surer than it should be" in verdict(calibrate(*answers([0.9] * 2, [True, False])))
    assert "more often than it says" in verdict(calibrate(*answers([0.6] * 2, [True, True])))


def test_errors_that_cancel_out_are_errors() -> None:
    found = calibrate(*answers([0.9] * 2 + [0.6] * 2, [True, False, True, True]))
    assert found.excess == pytest.approx(0, abs=1e-6)
    assert "too sure of some, too unsure of others" in verdict(found)


def test_a_dot_for_every_step_that_has_records() -> None:
    chart = str(diagram(calibrate(*answers([0.55, 0.95, 0.97], [True, True, False]))))
    assert chart.count("<circle") == 2
    assert "2 pictures: 96% sure, 50% right" in chart

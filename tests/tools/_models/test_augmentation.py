from __future__ import annotations

import numpy as np

from tools._models.augmentation import JITTER, Copies, Looks, hide, jitter

ROWS = np.zeros(1, np.int32)


def pictures(side: int) -> np.ndarray:
    return np.arange(side * side * 3, dtype=np.uint8).reshape(1, side, side, 3)


def test_mirrors_in_turn() -> None:
    picture = pictures(4)  # too small to be shifted
    looks = Looks(picture, np.random.default_rng(0), mirror=True)
    first, second, third = (looks.at(ROWS) for _ in range(3))
    np.testing.assert_array_equal(second, first[:, :, ::-1])
    np.testing.assert_array_equal(third, first)


def test_leaves_writing_alone() -> None:
    looks = Looks(pictures(4), np.random.default_rng(0), mirror=False)
    for _ in range(3):
        np.testing.assert_array_equal(looks.at(ROWS), pictures(4))


def test_shifts_by_a_tenth_and_reflects_the_edge() -> None:
    ramp = np.tile(np.arange(20, dtype=np.uint8)[None, None, :, None], (1, 20, 1, 3))
    looks = Looks(ramp, np.random.default_rng(0), mirror=False)
    starts = {tuple(looks.at(ROWS)[0, 0, :3, 0]) for _ in range(100)}
    assert starts == {(2, 1, 0), (1, 0, 1), (0, 1, 2), (1, 2, 3), (2, 3, 4)}


def test_hides_a_part_of_every_second_picture() -> None:
    looked = np.full((1000, 20, 10, 3), 7, np.uint8)
    hide(looked, np.random.default_rng(0))
    parts = (looked == 128).all(-1)
    assert ((looked == 7).all(-1) | parts).all()
    assert 400 < parts.any((1, 2)).sum() < 600
    heights, widths = parts.any(2).sum(1), parts.any(1).sum(1)
    assert (heights * widths == parts.sum((1, 2))).all()  # rectangles
    assert (heights.max(), widths.max()) == (5, 3)  # three tenths of a side; less at an edge


def test_jitter_stays_small() -> None:
    gain, bias = jitter(1000, np.random.default_rng(0))
    assert abs(gain - 1).max() <= JITTER
    assert abs(bias).max() <= JITTER


def test_copies_come_in_turn() -> None:
    inputs = np.array([[10], [20], [11], [21], [12], [22]])  # three variants of two examples
    copies, rows = Copies(inputs, 2, np.random.default_rng(0)), np.array([1, 0], np.int32)
    before = copies.state()
    seen = np.array([copies.at(rows).ravel() for _ in range(3)])
    assert sorted(seen[:, 0]) == [20, 21, 22]
    assert sorted(seen[:, 1]) == [10, 11, 12]
    np.testing.assert_array_equal(copies.at(rows).ravel(), seen[0])
    copies.restore(before)
    np.testing.assert_array_equal(copies.at(rows).ravel(), seen[0])

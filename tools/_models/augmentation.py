"""Small changes to a picture that leave its label as it is, drawn anew at each look."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SHIFT = 0.1  # of a side
JITTER = 0.15  # of contrast and, on a scale from -1 to 1, of brightness


def moved(
    pictures: NDArray[np.uint8], rows: NDArray[np.int32], random: np.random.Generator, *, mirror: bool
) -> NDArray[np.uint8]:
    """The pictures `rows`, each shifted by up to a tenth of its side (the edge reflected) and mirrored by a coin.

    Args:
        pictures: shape (pictures, height, width, 3).
    """
    height, width = pictures.shape[1:3]
    down = _places(height, len(rows), random)
    right = _places(width, len(rows), random)
    if mirror:
        flipped = random.random(len(rows)) < 0.5
        right[flipped] = right[flipped, ::-1]
    looked: NDArray[np.uint8] = pictures[rows[:, None, None], down[:, :, None], right[:, None, :]]
    return looked


def _places(side: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    reach = round(side * SHIFT)
    places = np.arange(side) + random.integers(-reach, reach + 1, (count, 1))
    reflected: NDArray[np.int64] = side - 1 - np.abs(side - 1 - np.abs(places))
    return reflected


def jitter(count: int, random: np.random.Generator) -> tuple[Any, Any]:
    """A gain and a bias for each picture, float32 of shape (count,)."""
    gain = random.uniform(1 - JITTER, 1 + JITTER, count).astype(np.float32)
    bias = random.uniform(-JITTER, JITTER, count).astype(np.float32)
    return gain, bias

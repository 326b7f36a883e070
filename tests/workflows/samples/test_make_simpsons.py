"""The sample pictures are what the script draws."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SAMPLES = Path(__file__).resolve().parents[3] / "workflows" / "samples"


def test_a_hundred_pictures_a_label_and_little_to_carry() -> None:
    files = list((SAMPLES / "simpsons").rglob("*.jpg"))
    labels = ["bart_simpson", "homer_simpson", "lisa_simpson", "marge_simpson"]
    assert Counter(file.parent.name for file in files) == dict.fromkeys(labels, 100)
    assert sum(file.stat().st_size for file in files) < 2_000_000


@pytest.mark.parametrize("name", ["bart_simpson_000", "homer_simpson_033", "lisa_simpson_066", "marge_simpson_099"])
def test_drawing_again_gives_the_same_picture(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SAMPLES)
    from make_simpsons import picture  # type: ignore[import-not-found]

    label, _, number = name.rpartition("_")
    kept = Image.open(SAMPLES / "simpsons" / label / f"{name}.jpg")
    again = picture(label, int(number))
    assert again.size == kept.size
    # JPEG, and other versions of Pillow, change a pixel here and there.
    assert np.abs(np.asarray(again).astype(int) - np.asarray(kept)).mean() < 8

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.context import Resources
from engine.errors import Cancelled
from engine.testing import Result, run_tool
from tests.tools._models.synthetic import pictures, timeless
from tools._models import checkpoint
from tools.computer_vision.image_recognition import ImageRecognition

INPUTS = {"T": pictures(24, (32, 32)), "V": pictures(9, (32, 32), seed=1)}
MOBILE = {"model": "MobileNet", "weights": "random"}
WAYS: dict[str, dict[str, Any]] = {
    "Compact": {},
    "head": MOBILE,
    "last block": {**MOBILE, "train": "last_block"},
    "all": {**MOBILE, "train": "all"},
}
EPOCHS = 4


@pytest.fixture(autouse=True)
def _at_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_INTERVAL", 0)
    monkeypatch.setattr(checkpoint, "_SHARE", 0)


def trained(folder: Path | None, interrupted_after: int = 0, **config: Any) -> Result:
    """A run that keeps what is unfinished in `folder`; cancelled after the epoch `interrupted_after`."""
    resources = Resources()
    resources.unfinished = lambda node: folder

    def cancel(stamped: events.Stamped) -> None:
        if isinstance(stamped.what, events.Epoch) and stamped.what.epoch == interrupted_after:
            resources.cancelled.set()

    if interrupted_after:
        resources.events.listen(cancel)
    settings = {"training": {"image": "image", "label": "Class"}, "batch_size": 8, "epochs": EPOCHS, **config}
    return run_tool(ImageRecognition, settings, INPUTS, resources=resources)


@cache
def uninterrupted(way: str) -> Result:
    return trained(None, **WAYS[way])


def interrupted(folder: Path, **config: Any) -> Path:
    """What a training that was cancelled after two epochs left."""
    with pytest.raises(Cancelled):
        trained(folder, interrupted_after=2, **config)
    [left] = folder.iterdir()
    return left


@pytest.mark.parametrize("way", WAYS)
def test_goes_on_to_the_very_same_end(tmp_path: Path, way: str) -> None:
    interrupted(tmp_path, **WAYS[way])
    resumed = trained(tmp_path, **WAYS[way])
    assert f"Training goes on at epoch 3 of {EPOCHS}, where it was interrupted." in resumed.said("info")
    assert [event.epoch for event in resumed.heard if isinstance(event, events.Epoch)] == [3, 4]
    whole = uninterrupted(way)
    assert timeless(resumed["M"]).equals(timeless(whole["M"]))
    assert resumed["E"].equals(whole["E"])


def test_a_training_that_was_over_does_not_train(tmp_path: Path) -> None:
    first = trained(tmp_path)
    again = trained(tmp_path)
    assert f"All {EPOCHS} epochs were done before the interruption." in again.said("info")
    assert timeless(again["M"]).equals(timeless(first["M"]))


def test_an_early_stop_stays_one(tmp_path: Path) -> None:
    first = trained(tmp_path, early_stopping=1, epochs=50)
    again = trained(tmp_path, early_stopping=1, epochs=50)
    assert not [event for event in again.heard if isinstance(event, events.Epoch)]
    assert timeless(again["M"]).equals(timeless(first["M"]))


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    place = len(data) - 100
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def of_other_versions(data: bytes) -> bytes:
    return data.replace(b'keras\\":\\"', b'karas\\":\\"')


@pytest.mark.parametrize(
    ("damage", "said"),
    [(cut, "the file is damaged"), (flipped, "the file is damaged"), (of_other_versions, "other versions")],
)
def test_what_cannot_be_used_is_told_and_training_starts_anew(
    tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    left = interrupted(tmp_path)
    left.write_bytes(damage(left.read_bytes()))
    result = trained(tmp_path)
    [warning] = result.said("warning")
    assert said in warning
    assert "starts anew" in warning
    assert timeless(result["M"]).equals(timeless(uninterrupted("Compact")["M"]))


def test_another_training_is_not_gone_on_with(tmp_path: Path) -> None:
    interrupted(tmp_path)
    [warning] = trained(tmp_path, model="MobileNet", weights="random").said("warning")
    assert "it is of another training" in warning


def test_a_place_that_cannot_be_written_costs_a_warning(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    [warning] = trained(place).said("warning")
    assert warning.startswith("The training cannot be set aside")

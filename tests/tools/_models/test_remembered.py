from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from engine.cache.memo import MemoFile
from engine.context import Context, Resources
from engine.testing import Result, run_tool
from tests.tools._models.synthetic import pictures, timeless
from tools._models import network, recipes, tensorflow_library
from tools._models.frozen import BATCH, Frozen
from tools._models.gathering import Gathering
from tools._models.recipe import AsTheyAre
from tools._models.remembered import Learnt, Remembered
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.predict import Predict

pytestmark = pytest.mark.usefixtures("keras_here")

RANDOM = np.random.default_rng(0)


class Sums:
    """Answers with the sum of each picture, as often as `wide`; notes how many it was asked for at a time."""

    def __init__(self, wide: int = 1) -> None:
        self.wide = wide
        self.asked: list[int] = []

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked.append(len(pixels))
        sums = pixels.sum((1, 2, 3), dtype=np.float32)
        return np.repeat(sums[:, None], self.wide, 1)


def pixels(count: int) -> NDArray[np.uint8]:
    return RANDOM.integers(0, 256, (count, 4, 4, 3), np.uint8)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    resources = Resources(memo=MemoFile(tmp_path / "memo.sqlite"))
    yield Context("node", resources, {}, {})
    resources.close()


def test_each_picture_is_computed_once(context: Context) -> None:
    sums, shown = Sums(), pixels(6)
    first = Remembered(context, ["a"], lambda: sums)
    np.testing.assert_array_equal(first(shown[:4]), Sums()(shown[:4]))
    again = Remembered(context, ["a"], lambda: sums)
    np.testing.assert_array_equal(again(shown[::-1]), Sums()(shown[::-1]))
    assert sums.asked == [4, 2]


def test_nothing_is_made_where_all_is_known(context: Context) -> None:
    shown = pixels(3)
    Remembered(context, ["a"], Sums)(shown)

    def never() -> Sums:
        raise AssertionError("made")

    assert Remembered(context, ["a"], never)(shown).shape == (3, 1)


def test_another_network_knows_nothing(context: Context) -> None:
    shown = pixels(3)
    Remembered(context, ["a", "b"], Sums)(shown)
    assert Remembered(context, ["ab", ""], Sums).known(shown) == [None] * 3


def test_large_answers_are_not_remembered(context: Context) -> None:
    large = Remembered(context, ["a"], lambda: Sums(wide=40_000))
    shown = pixels(2)
    assert large(shown).shape == (2, 40_000)
    assert large.known(shown) == [None, None]


class Far:
    """Another machine, always a call behind."""

    def __init__(self) -> None:
        self._waiting: list[NDArray[np.uint8]] = []

    def call(self, shown: NDArray[np.uint8], /) -> Iterator[NDArray[np.float32]]:
        self._waiting.append(shown)
        while len(self._waiting) > 1:
            yield Sums()(self._waiting.pop(0))

    def rest(self) -> Iterator[NDArray[np.float32]]:
        yield from map(Sums(), self._waiting)

    def close(self) -> None:
        self._waiting = []


def test_what_other_machines_answer_is_known_from_then_on(context: Context) -> None:
    shown, here = pixels(6), Remembered(context, ["a"], Sums)
    learnt = Learnt(Far(), here.remember)
    answers = [*learnt.call(shown[:3]), *learnt.call(shown[3:]), *learnt.rest()]
    learnt.close()
    np.testing.assert_array_equal(np.concatenate(answers), Sums()(shown))
    known = [answer for answer in here.known(shown) if answer is not None]
    np.testing.assert_array_equal(np.stack(known), Sums()(shown))


class Recipe(AsTheyAre):
    """Just enough of one."""

    def __init__(self, features: Remembered) -> None:
        self._features = features

    def keep(self, pictures: NDArray[np.uint8]) -> NDArray[Any]:
        return self._features.fresh(pictures)

    def known(self, pictures: NDArray[np.uint8]) -> list[NDArray[Any] | None]:
        return self._features.known(pictures)


@pytest.mark.parametrize("memory", [1 << 20, 1000])
@pytest.mark.parametrize("known", [[], range(200), range(0, 200, 2), [7, 150]])
def test_gathers_in_order_and_computes_the_new_ones_together(tmp_path: Path, known: list[int], memory: int) -> None:
    resources = Resources(memo=MemoFile(tmp_path / "memo.sqlite"), memory=memory)
    context = Context("node", resources, {}, {})
    shown, sums = pixels(200), Sums()
    Remembered(context, ["a"], Sums).fresh(shown[list(known)])
    gathering: Any = Gathering(context, Recipe(Remembered(context, ["a"], lambda: sums)))  # type: ignore[arg-type]
    for start in range(0, 200, 50):
        gathering.add(shown[start : start + 50])
    gathering.finish()
    np.testing.assert_array_equal(gathering.array()[:], Sums()(shown))
    assert len(gathering) == 200
    new = 200 - len(known)
    assert sums.asked == [BATCH] * (new // BATCH) + [new % BATCH] * (new % BATCH > 0)
    gathering.close()
    resources.close()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each call of a network was for."""
    counts: list[int] = []
    original = Frozen.__call__

    def counting(self: Frozen, shown: NDArray[np.uint8]) -> NDArray[np.float32]:
        counts.append(len(shown))
        return original(self, shown)

    monkeypatch.setattr(Frozen, "__call__", counting)
    return counts


def trained(memo: Path | None, training: pa.Table, **config: Any) -> Result:
    settings = {"training": {"image": "image", "label": "Class"}, "model": "MobileNet", "weights": "random", **config}
    inputs = {"T": training, "V": pictures(9, (32, 32), seed=1)}
    return run_tool(ImageRecognition, {"epochs": 2, **settings}, inputs, resources=_resources(memo))


def _resources(memo: Path | None) -> Resources:
    return Resources(memo=MemoFile(memo) if memo else None)


@pytest.mark.parametrize("part", ["head", "last_block"])
def test_training_computes_only_new_pictures(
    tmp_path: Path, computed: list[int], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipes, "_COPIES", 1)  # looks at random differ when there are more pictures
    memo, some, more = tmp_path / "memo.sqlite", pictures(24, (32, 32)), pictures(27, (32, 32))
    trained(memo, some, train=part)
    assert sum(computed) == 24 + 9
    computed.clear()
    trained(memo, some, train=part, epochs=3)
    assert computed == []
    known = trained(memo, more, train=part)
    assert sum(computed) == 3
    assert timeless(known["M"]).equals(timeless(trained(None, more, train=part)["M"]))


def test_varied_copies_of_few_pictures_are_known_again(tmp_path: Path, computed: list[int]) -> None:
    memo, shown = tmp_path / "memo.sqlite", pictures(24, (32, 32))
    trained(memo, shown, train="last_block")
    assert 24 + 9 + 6 * 24 < sum(computed) <= 24 + 9 + 7 * 24  # two looks may be the same
    computed.clear()
    trained(memo, shown, train="last_block", epochs=3)
    assert computed == []


def test_a_head_is_trained_again_without_any_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memo, shown = tmp_path / "memo.sqlite", pictures(24, (32, 32))
    first = trained(memo, shown)

    def never(*_: object, **__: object) -> Any:
        raise AssertionError("a network was started")

    monkeypatch.setattr(network, "Graph", never)
    monkeypatch.setattr(network, "Keras", never)
    monkeypatch.setattr(tensorflow_library, "start", never)
    assert timeless(trained(memo, shown)["M"]).equals(timeless(first["M"]))
    assert trained(memo, shown, epochs=3).rows("E")


def test_predict_knows_what_training_has_seen(tmp_path: Path, computed: list[int]) -> None:
    memo, shown = tmp_path / "memo.sqlite", pictures(24, (32, 32))
    model = trained(memo, shown)["M"]
    computed.clear()
    reused = run_tool(Predict, {}, {"D": shown, "M": model}, resources=_resources(memo))
    assert computed == []
    assert reused["out"].equals(run_tool(Predict, {}, {"D": shown, "M": model})["out"])

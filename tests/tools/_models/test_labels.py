from __future__ import annotations

import pytest

from engine.errors import ToolError
from tools._models.labels import label_set


def test_labels_are_those_of_training_in_order() -> None:
    assert label_set(["lisa", "bart", "lisa"], ["bart"]) == ["bart", "lisa"]


@pytest.mark.parametrize(
    ("validation", "way_out"),
    [
        (["bart", "BART", "lisa "], "They differ from labels of T only in capitals or spaces"),
        (["bart", "BART", "marge"], "Train on them too"),
    ],
)
def test_labels_that_only_validation_has(validation: list[str], way_out: str) -> None:
    with pytest.raises(ToolError, match="Labels in V that T does not have: BART") as refused:
        label_set(["bart", "lisa"], validation)
    assert refused.value.hint.startswith(way_out)

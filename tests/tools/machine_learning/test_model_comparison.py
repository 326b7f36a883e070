from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, run_tool, schema_from, table
from engine.tool import Home
from tests.tools._models.synthetic import COLOURS, SCHEMA, picture, pictures, records
from tools._models.comparison import SCHEMA as COMPARISON
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.model_comparison import ModelComparison, ModelComparisonConfig

pytestmark = pytest.mark.usefixtures("keras_here")

MEASURED = ["training_seconds", "loading_seconds", "prediction_seconds", "pictures_per_second"]


@cache
def model(epochs: int, size: int = 24, confused: bool = False) -> pa.Table:
    """A model record; `confused`: of a model that was told red is green, and green red."""
    settings = {"training": {"image": "image", "label": "Class"}, "epochs": epochs, "batch_size": 16}
    training = pictures(48, (size, size))
    if confused:
        told = {"red": "green", "green": "red"}
        labels = [told.get(label, label) for label in training["Class"].to_pylist()]
        training = records(training["image"].to_pylist(), labels)
    return run_tool(ImageRecognition, settings, {"T": training, "V": pictures(12, (size, size), seed=1)})["M"]


def weak() -> pa.Table:
    return model(1, confused=True)


def strong() -> pa.Table:
    return model(8)


def compared(*models: pa.Table, holdout: pa.Table | None = None, **config: Any) -> Result:
    inputs = {f"M#{number}": records for number, records in enumerate(models, 1)}
    if holdout is not None:
        inputs["D"] = holdout
        config = {"label": "Class", **config}
    return run_tool(ModelComparison, config, inputs)


def contract_cases(folder: Path) -> list[Case]:
    def same(a: pa.Table, b: pa.Table) -> bool:
        if "Report" in a.column_names:  # it tells times
            return True
        return bool(a.drop_columns(MEASURED).equals(b.drop_columns(MEASURED)))

    models = {"M#1": weak(), "M#2": strong()}
    judged = Case(ModelComparison, {"label": "Class"}, {**models, "D": pictures(9, seed=2)}, same=same)
    noted = Case(ModelComparison, {}, models, same=same)
    judged.empty_input_is_error = noted.empty_input_is_error = True
    return [judged, noted]


def test_judges_all_models_by_the_same_pictures() -> None:
    first, second = compared(weak(), strong(), holdout=pictures(30, seed=2)).rows("E")
    assert (first["model"], second["model"]) == ("Compact, 1 epoch", "Compact, 8 epochs")
    assert second["accuracy"] == second["f1"] == 1
    assert (first["best"], second["best"]) == (False, True)
    assert (second["judged_by"], second["pictures"]) == ("holdout", 30)
    assert second["p_value"] is None
    assert first["p_value"] < 0.05
    assert first["accuracy_low"] < first["accuracy"] < first["accuracy_high"]
    assert second["pictures_per_second"] == pytest.approx(30 / second["prediction_seconds"])


def test_without_pictures_tells_what_the_trainings_noted() -> None:
    first, second = compared(weak(), strong()).rows("E")
    assert (second["accuracy"], second["judged_by"], second["pictures"]) == (1, "validation", 12)
    assert second["prediction_seconds"] is second["p_value"] is None
    assert second["training_seconds"] > first["training_seconds"] > 0
    assert second["bytes"] == len(strong()["Object"][0].as_py())


def test_accuracy_agrees_with_predict() -> None:
    from tools.machine_learning.predict import Predict

    holdout = pictures(20, seed=3)
    predicted = run_tool(Predict, {}, {"D": holdout, "M": weak()}).rows()
    right = sum(row["Predicted"] == row["Class"] for row in predicted)
    [row] = compared(weak(), holdout=holdout).rows("E")
    assert row["accuracy"] == right / 20


def test_models_of_other_sizes_see_the_pictures_at_theirs() -> None:
    small, large = compared(strong(), model(8, size=32), holdout=pictures(12, (40, 40), seed=2)).rows("E")
    assert (small["model"], large["model"]) == ("Compact, 24 × 24 pixels", "Compact, 32 × 32 pixels")
    assert small["accuracy"] > 0.9
    assert large["accuracy"] > 0.9


def test_several_models_in_one_stream() -> None:
    rows = compared(pa.concat_tables([weak(), strong()])).rows("E")
    assert [row["epochs"] for row in rows] == [1, 8]


def test_a_name_of_ones_own_is_kept() -> None:
    renamed = weak().set_column(0, weak().schema.field(0), pa.array(["Mine"]))
    assert [row["model"] for row in compared(renamed, strong()).rows("E")] == ["Mine", "Compact"]


def test_the_same_model_twice_gets_numbers() -> None:
    assert [row["model"] for row in compared(weak(), weak()).rows("E")] == ["Compact (1)", "Compact (2)"]


def test_a_label_that_a_model_has_not_learnt_is_a_mistake() -> None:
    unknown = records([picture(COLOURS["red"])] * 4, ["red", "red", "red", "purple"])
    result = compared(strong(), holdout=unknown)
    assert result.rows("E")[0]["accuracy"] == 0.75
    assert result.said("warning") == ["Compact has not learnt purple: 1 picture of D counts as a mistake."]


def test_records_without_picture_or_label_are_left_out() -> None:
    red = picture(COLOURS["red"])
    result = compared(strong(), holdout=records([red, None, b"broken", red], ["red", "red", "red", None]))
    assert result.rows("E")[0]["pictures"] == 1
    [said] = result.said("warning")
    assert said.startswith("3 records of D have no picture that can be read, or no label")


def test_report_is_one_page_that_marks_the_best() -> None:
    report = compared(weak(), strong(), holdout=pictures(30, seed=2)).rows("R")[0]["Report"]
    assert "Compact, 8 epochs is the most accurate: it recognises 100.0% of 30 holdout pictures." in report
    assert "a difference that chance alone would hardly make" in report
    assert report.count('class="best"') == 1
    assert report.count("Accuracy by epoch") == 2 * 2  # label and caption of two figures
    assert "<script" not in report


def test_equals_are_called_so() -> None:
    report = compared(strong(), strong(), holdout=pictures(30, seed=2)).rows("R")[0]["Report"]
    assert "Compact (1) and Compact (2) are equally accurate: each recognises 100.0% of 30 holdout pictures." in report
    assert 'style="font-weight:700"' not in report


def test_report_without_pictures_says_what_is_missing() -> None:
    report = compared(weak(), strong()).rows("R")[0]["Report"]
    assert "Connect pictures that none of them has seen to D" in report
    assert "Prediction time" not in report


@pytest.mark.parametrize(
    ("models", "holdout", "said"),
    [
        (lambda: [weak().slice(0, 0)], None, "No model came by M"),
        (lambda: [table("Name: V_WString", ["a"])], None, "is no model: it has Name"),
        (lambda: [weak()], pictures(0), "No pictures with labels came by D"),
        (lambda: [weak()], records([None], ["red"]), "No pictures with labels came by D"),
        (lambda: [weak()], table("a: V_WString, Class: V_WString", ["x", "y"]), "No field with images in D"),
    ],
)
def test_refuses(models: Any, holdout: pa.Table | None, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        compared(*models(), holdout=holdout)


def test_pictures_need_a_label() -> None:
    tool = ModelComparison(ModelComparisonConfig(), Home())
    with pytest.raises(ToolError, match="'label' is missing") as refused:
        tool.schema({"M#1": weak().schema, "D": SCHEMA})
    assert "D has image, Class" in refused.value.hint
    with pytest.raises(ToolError, match="labels are text or numbers"):
        ModelComparison(ModelComparisonConfig(label="image"), Home()).schema({"M#1": weak().schema, "D": SCHEMA})


def test_what_leaves_is_known_before_a_run() -> None:
    tool = ModelComparison(ModelComparisonConfig(), Home())
    assert tool.schema({"M#1": schema_from("Object: Blob")})["E"] == COMPARISON

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from engine import types
from engine.errors import ToolError
from engine.testing import Case, Result, run_tool, schema_from, table
from engine.tool import Home
from tests.tools._models.synthetic import COLOURS, SCHEMA, picture, pictures, records
from tools.computer_vision.image_recognition import ImageRecognition
from tools.machine_learning.predict import Predict, PredictConfig

pytestmark = pytest.mark.usefixtures("keras_here")


@cache
def model(**config: Any) -> pa.Table:
    settings = {"training": {"image": "image", "label": "Class"}, "epochs": 8, "batch_size": 16, **config}
    size = (32, 32) if "model" in config else (24, 24)
    return run_tool(ImageRecognition, settings, {"T": pictures(48, size), "V": pictures(12, size, seed=1)})["M"]


def predicted(data: pa.Table, trained: pa.Table | None = None, **config: Any) -> Result:
    return run_tool(Predict, config, {"D": data, "M": model() if trained is None else trained})


def contract_cases(folder: Path) -> list[Case]:
    inputs = {"D": pictures(7, seed=2), "M": model()}
    return [Case(Predict, {"image": "image", "top_k": 2}, inputs, empty_input_is_error=True)]


def test_adds_prediction_and_probabilities() -> None:
    data = pictures(9, seed=2)
    out = predicted(data)["out"]
    added = ["Predicted", "Probability", "Probability_blue", "Probability_green", "Probability_red"]
    assert out.schema.names == ["image", "Class", *added]
    assert out.select(["image", "Class"]).equals(data)
    assert out["Predicted"].to_pylist() == data["Class"].to_pylist()
    for row in out.to_pylist():
        every = [row[f"Probability_{label}"] for label in COLOURS]
        assert sum(every) == pytest.approx(1)
        assert row["Probability"] == max(every)


def test_fields_say_what_they_mean() -> None:
    schema = predicted(pictures(1))["out"].schema
    label, probability = types.find_field(schema, "Predicted"), types.find_field(schema, "Probability_red")
    assert (label.type, label.meaning) == (types.FieldType.V_WString, types.Meaning.label)
    assert (probability.type, probability.meaning) == (types.FieldType.Double, types.Meaning.probability)


def test_promises_what_is_known_before_the_run() -> None:
    tool = Predict(PredictConfig(), Home())
    out = tool.schema({"D": SCHEMA, "M": model().schema})["out"]
    assert out is not None
    assert types.is_open(out)
    assert out.names == ["image", "Class", "Predicted", "Probability"]


def test_no_records_still_tell_the_fields() -> None:
    result = predicted(pictures(0))
    assert result["out"].num_rows == 0
    assert "Probability_red" in result["out"].schema.names


def test_null_and_broken_images_become_null() -> None:
    data = records([picture(COLOURS["red"]), None, b"broken"], ["red", "red", "red"])
    result = predicted(data)
    assert result["out"]["Predicted"].to_pylist() == ["red", None, None]
    assert result["out"]["Probability_red"].null_count == 2
    assert result.said("warning") == ["2 records have no image that can be read: the prediction is null."]
    [said] = result.said("conversion_error")
    assert said.startswith("Record 3: its image cannot be read")
    named = data.slice(2).append_column(schema_from("FileName: V_WString").field(0), pa.array(["a.jpg"]))
    assert predicted(named).said("conversion_error")[0].startswith("Record 1 (a.jpg): its image cannot be read")


def test_scales_pictures_and_says_so_once() -> None:
    result = predicted(pa.concat_tables([pictures(4), pictures(3, (50, 40))]))
    assert result["out"]["Predicted"].to_pylist() == ["blue", "green", "red", "blue", "blue", "green", "red"]
    assert result.said() == ["3 pictures were scaled to 24 × 24 pixels, the size of training."]


def test_does_not_depend_on_company() -> None:
    data = pictures(130, seed=3)
    together = predicted(data)["out"]
    alone = predicted(data.slice(100, 1))["out"]
    assert together.slice(100, 1).equals(alone)


def test_top_k() -> None:
    out = predicted(pictures(3), top_k=5, label_probabilities=False)["out"]
    assert out.schema.names[2:] == [
        *("Predicted", "Probability"),
        *("Predicted_Top2", "Probability_Top2"),
        *("Predicted_Top3", "Probability_Top3"),
    ]
    for row in out.to_pylist():
        assert row["Probability"] >= row["Probability_Top2"] >= row["Probability_Top3"]
        assert len({row["Predicted"], row["Predicted_Top2"], row["Predicted_Top3"]}) == 3


def test_names_that_are_taken_get_a_number() -> None:
    data = pictures(2).append_column("predicted", pa.array(["x", "y"]))
    assert predicted(data, label_probabilities=False)["out"].schema.names[3:] == ["Predicted2", "Probability"]


def test_flip_looks_at_the_mirror_image_too() -> None:
    data = pictures(4, seed=5)
    with_flip, without = predicted(data, flip=True)["out"], predicted(data, flip=False)["out"]
    assert predicted(data)["out"].equals(with_flip)
    assert not with_flip.equals(without)


def test_finds_the_image_field() -> None:
    renamed = pictures(1).rename_columns(["photo", "Class"])
    renamed = renamed.cast(pa.schema([SCHEMA.field(0).with_name("photo"), SCHEMA.field(1)]))
    assert predicted(renamed)["out"].num_rows == 1
    assert predicted(renamed, image="PHOTO")["out"].num_rows == 1


def test_frozen_features_agree_with_training() -> None:
    """The head sees, in Predict, the very features that it was trained on."""
    trained = model(model="MobileNet", weights="random", epochs=3, learning_rate=0.5)
    validation = pictures(12, (32, 32), seed=1)
    out = predicted(validation, trained)["out"]
    accuracy = pc.mean(pc.cast(pc.equal(out["Predicted"], out["Class"]), pa.float64())).as_py()
    assert f'"accuracy": {accuracy}' in trained["metrics"][0].as_py()


def test_a_reference_finds_its_weights(tmp_path: Path) -> None:
    trained = model(model="MobileNet", weights="random", epochs=1, keep_weights="reference")
    from tools._models import keras_models, runtime

    runtime.tensorflow(2)
    keras_model = keras_models.build("MobileNet", "random")
    from safetensors.numpy import save_file

    weights = keras_models.arrays_of(keras_model)
    save_file(weights, tmp_path / "mine.safetensors")
    data = pictures(2, (32, 32))
    assert predicted(data, trained, weights=str(tmp_path / "mine.safetensors"))["out"].num_rows == 2
    save_file({name: value + np.float32(1) for name, value in weights.items()}, tmp_path / "other.safetensors")
    with pytest.raises(ToolError, match="other weights of MobileNet"):
        predicted(data, trained, weights=str(tmp_path / "other.safetensors"))


@pytest.mark.parametrize(
    ("trained", "said"),
    [
        (lambda: model().slice(0, 0), "No model came by M"),
        (lambda: pa.concat_tables([model(), model()]), "More than one model"),
        (lambda: table("Name: V_WString", ["a"]), "is no model: it has Name"),
        (lambda: model().drop_columns(["sha256"]).append_column("sha256", pa.array(["0"])), "damaged"),
    ],
)
def test_refuses_models(trained: Any, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        predicted(pictures(1), trained())


@pytest.mark.parametrize(
    ("data", "image", "said"),
    [
        (table("a: V_WString", ["x"]), None, "No field with images in D: images are Blobs; it has a"),
        (table("a: Blob", [b"x"]), None, r"neither \[image\], as in training, nor another"),
        (pictures(1), "photo", r"No field \[photo\]"),
        (pictures(1), "Class", "images are Blobs"),
    ],
)
def test_refuses_data_without_images(data: pa.Table, image: str | None, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        predicted(data, image=image)


def test_model_field_is_checked_before_the_run() -> None:
    with pytest.raises(ToolError, match="is no model"):
        Predict(PredictConfig(), Home()).schema({"D": SCHEMA, "M": schema_from("a: Int32")})

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from engine.errors import ToolError
from tools._models import model_record
from tools._models.model_record import Arrays, Model, from_record, to_record

MODEL = Model(
    name="Compact for a, b",
    labels=["a", "b"],
    image_field="image",
    width=24,
    height=20,
    input_width=24,
    input_height=20,
    backbone="Compact",
    precision="float32",
    metrics={"accuracy": 0.5},
    history=[{"loss": 1.0}],
    versions={"flowrun-canvas": "0"},
)
WEIGHTS: Arrays = {"head/kernel": np.eye(2, dtype=np.float32), "head/bias": np.zeros(2, np.float32)}


def record(**changes: Any) -> dict[str, Any]:
    [row] = to_record(MODEL, WEIGHTS, 1.5).to_pylist()
    return {**row, **changes}


def resealed(**files: bytes) -> dict[str, Any]:
    """A record whose Object holds these files in place of its own, with a digest that fits."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return sealed(packed.getvalue())


def sealed(packed: bytes) -> dict[str, Any]:
    import hashlib

    return record(Object=packed, sha256=hashlib.sha256(packed).hexdigest())


def test_comes_back_as_it_went() -> None:
    model, weights = from_record(record())
    assert model == MODEL
    assert weights.keys() == WEIGHTS.keys()
    np.testing.assert_array_equal(weights["head/kernel"], WEIGHTS["head/kernel"])


def test_same_model_same_bytes() -> None:
    assert record() == record()


def test_object_is_data_alone() -> None:
    with zipfile.ZipFile(io.BytesIO(record()["Object"])) as archive:
        assert archive.namelist() == ["model.json", "weights.safetensors"]


@pytest.mark.parametrize("value", [None, "text", b""])
def test_refuses_what_is_no_object(value: Any) -> None:
    with pytest.raises(ToolError, match=r"no model|damaged"):
        from_record(record(Object=value))


def test_refuses_a_changed_object() -> None:
    packed = bytearray(record()["Object"])
    packed[len(packed) // 2] ^= 1
    with pytest.raises(ToolError, match="sha256"):
        from_record(record(Object=bytes(packed)))


def test_refuses_a_swelling_archive() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", b" " * 50_000_000)
    with pytest.raises(ToolError, match="packed in another way"):
        from_record(sealed(packed.getvalue()))


@pytest.mark.parametrize(
    "files",
    [
        {"model_json": b"{}"},
        {"model_json": b"not json"},
        {"model_json": MODEL.model_dump_json().encode()},
        {"model_json": MODEL.model_dump_json().encode(), "weights_safetensors": b"\x08\0\0\0\0\0\0\0{}      "[:9]},
        {"model_json": MODEL.model_dump_json().replace('"format":1', '"format":2').encode()},
        {"model_json": MODEL.model_dump_json().replace('"width":24', '"width":99999').encode()},
    ],
)
def test_refuses_other_contents(files: dict[str, bytes]) -> None:
    with pytest.raises(ToolError, match="no model that this version of flowrun reads"):
        from_record(resealed(**files))


def test_a_model_of_a_newer_version_wants_an_update() -> None:
    newer = MODEL.model_dump_json().replace('"format":1', '"format":2').encode()
    with pytest.raises(ToolError, match=r"a newer version has written it.*Update flowrun"):
        from_record(resealed(model_json=newer))


def test_refuses_what_is_no_archive() -> None:
    with pytest.raises(ToolError, match="no model that this version"):
        from_record(sealed(b"PK nonsense"))


def test_fields_match_the_schema() -> None:
    assert to_record(MODEL, WEIGHTS, 1.5).schema.equals(model_record.SCHEMA, check_metadata=True)

"""A trained model as a record: what leaves ImageRecognition by M, lies in a .yxdb, and enters Predict.

`Object` holds everything that predicting needs: a zip, stored without compression, of `model.json` and
`weights.safetensors`. Both are data; nothing in them can run code. Sizes are bounded before anything is read, and
`sha256` shows whether the bytes came whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import types
from engine.errors import ToolError, listed
from engine.types import FieldType, Meaning

Arrays = dict[str, NDArray[np.float32]]
KIND = "image classifier"
OBJECT = "Object"
_JSON, _WEIGHTS = "model.json", "weights.safetensors"
_MAX_JSON = 16 << 20
_MAX_WEIGHTS = 2 << 30
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes

SCHEMA = types.schema_of(
    types.Field("Name", FieldType.V_WString),
    types.Field(OBJECT, FieldType.Blob, meaning=Meaning.model),
    types.Field("kind", FieldType.V_WString),
    types.Field("labels", FieldType.V_WString, description="JSON: a list"),
    types.Field("image_field", FieldType.V_WString),
    types.Field("width", FieldType.Int32),
    types.Field("height", FieldType.Int32),
    types.Field("backbone", FieldType.V_WString),
    types.Field("precision", FieldType.V_WString),
    types.Field("train", FieldType.V_WString, description="what has learnt: scratch, head, last_block or all"),
    types.Field("epochs", FieldType.Int32, description="asked for; the history tells those that there were"),
    types.Field("seed", FieldType.Int64),
    types.Field("training_seconds", FieldType.Double, description="measured", meaning=Meaning.fleeting),
    types.Field(
        "made_from",
        FieldType.V_WString,
        description="the key of the node that trained it, as in run.json; empty without cache",
        meaning=Meaning.fleeting,
    ),
    types.Field("metrics", FieldType.V_WString, description="JSON: of the validation records"),
    types.Field("history", FieldType.V_WString, description="JSON: one entry an epoch"),
    types.Field("versions", FieldType.V_WString, description="JSON: of the programs that trained it"),
    types.Field("sha256", FieldType.V_WString, description="of Object, in hexadecimal digits"),
)
_AS_JSON = ("labels", "metrics", "history", "versions")


class Model(BaseModel):
    """A trained classifier, without its weights.

    Attributes:
        labels: in the order of the outputs.
        width, height: of the pictures it was trained on, in pixels.
        input_width, input_height: the size at which the network looks at them.
        backbone: a name of `backbones.BACKBONES`, or `Compact`.
        mirror: whether it learnt from mirrored pictures, so that prediction gains by looking at both.
        train: what has learnt, or empty where an older version has not noted it.
        epochs, batch_size, seed: as asked for.
        best_epoch: whose weights these are, counted from 1.
        pictures: how many were learnt from (`training`) and judged by (`validation`).
        metrics: of the validation records.
        history: loss, accuracy, val_loss and val_accuracy of each epoch.
        weights_digest: sha256 of the backbone's weights where `Object` holds the head alone, else empty.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal[1] = 1
    name: str
    kind: Literal["image classifier"] = "image classifier"
    labels: list[str] = Field(min_length=2, max_length=100_000)
    image_field: str
    width: int = Field(ge=1, le=512)
    height: int = Field(ge=1, le=512)
    input_width: int = Field(ge=1, le=512)
    input_height: int = Field(ge=1, le=512)
    backbone: str
    precision: Literal["float32", "bfloat16"]
    mirror: bool = False
    train: Literal["", "scratch", "head", "last_block", "all"] = ""
    epochs: int = 0
    batch_size: int = 0
    seed: int | None = None
    best_epoch: int = 0
    pictures: dict[Literal["training", "validation"], int] = {}
    metrics: dict[str, float] = {}
    history: list[dict[str, float]] = []
    versions: dict[str, str] = {}
    weights_digest: str = ""


def to_record(model: Model, weights: Arrays, seconds: float, made_from: str = "") -> pa.RecordBatch:
    """The model and its weights as a batch of one record.

    Args:
        seconds: what the training took. It stands beside `Object`, so that the same training gives the same `Object`.
        made_from: see `Context.key`.
    """
    packed = _pack(model, weights)
    lying = pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(np.array([0, len(packed)], np.int32)), packed])
    values = {
        **{name: getattr(model, name) for name in SCHEMA.names if name in Model.model_fields},
        **{name: json.dumps(getattr(model, name), ensure_ascii=False) for name in _AS_JSON},
        "Name": model.name,
        "training_seconds": seconds,
        "made_from": made_from,
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    columns = [lying if field.name == OBJECT else pa.array([values[field.name]], field.type) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def check_schema(schema: pa.Schema) -> None:
    """Refuse records that are no models, before any has come.

    Raises:
        ToolError: they are not.
    """
    if OBJECT not in schema.names:
        raise ToolError(
            f"What comes by M is no model: it has {listed(schema.names)}, a model has [{OBJECT}].",
            hint="Connect the M anchor of Image Recognition, or an Input that reads a saved model.",
        )


def from_record(record: Mapping[str, Any]) -> tuple[Model, Arrays]:
    """The model and its weights out of a record.

    Raises:
        ToolError: the record is no model, of a kind or version that is not known here, or damaged.
    """
    packed = record.get(OBJECT)
    if not isinstance(packed, bytes):
        raise ToolError(
            f"The record that came by M is no model: its field [{OBJECT}] is empty or not there.",
            hint="Connect the M anchor of Image Recognition, or an Input that reads a model saved from it.",
        )
    if hashlib.sha256(packed).hexdigest() != record.get("sha256"):
        raise ToolError(
            f"The model [{record.get('Name')}] is damaged: its content does not match its sha256.",
            hint="Save it again with Output to a .yxdb file; other formats may cut long fields.",
        )
    return _unpack(packed)


def _pack(model: Model, weights: Arrays) -> pa.Buffer:
    """As a buffer, which is not copied on its way: there may be hundreds of MB."""
    from safetensors.numpy import save

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_JSON, _EPOCH), model.model_dump_json())
        archive.writestr(zipfile.ZipInfo(_WEIGHTS, _EPOCH), save(weights))
    return pa.py_buffer(packed.getbuffer())


def _unpack(packed: bytes) -> tuple[Model, Arrays]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            model = Model.model_validate_json(_member(archive, _JSON, _MAX_JSON))
            return model, load(_member(archive, _WEIGHTS, _MAX_WEIGHTS))
    except (zipfile.BadZipFile, SafetensorError, KeyError, NotImplementedError, ValidationError) as error:
        newer = isinstance(error, ValidationError) and any(one["loc"] == ("format",) for one in error.errors())
        raise ToolError(
            f"The record that came by M holds no model that this version of flowrun reads: {_reason(error, newer)}.",
            hint=f"{'Update flowrun, or train' if newer else 'Train'} the model again with Image Recognition.",
        ) from error


def _reason(error: Exception, newer: bool) -> str:
    if newer:
        return "a newer version has written it"
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
    return str(error)


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A file of the archive: stored as it is (so it cannot swell) and no larger than `limit`."""
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.file_size > limit:
        raise zipfile.BadZipFile(f"{name} is packed in another way, or larger than {limit >> 20} MB")
    return archive.read(info)

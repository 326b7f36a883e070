"""The validation records as people look at them: small pictures, and in the end what the model says of each."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine import types
from engine.context import Context
from engine.types import BLOBS, FieldType, Meaning
from tools._models import predictions
from tools._models.evaluation import Evaluation
from tools._models.pictures import Picture, reduced

_LARGEST = 256  # pixels a side: to be looked at, not to be learnt from
_LOSS = types.Field("Loss", FieldType.Double, description="minus the logarithm of the true label's probability")


def small_jpeg(picture: Picture) -> bytes:
    """A picture as a JPEG file of at most 256 pixels a side."""
    from PIL import Image

    height, width = picture.shape[:2]
    scale = min(1.0, _LARGEST / max(height, width))
    file = io.BytesIO()
    small = reduced(picture, (max(1, round(width * scale)), max(1, round(height * scale))))
    Image.fromarray(small).save(file, "JPEG", quality=90)
    return file.getvalue()


def judged_schema(records: pa.Schema, image: str, label: str, labels: list[str]) -> pa.Schema:
    """The fields of records with their predictions: other blobs are left out, the true label is text.

    Args:
        image, label: the names of these fields.
        labels: those of the model; none where they are not known yet.
    """
    kept = pa.schema([field.arrow() for field in _kept(records, image, label)])
    judged = pa.schema([*kept, *predictions.fields(kept, labels)])
    loss = _LOSS.with_(name=predictions.free(_LOSS.name, {name.casefold() for name in judged.names}))
    return judged.append(loss.arrow())


def _kept(records: pa.Schema, image: str, label: str) -> Iterator[types.Field]:
    for field in types.fields_of(records):
        if field.name == image:
            yield types.Field(image, FieldType.Blob, source=field.source, meaning=Meaning.image)
        elif field.name == label:
            yield types.Field(label, FieldType.V_WString, source=field.source, meaning=Meaning.truth)
        elif field.type not in BLOBS:
            yield field.with_(meaning=None)  # a label or a probability is that of this model


class Shown:
    """Records set aside, in memory while they are few, else on disk.

    Args:
        image, label: the fields.
    """

    def __init__(self, context: Context, records: pa.Schema, image: str, label: str) -> None:
        self._schema = pa.schema([field.arrow() for field in _kept(records, image, label)])
        self._records, self._image, self._label = records, image, label
        self._spool = context.spool(self._schema, context.buffer)

    @property
    def compared(self) -> tuple[str, str]:
        """The fields of the true and of the predicted label, as `judged` gives them."""
        return self._label, predictions.fields(self._schema, [])[0].name

    def add(self, batch: pa.RecordBatch, pictures: Sequence[bytes]) -> None:
        """Set records aside, with these pictures in place of their own."""
        columns = [
            pa.array(pictures, pa.binary())
            if name == self._image
            else pc.cast(batch.column(name), pa.string())
            if name == self._label
            else batch.column(name)
            for name in self._schema.names
        ]
        self._spool.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def pictures(self, positions: Sequence[int]) -> dict[int, bytes]:
        """The pictures of some records, by their position."""
        found: dict[int, bytes] = {}
        start = 0
        for batch in self._spool:
            here = [position for position in positions if start <= position < start + batch.num_rows]
            found |= {position: batch.column(self._image)[position - start].as_py() for position in here}
            start += batch.num_rows
        return found

    def judged(self, evaluation: Evaluation) -> Iterator[pa.RecordBatch]:
        """All records, with what the model says of them and how wrong that is."""
        whole = judged_schema(self._records, self._image, self._label, evaluation.labels)
        start = 0
        for batch in self._spool:
            rows = slice(start, start + batch.num_rows)
            start = rows.stop
            added = predictions.columns(evaluation.probabilities[rows], evaluation.labels)
            columns = [*batch.columns, *(pa.array(values) for values in added), pa.array(evaluation.losses[rows])]
            yield pa.RecordBatch.from_arrays(columns, schema=whole)

    def close(self) -> None:
        """Let go of everything."""
        self._spool.close()

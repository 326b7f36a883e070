"""Use a trained model on new records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from engine import types
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, FilePath, Home, Schemas, Tool, hint
from tools._images.fields import name_column, record_name
from tools._models import model_record, predictions
from tools._models.backbones import IMAGENET
from tools._models.beside import Beside
from tools._models.frozen import BATCH
from tools._models.image_field import image_field
from tools._models.pictures import Chunks, Picture, each, reduced, scaled

if TYPE_CHECKING:
    from tools._models.classifier import Classifier


class PredictConfig(Config):
    """Settings of Predict."""

    image: Annotated[str, hint("field", anchor="D", meaning="image", none="Automatic")] | None = None
    """The field with the images; left out, the one that has the training field's name, else the first with images."""
    label_probabilities: bool = True
    """Add a field `Probability_<label>` for every label."""
    top_k: int = Field(default=1, ge=1, le=100)
    """How many of the most probable labels to add: 3 adds `Predicted_Top2` and `Predicted_Top3` too."""
    flip: bool | None = None
    """Look at the mirror image too and take the mean; left out, where the model has learnt from mirrored pictures."""
    weights: Annotated[FilePath, Field(examples=[IMAGENET])] = IMAGENET
    """For a model saved without its pre-trained weights: `imagenet`, or the file that it was trained with."""


class Predict(Tool[PredictConfig]):
    """Recognise what pictures show, with a trained model.

    D takes records with images, M the model: the M anchor of Image Recognition, or an Input that reads a model saved as
    .yxdb. The records leave as they came, with `Predicted`, its `Probability` (0 to 1) and the probability of every
    label. Pictures of another size than those of the training are scaled.

    Example:
        predict:
          tool: Predict
          image: image
    """

    inputs = (Anchor("D", "Data"), Anchor("M", "Model"))
    first = ("M",)
    stateless = True
    heavy = True
    keywords = ("score", "classify", "apply model", "inference", "recognise")

    def __init__(self, config: PredictConfig, home: Home) -> None:
        super().__init__(config, home)
        self._models: list[dict[str, object]] = []
        self._chunks = Chunks(BATCH)
        self._waiting: deque[pa.RecordBatch] = deque()
        self._answers: deque[NDArray[np.float32] | None] = deque()
        self._network = Beside(self._probabilities)
        self._sent = False
        self._nulls = self._scaled = 0

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        model_record.check_schema(inputs["M"])
        image_field(inputs["D"], self.config.image)
        return {"out": types.open_schema(pa.schema([*inputs["D"], *self._added(inputs["D"], [])]))}

    def _added(self, schema: pa.Schema, labels: list[str]) -> list[pa.Field]:
        return predictions.fields(schema, labels, self.config.top_k, each=self.config.label_probabilities)

    def reads(self) -> list[Path]:
        source = self._weights
        return [source] if isinstance(source, Path) else []

    @property
    def _weights(self) -> str | Path:
        return IMAGENET if self.config.weights == IMAGENET else self.home.path(self.config.weights)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "M":
            model_record.check_schema(batch.schema)
            self._models += batch.to_pylist()
            self._refuse_more_than_one()
            return
        self._waiting.append(batch)
        seen = 0
        for pictures in each(self.context, batch.column(self._image), self._picture):
            self._note(batch, seen, pictures)
            seen += len(pictures)
            for full in self._chunks.add([picture for picture, _ in pictures]):
                yield from self._answer(full)
            self.context.progress(None, f"{self.context.before + seen:,} pictures")

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor == "M":
            self._start()
            return
        for rest in self._chunks.rest():
            yield from self._answer(rest)
        for probabilities in self._network.rest():
            self._answers += probabilities
        yield from self._ready()
        if not self._sent:  # those that follow learn the fields from a batch, even an empty one
            yield "out", self._answered(pa.RecordBatch.from_pylist([], self.context.inputs["D"]))

    def complete(self) -> Iterator[Emission]:
        if self._nulls:
            have = "1 record has" if self._nulls == 1 else f"{self._nulls:,} records have"
            self.context.warning(f"{have} no image that can be read: the prediction is null.")
        if self._scaled:
            were = "1 picture was" if self._scaled == 1 else f"{self._scaled:,} pictures were"
            self.context.info(f"{were} scaled to {self._size} pixels, the size of training.")
        yield from ()

    def take_note(self, note: tuple[int, int, str]) -> None:
        nulls, scaled, self._size = note
        self._nulls += nulls
        self._scaled += scaled

    def close(self, failed: bool) -> None:
        self._network.close()
        if hasattr(self, "_classifier"):
            self._classifier.close()

    def _refuse_more_than_one(self) -> None:
        if len(self._models) > 1:
            raise ToolError(
                "More than one model came by M; exactly one is expected.",
                hint="Keep one record with Sample or Filter, or save the model to a file of its own.",
            )

    def _start(self) -> None:
        from tools._models.classifier import Classifier

        if not self._models:
            raise ToolError(
                "No model came by M: there was no record.",
                hint="Connect the M anchor of Image Recognition, or an Input that reads a saved model.",
            )
        model, weights = model_record.from_record(self._models.pop())
        self._image = image_field(self.context.inputs["D"], self.config.image, model.image_field)
        flip = model.mirror if self.config.flip is None else self.config.flip
        self._classifier: Classifier = Classifier(model, weights, self._weights, flip=flip, context=self.context)
        schema = self.context.inputs["D"]
        self._name = name_column(schema)
        self._schema = pa.schema([*schema, *self._added(schema, model.labels)])

    def _picture(self, index: int, data: bytes | None) -> tuple[Picture | None, str]:
        """A picture at the size of the model, or None, and what is to be said about it."""
        from engine.images import BadImage, decode

        if data is None:
            return None, ""
        try:
            picture = decode(data)
        except BadImage as error:
            return None, error.message
        model = self._classifier.model
        fitting = scaled(picture, (model.width, model.height))
        return reduced(fitting, self._classifier.size), "" if fitting is picture else "scaled"

    def _answer(self, pictures: list[Picture | None]) -> Iterator[Emission]:
        """Predict up to `BATCH` pictures; yields the batches that are ready before these are."""
        for probabilities in self._network.call(pictures):
            self._answers += probabilities
        yield from self._ready()

    def _probabilities(self, pictures: list[Picture | None]) -> list[NDArray[np.float32] | None]:
        """Of each label for each picture, or None where there is no picture."""
        width, height = self._classifier.size
        nothing = np.zeros((height, width, 3), np.uint8)
        answers = self._classifier(np.stack([nothing if picture is None else picture for picture in pictures]))
        return [None if picture is None else answer for picture, answer in zip(pictures, answers, strict=True)]

    def _note(self, batch: pa.RecordBatch, start: int, pictures: list[tuple[Picture | None, str]]) -> None:
        """Report pictures that cannot be read, count the null and the scaled; `start`: the place of the first."""
        for index, (picture, remark) in enumerate(pictures, start):
            if picture is None and remark:
                name = record_name(batch, self._name, index)
                where = f"Record {self.context.record(index)}" + (f" ({name})" if name else "")
                self.context.conversion_error(f"{where}: its image cannot be read: {remark}.")
        nulls = sum(picture is None for picture, _ in pictures)
        scaled = sum(bool(remark) for picture, remark in pictures if picture is not None)
        model = self._classifier.model
        self.context.note((nulls, scaled, f"{model.width} × {model.height}"))

    def _ready(self) -> Iterator[Emission]:
        """The batches all of whose records have their answer."""
        while self._waiting and self._waiting[0].num_rows <= len(self._answers):
            yield "out", self._answered(self._waiting.popleft())

    def _answered(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        self._sent = True
        answers = [self._answers.popleft() for _ in range(batch.num_rows)]
        labels = self._classifier.model.labels
        missing = np.array([answer is None for answer in answers], bool)
        unknown = np.zeros(len(labels), np.float32)
        table = np.array([unknown if answer is None else answer for answer in answers]).reshape(-1, len(labels))
        added = predictions.columns(table, labels, self.config.top_k, each=self.config.label_probabilities)
        columns = [pa.array(values, mask=missing) for values in added]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=self._schema)

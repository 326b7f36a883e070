"""Compare trained models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from pydantic import Field

from engine import types
from engine.context import Context
from engine.errors import ToolError, listed
from engine.tool import Anchor, Config, Emission, FilePath, Home, Schemas, Tool, hint
from engine.types import BLOBS, FieldType, Meaning
from tools._models import comparison, model_record, tensorflow_library
from tools._models.backbones import IMAGENET
from tools._models.comparison import Candidate, Comparison
from tools._models.image_field import image_field
from tools._models.judging import Holdout, judge, sizes_of

REPORT_SCHEMA = types.schema_of(types.Field("Report", FieldType.V_WString, meaning=Meaning.report))


class ModelComparisonConfig(Config):
    """Settings of Model Comparison."""

    label: Annotated[str, hint("field", anchor="D")] | None = None
    """The field with the true labels of the pictures that come by D."""
    image: Annotated[str, hint("field", anchor="D", meaning="image", none="Automatic")] | None = None
    """The field with those pictures; left out, the one that has the training field's name, else the first with images.
    """
    weights: Annotated[FilePath, Field(examples=[IMAGENET])] = IMAGENET
    """For models saved without their pre-trained weights: `imagenet`, or the file that they were trained with."""


class ModelComparison(Tool[ModelComparisonConfig]):
    """Compare trained models: accuracy, time and size, and whether a difference means anything.

    Connect the models to M: the M anchors of several Image Recognition tools, or Inputs that read saved models. Connect
    pictures with known labels that none of them has seen to D (H of Create Samples): every model predicts the same
    ones, its time is taken, and a test says whether the best one is better by more than chance. Without D the figures
    are those that each model's own training has noted.

    E gives a record a model, R a report: the table, the best one marked, the curves side by side.

    Example:
        compare:
          tool: ModelComparison
          label: Class
    """

    inputs = (
        Anchor("M", "Models", multiple=True),
        Anchor("D", "Pictures to judge them by, with their labels", optional=True),
    )
    outputs = (Anchor("E", "Comparison"), Anchor("R", "Report"))
    first = ("M",)
    heavy = True
    keywords = ("benchmark", "evaluate", "best model", "accuracy", "McNemar", "champion", "challenger")

    def __init__(self, config: ModelComparisonConfig, home: Home) -> None:
        super().__init__(config, home)
        self._holdout: Holdout | None = None

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        for port, entering in inputs.items():
            if port == "D":
                self._check_label(entering)
                image_field(entering, self.config.image)
            else:
                model_record.check_schema(entering)
        return {"E": comparison.SCHEMA, "R": REPORT_SCHEMA}

    def _check_label(self, entering: pa.Schema) -> str:
        if self.config.label is None:
            raise ToolError(
                "The setting 'label' is missing: pictures come by D, and nothing says what they show.",
                hint=f"Name the field with their true labels; D has {listed(entering.names)}.",
                setting="label",
            )
        field = types.find_field(entering, self.config.label, setting="label", anchor="D")
        if field.type in BLOBS:
            raise ToolError(f"[{field.name}] is of type {field.type}; labels are text or numbers.", setting="label")
        return field.name

    def reads(self) -> list[Path]:
        source = self._weights
        return [source] if isinstance(source, Path) else []

    @property
    def _weights(self) -> str | Path:
        return IMAGENET if self.config.weights == IMAGENET else self.home.path(self.config.weights)

    def open(self, context: Context) -> None:
        super().open(context)
        ports = {port: schema for port, schema in context.inputs.items() if port != "D"}
        self._models = {port: context.spool(schema) for port, schema in ports.items()}
        self._candidates: list[Candidate] = []

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor != "D":
            self._models[anchor].append(batch)
            return
        self._meet_models()
        if self._holdout is None:
            sizes = dict.fromkeys(sizes_of(candidate.model) for candidate in self._candidates)
            self._holdout = Holdout(self.context, sizes)
        entering, trained = batch.schema, self._candidates[0].model.image_field
        label = batch.column(self._check_label(entering))
        self._holdout.add(batch.column(image_field(entering, self.config.image, trained)), label)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        self._meet_models()
        result = comparison.compare(self._candidates, self._judged() if "D" in self.context.inputs else None)
        yield "E", result.record_batch()
        yield "R", self._report(result)

    def _records(self) -> Iterator[dict[str, Any]]:
        """The model records, one at a time: they may be large."""
        for spool in self._models.values():
            for batch in spool:
                for index in range(batch.num_rows):
                    yield from batch.slice(index, 1).to_pylist()

    def _meet_models(self) -> None:
        if self._candidates:
            return
        given = []
        for record in self._records():
            model, _ = model_record.from_record(record)
            given.append(str(record.get("Name") or ""))
            size, seconds = len(record[model_record.OBJECT]), record.get("training_seconds")
            self._candidates.append(Candidate(model, model.name, size, seconds))
        if not given:
            raise ToolError(
                "No model came by M: there was no record.",
                hint="Connect the M anchors of Image Recognition, or Inputs that read saved models.",
            )
        for candidate, name in zip(
            self._candidates, comparison.names([each.model for each in self._candidates], given), strict=True
        ):
            candidate.name = name

    def _judged(self) -> Any:
        """Let every model predict the pictures of D; their true labels."""
        holdout = self._holdout
        if holdout is None or not holdout.labels:
            raise ToolError(
                "No pictures with labels came by D.",
                hint="Connect pictures that the models have not seen, as H of Create Samples, or take the wire away.",
            )
        if holdout.unread:
            have = "1 record of D has" if holdout.unread == 1 else f"{holdout.unread:,} records of D have"
            self.context.warning(f"{have} no picture that can be read, or no label: left out.")
        tensorflow_library.start()  # its start is no model's time
        for candidate, record in zip(self._candidates, self._records(), strict=True):
            model, weights = model_record.from_record(record)
            pictures = holdout.pictures(model)
            answers = judge(model, weights, self._weights, pictures, self.context, candidate.name)
            candidate.predicted, candidate.loading_seconds, candidate.prediction_seconds = answers
            self._warn_of_unknown(candidate, holdout.labels)
        return np.array(holdout.labels, object)

    def _warn_of_unknown(self, candidate: Candidate, labels: list[str]) -> None:
        unknown = Counter(labels)
        for label in candidate.model.labels:
            del unknown[label]
        if unknown:
            count = unknown.total()
            wrong = "1 picture of D counts as a mistake" if count == 1 else f"{count:,} pictures of D count as mistakes"
            self.context.warning(f"{candidate.name} has not learnt {listed(sorted(unknown))}: {wrong}.")

    def _report(self, result: Comparison) -> pa.RecordBatch:
        from tools._models.comparison_report import report

        return pa.RecordBatch.from_arrays([pa.array([report(result)])], schema=REPORT_SCHEMA)

    def close(self, failed: bool) -> None:
        for spool in getattr(self, "_models", {}).values():
            spool.close()
        if self._holdout is not None:
            self._holdout.close()

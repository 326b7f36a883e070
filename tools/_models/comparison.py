"""Trained models side by side: what each says of itself, how it judged the same pictures, and whether that differs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine import types
from engine.errors import ToolError
from engine.types import FieldType
from tools._models.model_record import Model

_Z = 1.959964  # two-sided 95%
SCHEMA = types.schema_of(
    types.Field("model", FieldType.V_WString),
    types.Field("backbone", FieldType.V_WString),
    types.Field("train", FieldType.V_WString, description="what has learnt: scratch, head, last_block or all"),
    types.Field("epochs", FieldType.Int32, description="that there were"),
    types.Field("best_epoch", FieldType.Int32, description="whose weights were kept"),
    types.Field("width", FieldType.Int32, description="of the pictures, in pixels"),
    types.Field("height", FieldType.Int32, description="of the pictures, in pixels"),
    types.Field("labels", FieldType.Int32),
    types.Field("training_pictures", FieldType.Int32),
    types.Field("training_seconds", FieldType.Double),
    types.Field("loading_seconds", FieldType.Double, description="from the model record to a network that runs"),
    types.Field("prediction_seconds", FieldType.Double, description="for the pictures of D, once they are decoded"),
    types.Field("pictures_per_second", FieldType.Double),
    types.Field("bytes", FieldType.Int64, description="of the model record"),
    types.Field("judged_by", FieldType.V_WString, description="holdout (D), or validation: the training's own"),
    types.Field("pictures", FieldType.Int64, description="that it was judged by"),
    types.Field("accuracy", FieldType.Double, description="the part of those that it recognised"),
    types.Field("accuracy_low", FieldType.Double, description="95% interval of Wilson"),
    types.Field("accuracy_high", FieldType.Double, description="95% interval of Wilson"),
    types.Field("precision", FieldType.Double, description="mean over the labels"),
    types.Field("recall", FieldType.Double, description="mean over the labels"),
    types.Field("f1", FieldType.Double, description="mean over the labels"),
    types.Field("validation_accuracy", FieldType.Double, description="as the training measured it"),
    types.Field("p_value", FieldType.Double, description="McNemar's exact test against the best, of the same pictures"),
    types.Field("best", FieldType.Bool),
)


@dataclass
class Candidate:
    """A model that is compared.

    Attributes:
        name: as users tell it from the others.
        training_seconds: None where an older version has not noted it.
        size: bytes of the model record.
        predicted: the label that it gave each picture of D; None without D.
    """

    model: Model
    name: str
    size: int
    training_seconds: float | None = None
    loading_seconds: float | None = None
    prediction_seconds: float | None = None
    predicted: NDArray[np.object_] | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Models that were judged.

    Attributes:
        truth: the label of each picture of D; None without D.
        best: position of the most accurate one; of equals the one with the higher F1.
    """

    candidates: list[Candidate]
    truth: NDArray[np.object_] | None
    best: int

    def record_batch(self) -> pa.RecordBatch:
        """One record a model, in the order in which they came."""
        rows = [self._row(candidate) for candidate in self.candidates]
        return pa.RecordBatch.from_pylist(rows, SCHEMA)

    def _row(self, candidate: Candidate) -> dict[str, object]:
        model, pictures = candidate.model, self.pictures(candidate)
        low, high = wilson(candidate.figures["accuracy"], pictures) if pictures else (None, None)
        seconds = candidate.prediction_seconds
        return {
            **candidate.figures,
            "model": candidate.name,
            "backbone": model.backbone,
            "train": model.train or None,
            "epochs": len(model.history),
            "best_epoch": model.best_epoch or None,
            "width": model.width,
            "height": model.height,
            "labels": len(model.labels),
            "training_pictures": model.pictures.get("training"),
            "training_seconds": candidate.training_seconds,
            "loading_seconds": candidate.loading_seconds,
            "prediction_seconds": seconds,
            "pictures_per_second": pictures / seconds if seconds and pictures else None,
            "bytes": candidate.size,
            "judged_by": "validation" if self.truth is None else "holdout",
            "pictures": pictures,
            "accuracy_low": low,
            "accuracy_high": high,
            "validation_accuracy": model.metrics.get("accuracy"),
            "p_value": self.p_value(candidate),
            "best": candidate is self.candidates[self.best],
        }

    def pictures(self, candidate: Candidate) -> int | None:
        """How many pictures the model was judged by, where that is known."""
        return candidate.model.pictures.get("validation") if self.truth is None else len(self.truth)

    def p_value(self, candidate: Candidate) -> float | None:
        """How easily chance alone makes the best one so much better; None for itself, and without common pictures."""
        best = self.candidates[self.best]
        if candidate is best or self.truth is None:
            return None
        assert candidate.predicted is not None
        assert best.predicted is not None
        return mcnemar(best.predicted == self.truth, candidate.predicted == self.truth)


def compare(candidates: list[Candidate], truth: NDArray[np.object_] | None) -> Comparison:
    """Judge the candidates: by the pictures of D where they have predicted them, else by their own validation.

    Raises:
        ToolError: there are no pictures of D, and a model does not tell how accurate it is.
    """
    for candidate in candidates:
        candidate.figures = _noted(candidate) if truth is None else judged(truth, candidate.predicted)
    keys = [(each.figures["accuracy"], each.figures["f1"]) for each in candidates]
    return Comparison(candidates, truth, keys.index(max(keys)))


def _noted(candidate: Candidate) -> dict[str, float]:
    metrics = candidate.model.metrics
    if not {"accuracy", "precision", "recall", "f1"} <= metrics.keys():
        raise ToolError(
            f"The model [{candidate.name}] does not tell how accurate it is.",
            hint="Connect pictures with labels to D, so that all models are judged by the same ones.",
        )
    return metrics


def judged(truth: NDArray[np.object_], predicted: NDArray[np.object_] | None) -> dict[str, float]:
    """Accuracy; precision, recall and F1 as means over the labels that there are."""
    from sklearn.metrics import precision_recall_fscore_support

    means = precision_recall_fscore_support(
        truth, predicted, labels=sorted(set(truth)), average="macro", zero_division=0
    )
    names = ("precision", "recall", "f1")
    figures = {name: float(value) for name, value in zip(names, means[:3], strict=True)}
    return {"accuracy": float((truth == predicted).mean()), **figures}


def recalls(truth: NDArray[np.object_], predicted: NDArray[np.object_]) -> dict[str, float]:
    """Of the pictures of each label, the part that was recognised."""
    return {label: float((predicted[truth == label] == label).mean()) for label in sorted(set(truth))}


def wilson(part: float, count: int) -> tuple[float, float]:
    """The 95% interval of a part that was seen in `count` trials, after Wilson: right for few trials and near 0 and 1.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    square = _Z * _Z
    middle = (part + square / (2 * count)) / (1 + square / count)
    reach = _Z * math.sqrt(part * (1 - part) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def mcnemar(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """The exact p-value that two models are equally often right, from whether each was right about the same pictures.

    Only pictures about which they differ count. Source: Q. McNemar, 1947.
    """
    from scipy.stats import binomtest

    wins, losses = int((one & ~other).sum()), int((other & ~one).sum())
    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def names(models: Sequence[Model], given: Sequence[str]) -> list[str]:
    """A name for each model: that of its record where somebody gave it one, else its network and what sets it apart."""
    own = [name if name and name != model.name else "" for model, name in zip(models, given, strict=True)]
    made = [name or model.backbone for model, name in zip(models, own, strict=True)]
    for facts in zip(*map(_facts, models), strict=True):
        made = [
            f"{name}, {fact}" if fact and not own[index] and _tells_apart(made, facts, index) else name
            for index, (name, fact) in enumerate(zip(made, facts, strict=True))
        ]
    return list(_numbered(made))


def _facts(model: Model) -> Iterator[str]:
    """What may set two models of one network apart, the most telling first."""
    yield "" if model.train in ("", "scratch") else model.train.replace("_", " ")
    yield f"{len(model.history)} epoch{'s' if len(model.history) > 1 else ''}"
    yield f"{model.width} × {model.height} pixels"
    yield f"{model.pictures['training']:,} pictures" if model.pictures else ""
    yield f"batches of {model.batch_size}" if model.batch_size else ""
    yield "" if model.seed is None else f"seed {model.seed}"


def _tells_apart(made: Sequence[str], facts: Sequence[str], index: int) -> bool:
    return any(name == made[index] and fact != facts[index] for name, fact in zip(made, facts, strict=True))


def _numbered(made: Sequence[str]) -> Iterator[str]:
    count, seen = Counter(made), Counter[str]()
    for name in made:
        seen[name] += 1
        yield f"{name} ({seen[name]})" if count[name] > 1 else name

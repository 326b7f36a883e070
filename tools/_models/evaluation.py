"""How good a classifier is on records whose labels are known: figures a label, confusion matrix, worst mistakes."""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine import types
from engine.types import FieldType, Meaning
from tools._models.runtime import importing

OVERALL = "Overall"

SCHEMA = types.schema_of(
    types.Field("label", FieldType.V_WString, meaning=Meaning.label),
    types.Field("precision", FieldType.Double, description="of those called so, the part that is"),
    types.Field("recall", FieldType.Double, description="of those that are so, the part that was called so"),
    types.Field("f1", FieldType.Double, description="harmonic mean of precision and recall"),
    types.Field("accuracy", FieldType.Double, description="the part judged rightly to be so or not"),
    types.Field("support", FieldType.Int64, description="validation records with this label"),
)


@dataclass(frozen=True)
class Evaluation:
    """What the validation records tell.

    Attributes:
        rows: the records of E, one a label and a last one over all (the mean of the labels; accuracy of all records).
            A label without records has no precision, recall and F1, and no part in the means.
        confusion: counts, shape (true labels, predicted labels).
        mistakes: positions of wrong records, the surest first.
    """

    labels: list[str]
    rows: list[dict[str, Any]]
    confusion: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    truth: NDArray[np.int32]
    mistakes: NDArray[np.int64]

    @property
    def overall(self) -> dict[str, float]:
        """The last row without its name."""
        return {key: value for key, value in self.rows[-1].items() if key not in ("label", "support")}

    @property
    def losses(self) -> NDArray[np.float64]:
        """The cross entropy of each record: the surer of something else, the greater."""
        right = self.probabilities[np.arange(len(self.truth)), self.truth].astype(np.float64)
        return -np.log(np.maximum(right, np.finfo(np.float32).tiny))

    def record_batch(self) -> pa.RecordBatch:
        """The records of E."""
        return pa.RecordBatch.from_pylist(self.rows, SCHEMA)


def get_ready() -> None:
    """Import scikit-learn in a thread: it takes a second, which the network's work leaves room for."""

    def work() -> None:
        with importing:
            importlib.import_module("sklearn.metrics")

    threading.Thread(target=work, daemon=True).start()


def evaluate(labels: list[str], truth: NDArray[np.int32], probabilities: NDArray[np.float32]) -> Evaluation:
    """Compare probabilities, shape (records, labels), with the codes of the true labels, shape (records,)."""
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    codes = np.arange(len(labels))
    predicted = probabilities.argmax(1)
    confusion = confusion_matrix(truth, predicted, labels=codes)
    figures = precision_recall_fscore_support(truth, predicted, labels=codes, zero_division=0)
    correct = confusion.diagonal()
    # Judged one label against all others: its own right ones, and all that neither are nor were called so.
    one_against_all = 1 - (confusion.sum(0) + confusion.sum(1) - 2 * correct) / len(truth)
    support = figures[3]
    rates = [[rate if count else None for rate, count in zip(column, support, strict=True)] for column in figures[:3]]
    rows = [
        dict(zip(SCHEMA.names, values, strict=True))
        for values in zip(labels, *rates, one_against_all.tolist(), support.tolist(), strict=True)
    ]
    means = [float(column[support > 0].mean()) for column in figures[:3]]
    overall = [OVERALL, *means, float(correct.sum() / len(truth)), len(truth)]
    rows.append(dict(zip(SCHEMA.names, overall, strict=True)))
    wrong = np.flatnonzero(predicted != truth)
    surest = wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")]
    return Evaluation(labels, rows, confusion, probabilities, truth, surest)

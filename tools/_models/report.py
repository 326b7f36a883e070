"""The report of a training: curves, confusion matrix, figures a label, the surest mistakes, and what they say."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from tools._models import calibration
from tools._models.curves import STYLE, curve
from tools._models.evaluation import Evaluation
from tools._models.training import Epoch, Outcome
from tools._reports import page, templates

MISTAKES = 12
"""How many are shown, the surest first."""
_MOST_LABELS = 25  # of a confusion matrix that fits a screen
_PAIRS = 20

_BODY = """
<p>{{ verdict }}</p>
{% for sentence in advice %}<p>{{ sentence|coded }}</p>
{% endfor %}
<div class="tiles">
{% for value, name in tiles %}<div class="tile"><b>{{ value }}</b><span>{{ name }}</span></div>
{% endfor %}</div>

<h2>Epochs</h2>
<div class="curves">{{ accuracy_curve }}{{ loss_curve }}</div>

<h2>Labels</h2>
<div class="wide"><table class="grid">
<tr><th>Label</th>{% for name in ("Precision", "Recall", "F1", "Accuracy", "Pictures", "Learnt from") %}
<th class="number">{{ name }}</th>{% endfor %}</tr>
{% for row in rows %}
<tr{% if loop.last %} class="total"{% endif %}><td>{{ row.label }}</td>
{% for name in ("precision", "recall", "f1", "accuracy") %}
<td class="number">{{ "–" if row[name] is none else row[name]|percent }}</td>
{% endfor %}<td class="number">{{ "{:,}".format(row.support) }}</td>
<td class="number">{{ "{:,}".format(learnt[loop.index0]) }}</td></tr>
{% endfor %}</table></div>
<p class="note">Precision: of the pictures called so, the part that is. Recall: of the pictures that are so, the part
that was called so. F1: high where both are. Accuracy: of all pictures, the part rightly called so or not so; overall,
the part called as they are. All of the validation pictures; the last column counts those of the training.</p>

<h2>Confusion matrix</h2>
{% if labels|length > most_labels %}<div class="wide"><table class="grid">
<tr><th>True label</th><th>Predicted</th><th class="number">Pictures</th></tr>
{% for actual, called, count in pairs %}
<tr><td>{{ actual }}</td><td>{{ called }}</td><td class="number">{{ "{:,}".format(count) }}</td></tr>
{% endfor %}</table></div>
<p class="note">With {{ labels|length }} labels the whole matrix would be too large to read: these are the most frequent
mistakes.</p>
{% else %}<div class="wide"><table class="grid matrix">
<tr><th class="head">True label \\ predicted</th>
{% for label in labels %}<th class="number">{{ label }}</th>{% endfor %}</tr>
{% for cells in confusion %}
<tr><th class="head">{{ labels[loop.index0] }}</th>{% set row = loop.index0 %}
{% for count, part in cells %}
{% if count %}
<td class="number cell {{ "right" if loop.index0 == row else "wrong" }}" style="--part:{{ (70 * part)|round }}%"
data-where='{{ where(labels[row], labels[loop.index0])|tojson }}'>
{{ "{:,}".format(count) }}<br><small>{{ part|percent }}</small></td>
{% else %}<td class="number none">0</td>
{% endif %}
{% endfor %}</tr>
{% endfor %}</table></div>{% endif %}

<h2>How sure it is</h2>
<p>{{ calibration_verdict }}</p>
{{ calibration_diagram }}

<h2>Surest mistakes</h2>
{% if mistakes %}<div class="mistakes">
{% for mistake in mistakes %}
<figure data-where='{{ where(mistake.truth, mistake.predicted)|tojson }}'><img alt="" src="{{ mistake.picture }}">
<figcaption><b>{{ mistake.truth }}</b><br>taken for {{ mistake.predicted }}<br>
{{ mistake.probability|percent }} sure</figcaption></figure>
{% endfor %}</div>
{% else %}<p>None: every validation picture was recognised.</p>
{% endif %}

<h2>Training</h2>
<table class="grid">
{% for name, value in facts.items() %}<tr><th>{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}</table>
"""
_OWN_STYLE = """
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1rem; }
.mistakes figure { margin: 0; overflow-wrap: anywhere; }
.mistakes img { width: 8.5rem; }
@media print { .mistakes { grid-template-columns: repeat(6, 1fr); } .mistakes img { width: 100%; } }
.matrix th.number { max-width: 10rem; } .matrix .none { color: var(--soft); }
.cell.right { background: color-mix(in srgb, var(--good) var(--part), transparent); }
.cell.wrong { background: color-mix(in srgb, var(--bad) var(--part), transparent); }
"""


def report(
    name: str,
    outcome: Outcome,
    evaluation: Evaluation,
    pictures: Mapping[int, bytes],
    learnt: Sequence[int],
    fields: tuple[str, str],
    facts: dict[str, str],
    advice: list[str],
) -> str:
    """A self-contained HTML page.

    Args:
        pictures: JPEG files of the validation records that are shown, by their position.
        learnt: how many training pictures each label has.
        fields: in which the records beside the report hold the true and the predicted label.
        facts: the lines of the table at the end.
        advice: sentences that follow the verdict.
    """
    counts = evaluation.confusion.tolist()
    parts = (evaluation.confusion / np.maximum(evaluation.confusion.sum(1, keepdims=True), 1)).tolist()
    templates().filters.update(percent="{:.1%}".format, coded=_coded)
    template = templates().from_string(_BODY)
    calibrated = calibration.calibrate(evaluation.truth, evaluation.probabilities)
    body = template.render(
        verdict=_verdict(evaluation),
        advice=advice,
        tiles=_tiles(outcome, evaluation.overall),
        accuracy_curve=curve("Accuracy", _series(outcome.history, "accuracy"), outcome.best, per_cent=True),
        loss_curve=curve("Loss", _series(outcome.history, "loss"), outcome.best),
        rows=evaluation.rows,
        learnt=[*learnt, sum(learnt)],
        where=lambda true, called: dict(zip(fields, (true, called), strict=True)),
        labels=evaluation.labels,
        confusion=[list(zip(row, part, strict=True)) for row, part in zip(counts, parts, strict=True)],
        most_labels=_MOST_LABELS,
        pairs=_confused(evaluation),
        calibration_verdict=calibration.verdict(calibrated),
        calibration_diagram=calibration.diagram(calibrated),
        mistakes=[_mistake(evaluation, pictures[index], index) for index in evaluation.mistakes[:MISTAKES].tolist()],
        facts=facts,
    )
    return page(f"Image recognition: {name}", body, STYLE + calibration.STYLE + _OWN_STYLE)


def _coded(sentence: str) -> Markup:
    """The sentence with what stands between backticks set as code."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 (escaped before)


def _series(history: list[Epoch], name: str) -> dict[str, list[float]]:
    return {
        "training": [epoch[name] for epoch in history],
        "validation": [epoch[f"val_{name}"] for epoch in history],
    }


def _verdict(evaluation: Evaluation) -> str:
    records, wrong = len(evaluation.truth), len(evaluation.mistakes)
    text = f"The model recognises {records - wrong:,} of {records:,} validation pictures ({1 - wrong / records:.1%})."
    for true, called, count in _confused(evaluation)[:1]:
        text += f" Its most frequent mistake: {true} taken for {called} ({count:,} of them)."
    return text


def _confused(evaluation: Evaluation) -> list[tuple[str, str, int]]:
    """The most frequent mistakes: true label, predicted label, count."""
    counts, labels = evaluation.confusion.copy(), evaluation.labels
    np.fill_diagonal(counts, 0)
    places = np.argsort(-counts, axis=None, kind="stable")[:_PAIRS]
    pairs = (np.unravel_index(int(place), counts.shape) for place in places)
    return [(labels[true], labels[called], int(counts[true, called])) for true, called in pairs if counts[true, called]]


def _tiles(outcome: Outcome, overall: dict[str, float]) -> list[tuple[str, str]]:
    loss = outcome.history[outcome.best - 1]["val_loss"]
    by = ", by mean recall" if "val_recall" in outcome.history[0] else ""
    return [
        (f"{overall['accuracy']:.1%}", "validation accuracy"),
        (f"{overall['f1']:.1%}", "mean F1"),
        (f"{loss:.3f}" if loss < 100 else f"{loss:,.0f}", "validation loss"),
        (f"{outcome.best} of {len(outcome.history)}", f"best epoch{by}"),
    ]


def _mistake(evaluation: Evaluation, picture: bytes, index: int) -> dict[str, Any]:
    probabilities = evaluation.probabilities[index]
    return {
        "picture": "data:image/jpeg;base64," + base64.b64encode(picture).decode(),
        "truth": evaluation.labels[evaluation.truth[index]],
        "predicted": evaluation.labels[int(probabilities.argmax())],
        "probability": float(probabilities.max()),
    }

"""The report of a comparison: the closing table, the curves of each training side by side, recall label by label."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from tools._models.comparison import Candidate, Comparison, recalls
from tools._models.curves import STYLE, curve
from tools._reports import page, templates

_SURE = 0.05  # a p-value below: more than chance
_MOST_LABELS = 60  # of a table that anyone reads
_MINUTE, _HOUR = 60, 3600

_BODY = """
<p>{{ verdict }}</p>
{% if note %}<p class="note">{{ note }}</p>{% endif %}

<div class="wide"><table class="grid models">
<tr><th>Model</th><th class="number">Training time</th>
{% if holdout %}<th class="number">Prediction time</th><th class="number">Pictures a second</th>{% endif %}
<th class="number">Accuracy</th><th>95% interval</th><th class="number">Mean F1</th>
{% if holdout %}<th class="number">Validation</th><th>Against the best</th>{% endif %}
<th class="number">Epochs</th><th class="number">Size</th></tr>
{% for row in rows %}
<tr{% if row.best %} class="best"{% endif %}><td>{{ row.model }}
{% if row.best %}<b class="mark">best</b>{% endif %}</td>
<td class="number">{{ row.training_seconds|duration }}</td>
{% if holdout %}<td class="number">{{ row.prediction_seconds|duration }}</td>
<td class="number">{{ "{:,.0f}".format(row.pictures_per_second) }}</td>{% endif %}
<td class="number accuracy">{{ row.accuracy|percent }}</td>
<td>{% if row.accuracy_low is not none %}
<span class="scale"><i style="left:{{ row.from_ }}%;width:{{ row.wide }}%"></i><u style="left:{{ row.at }}%"></u></span>
<small>{{ row.accuracy_low|percent }} to {{ row.accuracy_high|percent }}</small>{% endif %}</td>
<td class="number">{{ row.f1|percent }}</td>
{% if holdout %}<td class="number">{{ row.validation_accuracy|percent }}</td>
<td>{% if row.p %}{{ row.against }}<br><small>{{ row.p }}</small>{% endif %}</td>{% endif %}
<td class="number">{{ row.epochs }}</td><td class="number">{{ "{:,.1f}".format(row.bytes / 1e6) }} MB</td></tr>
{% endfor %}</table></div>
<p class="note">{{ explained }}</p>

<h2>Epochs</h2>
<div class="curves">
{% for name, figure in curves %}<section><h3>{{ name }}</h3>{{ figure }}</section>
{% endfor %}</div>

{% if recalls %}<h2>Labels</h2>
<div class="wide"><table class="grid">
<tr><th>Label</th>{% for row in rows %}<th class="number">{{ row.model }}</th>{% endfor %}</tr>
{% for label, parts in recalls %}
<tr><td>{{ label }}</td>{% for part in parts %}
<td class="number"{% if part == parts|max and parts|min < part %} style="font-weight:700"{% endif %}>
{{ part|percent }}</td>
{% endfor %}</tr>
{% endfor %}</table></div>
<p class="note">Of the pictures of each label, the part that each model recognised; the most in bold.
{% if left_out %}{{ left_out }} more labels are not shown.{% endif %}</p>{% endif %}
"""
_OWN_STYLE = """
.models .best td { background: color-mix(in srgb, var(--good) 14%, transparent); }
.models td.number { white-space: nowrap; } .models td:first-child { min-width: 9rem; }
.models .accuracy { font-weight: 600; }
.mark { color: var(--good); font-size: .8em; font-weight: 600; margin-left: .35rem; }
.scale { position: relative; display: block; width: 7.5rem; height: 12px; background: var(--band); border-radius: 3px; }
.scale i { position: absolute; top: 4px; height: 4px; background: var(--bar); border-radius: 2px; }
.scale u { position: absolute; top: 1px; width: 3px; height: 10px; margin-left: -1px; background: var(--accent); }
.models small { color: var(--soft); white-space: nowrap; }
.curves section { flex: 1 1 20rem; max-width: 30rem; } .curves h3 { margin: 0 0 .25rem; }
"""


def report(result: Comparison) -> str:
    """A self-contained HTML page."""
    holdout = result.truth is not None
    environment = templates()
    environment.filters |= {"percent": _percent, "duration": duration}
    labels, left_out = _recalls(result)
    body = environment.from_string(_BODY).render(
        verdict=_verdict(result),
        note=_note(result),
        explained=_explained(holdout),
        holdout=holdout,
        rows=_rows(result),
        curves=_curves(result.candidates),
        recalls=labels,
        left_out=left_out,
    )
    return page("Model comparison", body, STYLE + _OWN_STYLE)


def _rows(result: Comparison) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = result.record_batch().to_pylist()
    low = min(row["accuracy"] if row["accuracy_low"] is None else row["accuracy_low"] for row in rows)
    for row in rows:
        if row["p_value"] is not None:
            row["against"], row["p"] = _against(row["p_value"]), _probability(row["p_value"])
        if row["accuracy_low"] is not None:
            for name, value in (("from_", row["accuracy_low"]), ("at", row["accuracy"])):
                row[name] = round(100 * (value - low) / max(1 - low, 1e-9), 1)
            row["wide"] = round(100 * (row["accuracy_high"] - row["accuracy_low"]) / max(1 - low, 1e-9), 1)
    return rows


def _verdict(result: Comparison) -> str:
    best = result.candidates[result.best]
    pictures, kind = result.pictures(best), "holdout" if result.truth is not None else "validation"
    of = f"of {pictures:,} {kind} pictures" if pictures else f"of its {kind} pictures"
    accuracy = best.figures["accuracy"]
    text = f"{best.name} is the most accurate: it recognises {accuracy:.1%} {of}."
    others = [each for each in result.candidates if each is not best]
    if not others:
        return text
    second = max(others, key=lambda each: each.figures["accuracy"])
    if second.figures["accuracy"] == accuracy:
        of = of if result.truth is not None else "of its validation pictures"
        return f"{best.name} and {second.name} are equally accurate: each recognises {accuracy:.1%} {of}."
    return f"{text} {second.name} comes next with {second.figures['accuracy']:.1%}{_meaning(result.p_value(second))}"


def _meaning(p_value: float | None) -> str:
    if p_value is None:
        return "."
    if p_value < _SURE:
        return f": a difference that chance alone would hardly make ({_probability(p_value)})."
    return f": a difference that may well be chance ({_probability(p_value)})."


def _note(result: Comparison) -> str:
    if result.truth is not None:
        return ""
    counts = {result.pictures(candidate) for candidate in result.candidates}
    differ = "They were judged by different numbers of pictures, so small differences say little. "
    return (
        "Every model is judged by its own validation pictures, by which its best epoch was chosen too. "
        + (differ if len(counts) > 1 else "")
        + "Connect pictures that none of them has seen to D, with their labels, to see how they do on the same ones."
    )


def _explained(holdout: bool) -> str:
    text = (
        "Training time: decoding, what is computed of each picture once, and the epochs; what was known from a run "
        "before took none. The 95% interval (Wilson) is where the accuracy on many more such pictures would lie."
    )
    if holdout:
        text += (
            " Prediction time: the network on the holdout pictures, decoded before. Against the best: McNemar's exact "
            "test on the pictures about which the two differ."
        )
    return text


def _against(p_value: float) -> str:
    return "less accurate" if p_value < _SURE else "may be chance"


def _probability(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"


def _curves(candidates: list[Candidate]) -> list[tuple[str, Markup]]:
    """Accuracy by epoch, all on one scale."""
    lines = {
        candidate.name: {
            "training": [epoch["accuracy"] for epoch in candidate.model.history],
            "validation": [epoch["val_accuracy"] for epoch in candidate.model.history],
        }
        for candidate in candidates
        if candidate.model.history
    }
    every = [value for series in lines.values() for values in series.values() for value in values]
    best = {candidate.name: candidate.model.best_epoch or len(candidate.model.history) for candidate in candidates}
    return [(name, curve("Accuracy", series, best[name], per_cent=True, also=every)) for name, series in lines.items()]


def _recalls(result: Comparison) -> tuple[list[tuple[str, list[float]]], int]:
    """A line a label: its name, the recall of each model; and how many lines were left out."""
    if result.truth is None:
        return [], 0
    known = [
        recalls(result.truth, candidate.predicted) for candidate in result.candidates if candidate.predicted is not None
    ]
    labels = list(known[0])
    return [(label, [parts[label] for parts in known]) for label in labels[:_MOST_LABELS]], max(
        0, len(labels) - _MOST_LABELS
    )


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def duration(seconds: float | None) -> str:
    """`0.42 s`, `12.3 s`, `1 min 44 s`, `1 h 12 min`; nothing for None."""
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"

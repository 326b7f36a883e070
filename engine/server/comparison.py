"""Runs side by side: the settings that differ, what the training measured, how long each tool took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel

from engine import events
from engine.errors import FlowrunError
from engine.server import history
from engine.server.parts import Here, plain
from engine.workflow import Workflow

MAX_RUNS = 8
_LOOKS = ("annotation",)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

router = APIRouter(tags=["runs"])


class Difference(BaseModel):
    """A setting that not all runs share, a value a run; None where a run has no such setting.

    Of no node are: a wire, the setting `a.out -> b.in`, true where it is there; a constant, `%name%`; a container's
    switch, true where it is off.
    """

    node: str
    setting: str
    values: list[Any]


class Curve(BaseModel):
    """A measure of a training by epoch, a list a run; empty where that run has none."""

    node: str
    metric: str
    runs: list[list[float]]


class Times(BaseModel):
    """The seconds that a tool worked in each run; None where it did not work: it was left out, or reused."""

    node: str
    seconds: list[float | None]


class Comparison(BaseModel):
    """Several runs, in the order in which they were named.

    `known` says of each whether the settings it ran with were kept; where they were not, nothing differs for it.
    """

    runs: list[history.Summary]
    known: list[bool]
    differences: list[Difference]
    curves: list[Curve]
    times: list[Times]


@router.get("/api/comparison")
def comparison(run: Annotated[list[str], Query(min_length=2, max_length=MAX_RUNS)], here: Here) -> Comparison:
    """Compare runs by their names."""
    folders = [here.runs.place(name) for name in run]
    summaries = [history.summary(folder) for folder in folders]
    settings = [_settings(folder) for folder in folders]
    told = [list(history.told(folder)) for folder in folders]
    return Comparison(
        runs=[summary for summary in summaries if summary is not None],
        known=[one is not None for one in settings],
        differences=_differences(settings),
        curves=_curves(told),
        times=_times(told),
    )


Settings = dict[tuple[str, str], Any]


def _settings(folder: Path) -> Settings | None:
    """What a run ran with, by node and path of the setting; None where it is not known."""
    overrides = history.manifest(folder).get("workflow", {}).get("set", {})
    try:
        document = Workflow.load(folder / "workflow.yaml", overrides.items()).document
    except FlowrunError:
        return None
    found: Settings = {("", f"%{name}%"): value for name, value in document.constants.items()}
    found |= {("", wire): True for wire in document.connections}
    found |= {("", f"{box.title or name} disabled"): True for name, box in document.containers.items() if box.disabled}
    for name, node in document.nodes.items():
        flat = _flat(node.model_dump(mode="json", exclude_defaults=True))
        found |= {(name, path): value for path, value in flat.items() if path.split(".")[0] not in _LOOKS}
    return found


def _flat(data: Any, path: str = "") -> dict[str, Any]:
    """Nested data by dotted path, as `--set` names it. An empty list or mapping is a value."""
    if not isinstance(data, dict | list) or not data:
        return {path: plain(data)}
    items: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, dict) else enumerate(data)
    found: dict[str, Any] = {}
    for key, value in items:
        found |= _flat(value, f"{path}.{key}" if path else str(key))
    return found


def _differences(settings: Sequence[Settings | None]) -> list[Difference]:
    known = [one for one in settings if one is not None]
    keys = dict.fromkeys(key for one in known for key in one)
    missing = object()
    differing = [key for key in keys if any(one.get(key, missing) != known[0].get(key, missing) for one in known)]
    return [
        Difference(node=node, setting=setting, values=[one and one.get((node, setting)) for one in settings])
        for node, setting in differing
    ]


def _curves(told: Sequence[Sequence[events.AnyEvent]]) -> list[Curve]:
    none: list[float] = []
    return [
        Curve(node=node, metric=metric, runs=curves) for (node, metric), curves in _beside(told, _points, none).items()
    ]


def _points(heard: Iterable[events.AnyEvent]) -> dict[tuple[str, str], list[float]]:
    points: dict[tuple[str, str], list[float]] = {}
    for event in heard:
        if isinstance(event, events.Epoch):
            for metric, value in event.metrics.items():
                points.setdefault((event.node, metric), []).append(value)
    return points


def _times(told: Sequence[Sequence[events.AnyEvent]]) -> list[Times]:
    return [Times(node=node, seconds=list(runs)) for node, runs in _beside(told, _seconds, None).items()]


def _seconds(heard: Iterable[events.AnyEvent]) -> dict[str, float | None]:
    return {
        event.node: event.seconds
        for event in heard
        if isinstance(event, events.NodeState) and event.state in ("done", "failed")
    }


def _beside(
    told: Sequence[Sequence[events.AnyEvent]],
    measure: Callable[[Iterable[events.AnyEvent]], Mapping[_Key, _Value]],
    missing: _Value,
) -> dict[_Key, list[_Value]]:
    """What `measure` finds in each run, side by side."""
    found = [measure(heard) for heard in told]
    keys = dict.fromkeys(key for one in found for key in one)
    return {key: [one.get(key, missing) for one in found] for key in keys}

"""Why a node runs: what has changed since its last run, in a few words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.cache.files import State
    from engine.cache.keys import Facts

FIRST_TIME = "it has not run before"
_SHOWN = 3
_LONG = 24  # characters of a value that are shown


def why(now: Facts, before: Facts | None, changed: set[str]) -> str:
    """What has changed from the facts `before`; `changed` are the nodes whose results have."""
    if now.files is None:
        return "it depends on more than its input"
    if before is None:
        return FIRST_TIME
    parts = [*_parts(now, before, changed)]
    if len(parts) > _SHOWN:
        parts = [*parts[:_SHOWN], f"{len(parts) - _SHOWN} more"]
    return ", ".join(parts)


def _parts(now: Facts, before: Facts, changed: set[str]) -> Iterator[str]:
    if now.tool != before.tool:
        yield f"{before.tool} -> {now.tool}"
        return
    yield from _differences("", now.config, before.config)
    yield from _differences("constant ", now.constants, before.constants)
    if now.version != before.version:
        yield f"version {before.version} -> {now.version}"
    if now.files is not None and before.files is not None and now.files != before.files:
        yield from _files(now.files, before.files)
    if now.wires != before.wires:
        yield "other connections"
    sources = dict.fromkeys(source for _, source, _ in now.wires if source in changed)
    if sources:
        yield f"{' and '.join(sources)} changed"


def _differences(place: str, now: Any, before: Any) -> Iterator[str]:
    """Each setting that differs, by its path: `epochs 10 -> 20`."""
    if now == before:
        return
    if isinstance(now, Mapping) and isinstance(before, Mapping):
        prefix = f"{place}." if place and not place.endswith(" ") else place
        for name in {**before, **now}:
            yield from _differences(f"{prefix}{name}", now.get(name), before.get(name))
    elif isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        for index, (new, old) in enumerate(zip(now, before, strict=True)):
            yield from _differences(f"{place}[{index}]", new, old)
    else:
        new, old = _short(now), _short(before)
        yield f"{place} {old} -> {new}" if new and old and new != old else f"{place} changed"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONG else ""


def _files(now: Mapping[str, State], before: Mapping[str, State]) -> Iterator[str]:
    new = [path for path in now if path not in before]
    gone = [path for path in before if path not in now]
    changed = [path for path in now if path in before and now[path] != before[path]]
    for paths, word in ((changed, "changed"), (new, "is new"), (gone, "is gone")):
        if len(paths) == 1:
            yield f"{Path(paths[0]).name} {word}"
        elif paths:
            yield f"{len(paths):,} files {word.replace('is', 'are')}"

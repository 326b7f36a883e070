"""What the routes over records are asked for: a stream, which of its fields, from which record on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from engine import events
from engine.server.kept import Kept
from engine.server.parts import Here
from engine.server.views import Looked
from engine.types import Field, fields_of, find_field

Row = Annotated[int, Query(ge=0)]
"""The number of a record, from 0."""
Fields = Annotated[list[str], Query(max_length=10_000)]
"""Names of fields; all where none is named."""


@dataclass(frozen=True)
class Stream:
    """What a run left of an anchor.

    Attributes:
        total: how many records have passed, of which those that are kept may be the first.
    """

    kept: Kept
    total: int


@dataclass(frozen=True)
class Part:
    """Fields of a stream, or of a view of it, from record `offset` on."""

    stream: Stream
    looked: Looked
    fields: list[Field]
    offset: int


def _kept(run: str, node: str, here: Here, anchor: str = "") -> Kept:
    return Kept.of(here.runs.place(run), node, anchor)


OfKept = Annotated[Kept, Depends(_kept)]


def _stream(run: str, node: str, here: Here, kept: OfKept, anchor: str = "") -> Stream:
    if kept.whole:
        return Stream(kept, kept.count)
    return Stream(kept, max(_counted(here.runs.log(run).lines, node, anchor), kept.count))


OfStream = Annotated[Stream, Depends(_stream)]


def _part(
    here: Here,
    stream: OfStream,
    view: str = "",
    field: Fields = [],  # noqa: B006 - FastAPI copies it
    offset: Row = 0,
) -> Part:
    return Part(stream, here.views.open(view, stream.kept), chosen(stream.kept, field), offset)


OfPart = Annotated[Part, Depends(_part)]


def chosen(kept: Kept, names: list[str]) -> list[Field]:
    """The fields of these names; all where none is named."""
    return [find_field(kept.schema, name) for name in names] or fields_of(kept.schema)


def _counted(lines: list[str], node: str, anchor: str) -> int:
    """How many records have left by an anchor, as the run last said."""
    for line in reversed(lines):
        if '"event":"counts"' in line:
            what = events.Stamped.model_validate_json(line).what
            if isinstance(what, events.Counts) and (what.node, what.anchor) == (node, anchor):
                return what.records
    return 0

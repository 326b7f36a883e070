"""What there is to know of a field over all of its records: worked out once, and kept with the run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.compute as pc
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from engine.files import NewFile
from engine.server.cells import Cell, cell
from engine.server.checks import FieldShape
from engine.server.columns import Columns
from engine.server.counted import counted
from engine.server.histograms import Bar, bars
from engine.server.kept import Kept
from engine.server.parts import Here
from engine.server.picture_profile import PictureProfile, picture_profile
from engine.server.work import Work
from engine.statistics import Numbers, Statistics, Texts, statistics
from engine.types import BLOBS, Field, Meaning, find_field

_VERSION = 1  # raised when a profile holds something else

router = APIRouter(tags=["results"])


class Amount(BaseModel):
    """A value, and how often it comes."""

    value: Cell
    count: int


class NumberProfile(BaseModel):
    """Of numbers; what is not a finite number is text."""

    mean: Cell
    median: Cell
    deviation: Cell
    total: Cell
    quartiles: list[Cell]
    zeros: int
    negatives: int


class TextProfile(BaseModel):
    """Of texts, lengths in characters; `shortest` leaves blanks out."""

    shortest: Cell
    longest: Cell
    shortest_length: int
    longest_length: int
    average_length: float


class FieldProfile(BaseModel):
    """A field over all records.

    The bar of quality: each record is null, `empty` (a text without characters), `not_ok` (a text with spaces at an end
    or a line break inside; a number that is not finite) or else fine. `distinct` does not count null; `top` are the
    most frequent values. What does not apply to the field's type is null or empty.
    """

    field: FieldShape
    records: int
    nulls: int
    empty: int = 0
    not_ok: int = 0
    distinct: int | None = None
    least: Cell = None
    most: Cell = None
    top: list[Amount] = []
    numbers: NumberProfile | None = None
    texts: TextProfile | None = None
    bars: list[Bar] = []
    bytes: int | None = None
    pictures: PictureProfile | None = None


@router.get("/api/runs/{run}/profile")
async def profile(run: str, node: str, field: str, request: Request, here: Here, anchor: str = "") -> FieldProfile:
    """The profile of a field; whoever hangs up stops it."""

    def make(work: Work) -> FieldProfile:
        folder = here.runs.place(run)
        kept = Kept.of(folder, node, anchor)
        return _kept(folder / "profiles", kept, find_field(kept.schema, field), work)

    return await here.works.do(request, make)


def _kept(folder: Path, kept: Kept, field: Field, work: Work) -> FieldProfile:
    """A profile as it was worked out before, or else now."""
    about = hashlib.sha256(f"{_VERSION} {kept.identity} {field.name}".encode()).hexdigest()[:32]
    file = folder / f"{about}.json"
    try:
        return FieldProfile.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        made = profile_of(kept, field, work)
    folder.mkdir(exist_ok=True)
    new = NewFile(file)
    new.temporary.write_text(made.model_dump_json(), encoding="utf-8")
    new.temporary.replace(file)
    return made


def profile_of(kept: Kept, field: Field, work: Work) -> FieldProfile:
    """Work the profile of a field out: its values are counted in order, out of core."""
    shape = FieldShape.model_validate(field, from_attributes=True)
    found = FieldProfile(field=shape, records=kept.count, nulls=0)
    if field.type in BLOBS:
        _measure(found, kept, field, work)
        return found
    columns = Columns(kept)
    nulls = _nulls(kept, field, work)
    facts = statistics(field, kept.count, nulls, counted(columns, field, nulls, work))
    _describe(found, facts)
    found.bars = bars(columns, field, work)
    return found


def _nulls(kept: Kept, field: Field, work: Work) -> int:
    nulls = 0
    for batch in kept.batches([field.name]):
        work.go_on()
        nulls += batch.column(0).null_count
    return nulls


def _describe(found: FieldProfile, facts: Statistics) -> None:
    found.nulls, found.distinct = facts.nulls, facts.unique
    found.least, found.most = cell(facts.least), cell(facts.most)
    found.top = [Amount(value=cell(value), count=count) for value, count in facts.top]
    if facts.numbers and facts.numbers.count:
        found.numbers = _numbers(facts.numbers)
        found.not_ok = facts.numbers.infinite
    if facts.texts:
        found.empty, found.not_ok = facts.texts.empty, facts.texts.untidy
        found.texts = _texts(facts.texts, facts.records - facts.nulls)


def _numbers(numbers: Numbers) -> NumberProfile:
    return NumberProfile(
        mean=cell(numbers.mean),
        median=cell(numbers.quartiles[1]),
        deviation=cell(numbers.deviation),
        total=cell(numbers.total),
        quartiles=[cell(value) for value in numbers.quartiles],
        zeros=numbers.zeros,
        negatives=numbers.negatives,
    )


def _texts(texts: Texts, count: int) -> TextProfile:
    return TextProfile(
        shortest=cell(texts.shortest),
        longest=cell(texts.longest),
        shortest_length=len(texts.shortest or ""),
        longest_length=len(texts.longest or ""),
        average_length=texts.characters / count if count else 0.0,
    )


def _measure(found: FieldProfile, kept: Kept, field: Field, work: Work) -> None:
    """What there is to know of blobs: how many bytes; of pictures, what they look like."""
    found.bytes = 0
    for batch in kept.batches([field.name]):
        work.go_on()
        found.nulls += batch.column(0).null_count
        found.bytes += pc.sum(pc.binary_length(batch.column(0))).as_py() or 0
    if field.meaning is Meaning.image:
        found.pictures = picture_profile(kept, field, work)
        found.not_ok = found.pictures.bad

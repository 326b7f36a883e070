"""Select: choose, order, rename and retype fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, ToolWarning, did_you_mean, listed
from engine.expression import convert
from engine.expression.losses import Cut, Losses, spoken_field
from engine.relation import Relation
from engine.sql import quote_name
from engine.tool import Config, Emission, FieldName, Map, Schemas, hint
from engine.types import BLOBS, Field, FieldType


class Choice(Config):
    """What happens to one field."""

    field: FieldName
    """The field of the input."""
    keep: bool = True
    """Whether it leaves at all."""
    rename: str = ""
    """Its new name; empty: the old one."""
    type: FieldType | None = None
    """Its new type."""
    size: int | None = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: int | None = None
    """Decimals of a FixedDecimal."""
    description: str | None = None
    """What it holds, in words."""


class SelectConfig(Config):
    fields: list[Choice] = []
    """The fields in the order in which they leave."""
    unknown: Annotated[bool, hint(label="Unknown fields")] = True
    """Whether fields that are not listed leave too, after the others."""
    reorder: Annotated[bool, hint(label="In the order of the list")] = True
    """Whether fields leave in the order of the list; else all keep their places."""


@dataclass(frozen=True)
class _Pick:
    """A field that leaves: the one it comes from, and what it is then. `arrow` carries all that is kept about it."""

    source: Field
    target: Field
    arrow: pa.Field

    @property
    def converted(self) -> bool:
        """Whether its values have to be computed anew."""
        if self.source.arrow_type != self.target.arrow_type:
            return True
        sizes = (self.target.size or 0, self.source.size or 0)
        return convert.limited(self.target) and sizes[0] < sizes[1]


class Select(Map[SelectConfig]):
    """Choose the fields that leave, their order, names, types and sizes.

    Listed fields leave in the order of the list, unless `keep: false`; the rest follow, unless `unknown: false`. With
    `reorder: false` all stay where they are, and the list says only what changes. A listed field that the input lacks
    is passed over with a warning, so that it is there again when the input has it. Where two fields would have one
    name, the later one gets a 2 behind it, as in Alteryx.

    With a new type, values are converted: texts to numbers and dates (`2024-12-31`), numbers to texts, and so on. What
    cannot be converted is null and reported with its record number; an empty text becomes null; decimals are rounded to
    whole numbers; a text that is too long is cut, with a warning.

    Example: `{tool: Select, fields: [{field: Class}, {field: Size, rename: Bytes, type: Int32}], unknown: false}`
    """

    keywords = ("rename", "reorder", "drop columns", "change type", "convert", "cast", "choose fields")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        picks, _ = self._picks(inputs["in"])
        return {"out": pa.schema([pick.arrow for pick in picks], inputs["in"].metadata)}

    def warnings(self, inputs: Schemas) -> list[ToolWarning]:
        return self._picks(inputs["in"])[1]

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._ready, _ = self._picks(entering)
        self._out = pa.schema([pick.arrow for pick in self._ready], entering.metadata)
        self._losses = Losses(context)
        self._converted = [pick for pick in self._ready if pick.converted]
        if self._converted:
            columns = ", ".join(
                convert.template(pick.source.type, pick.target).format(x=quote_name(pick.source.name))
                for pick in self._converted
            )
            query = f"SELECT {columns} FROM batch"  # noqa: S608 - all of it quoted
            self._query = context.sql.per_batch(query, entering, [pick.source.name for pick in self._converted])

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        new = {pick.source.name: batch.column(pick.source.name) for pick in self._ready}
        if self._converted:
            for pick, after in zip(self._converted, self._query(batch), strict=True):
                self._losses.watch(pick.target, pick.source.type, new[pick.source.name], after)
                new[pick.source.name] = after.cast(pick.arrow.type)
        return pa.RecordBatch.from_arrays([new[pick.source.name] for pick in self._ready], schema=self._out)

    def relation(self, below: Relation, anchor: str) -> Relation | None:
        if self._converted:  # what gets lost must be told
            return None
        return below.chosen({pick.arrow.name: pick.source.name for pick in self._ready}, self._out)

    def take_note(self, note: Cut) -> None:
        self._losses.take(note)

    def complete(self) -> Iterator[Emission]:
        self._losses.tell()
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()

    def _picks(self, schema: pa.Schema) -> tuple[list[_Pick], list[ToolWarning]]:
        """The fields that leave, in order, and what the user should know about them."""
        left = list(schema.names)
        picks: list[_Pick] = []
        warnings: list[ToolWarning] = []
        for number, choice in enumerate(self.config.fields):
            name = _found(choice.field, schema.names)
            if name is None:
                warnings.append(_missing(choice.field, schema.names, f"fields.{number}.field"))
            elif name not in left:
                message = f"[{name}] is listed twice; a field can leave only once."
                raise ToolError(message, hint="A Formula makes a copy.", setting=f"fields.{number}.field")
            else:
                left.remove(name)
                picks += [_picked(schema.field(name), choice, f"fields.{number}")] if choice.keep else []
        if self.config.unknown:
            picks += [
                _Pick(Field.of(schema.field(name)), Field.of(schema.field(name)), schema.field(name)) for name in left
            ]
        if not self.config.reorder:
            picks.sort(key=lambda pick: schema.names.index(pick.source.name))
        if not picks:
            raise ToolError("No field is left.", hint="Keep at least one, or set `unknown: true`.", setting="fields")
        warnings += _shorter(picks)
        return _with_own_names(picks, warnings), warnings


def _found(name: str, names: list[str]) -> str | None:
    if name in names:
        return name
    return next((known for known in names if known.casefold() == name.casefold()), None)


def _missing(name: str, names: list[str], setting: str) -> ToolWarning:
    message = f"No field [{name}]; the input has {listed(names)}."
    return ToolWarning(message, did_you_mean(name, names), setting, missing=name)


def _shorter(picks: list[_Pick]) -> Iterator[ToolWarning]:
    """Texts that are known to have a size, and get a smaller one."""
    for pick in picks:
        source, target = pick.source, pick.target
        if pick.converted and convert.limited(source) and convert.limited(target):
            message = f"[{source.name}] is {spoken_field(source)}; texts of more than {target.size} characters are cut."
            yield ToolWarning(message, setting="fields")


def _picked(arrow: pa.Field, choice: Choice, setting: str) -> _Pick:
    source = Field.of(arrow)
    type_ = choice.type or source.type
    convert.check_size(type_, choice.size, choice.scale, setting)
    target = source.with_(name=choice.rename or source.name, type=type_)
    if choice.size is not None or choice.scale is not None:
        target = target.with_(size=choice.size or target.size, scale=choice.scale)
    if choice.description is not None:
        target = target.with_(description=choice.description)
    if (type_ in BLOBS) != (source.type in BLOBS):
        target = target.with_(meaning=None)
    pick = _Pick(source, target, arrow if target == source else target.arrow())
    if pick.converted:
        _check_sense(pick, setting)
    return pick


def _check_sense(pick: _Pick, setting: str) -> None:
    try:
        convert.template(pick.source.type, pick.target)
    except ToolError as error:
        raise ToolError(f"[{pick.source.name}]: {error.message}", setting=f"{setting}.type") from None


def _with_own_names(picks: list[_Pick], warnings: list[ToolWarning]) -> list[_Pick]:
    """The same, where no two have one name: a later one gets a number behind it."""
    taken: set[str] = set()
    named = []
    for pick in picks:
        name, number = pick.target.name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{pick.target.name}{number}"
        if name != pick.target.name:
            message = f"There is a field [{pick.target.name}] already; [{pick.source.name}] is called [{name}]."
            warnings.append(ToolWarning(message, setting="fields"))
            pick = _Pick(pick.source, pick.target.with_(name=name), pick.arrow.with_name(name))
        taken.add(name.casefold())
        named.append(pick)
    return named

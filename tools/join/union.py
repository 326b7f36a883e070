"""Union: the records of several inputs, one input after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError, ToolWarning, listed
from engine.expression import convert
from engine.spool import Spool
from engine.sql import quote_name
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import TEXTS, Field, FieldType, find_field
from tools._joining.names import schema_from
from tools._records.types import widest


class ManualField(Config):
    """One field of the result."""

    name: str = ConfigField(min_length=1)
    """What it is called."""
    inputs: list[str | None] = ConfigField(min_length=1)
    """The field of each input that goes into it, in the order of the inputs; `null` where an input has none."""


class UnionConfig(Config):
    mode: Literal["name", "position", "manual"] = "name"
    """How fields find each other: by their names, by their positions (names are those of the first input), or as
    listed under `fields`."""
    fields: Annotated[list[ManualField], hint(when={"mode": ["manual"]})] = []
    """The fields of the result (`mode: manual` only)."""
    output: Literal["all", "common"] = "all"
    """Which fields leave: all, Null where an input lacks one, or only those that every input has."""
    on_mismatch: Literal["error", "warn", "ignore"] = "warn"
    """What happens where the inputs do not have the same fields."""
    order: Annotated[list[Annotated[int, ConfigField(ge=1)]], hint(label="Order of the inputs")] = []
    """The numbers of the inputs in the order in which their records leave, such as `[2, 1]`; those that are not listed
    follow. Empty: in the order of the connections."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if (self.mode == "manual") != bool(self.fields):
            raise ValueError("`fields` and `mode: manual` belong together")
        if len(set(self.order)) < len(self.order):
            raise ValueError("an input stands twice in `order`")
        return self


@dataclass(frozen=True)
class _Target:
    """A field of the result: what it is, and the field of each input that goes into it."""

    arrow: pa.Field
    sources: dict[str, Field]


class Union(Tool[UnionConfig]):
    """Put the records of several inputs one below the other.

    Fields find each other by name, without regard to case, or by position, or as you say. The records of the first
    input leave first, then those of the second, and so on. Records keep their order; none is left out, also where two
    are the same: put a Unique behind it for that.

    Where the types differ, the result has the one that holds all: the larger whole number, FixedDecimal or Double for
    decimals, DateTime for Date and DateTime, the longest text, and V_WString for what has nothing else in common.

    Example: `{tool: Union, mode: name, output: all}`
    """

    inputs = (Anchor("in", "Any number of inputs.", multiple=True),)
    keywords = ("append rows", "concatenate", "stack", "combine", "union all", "add records")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        targets, differences = self._targets(inputs)
        if differences and self.config.on_mismatch == "error":
            raise ToolError(differences[0], hint="Rename fields with Select, or set on_mismatch to warn.")
        return {"out": schema_from((target.arrow for target in targets), *inputs.values())}

    def _targets(self, inputs: Schemas) -> tuple[list[_Target], list[str]]:
        """The fields of the result, and in words where the inputs differ."""
        groups = self._groups(inputs)
        whole = [sources for sources in groups if len(sources) == len(inputs)]
        kept = groups if self.config.output == "all" else whole
        if not kept:
            raise ToolError("The inputs have no field in common.", hint="Set output to all.", setting="output")
        differences = [
            f"Input #{number} lacks {listed(f'[{_name(sources)}]' for sources in groups if port not in sources)}, "
            f"which {'is Null there' if self.config.output == 'all' else 'is left out'}."
            for number, port in enumerate(inputs, 1)
            if any(port not in sources for sources in groups)
        ]
        return self._named([_target(sources, inputs) for sources in kept]), differences

    def _groups(self, inputs: Schemas) -> list[dict[str, Field]]:
        """Which fields go together: for each field of the result that of each input."""
        if self.config.mode == "manual":
            return [self._line(inputs, number) for number in range(len(self.config.fields))]
        groups: dict[object, dict[str, Field]] = {}
        for port, schema in inputs.items():
            for place, field in enumerate(schema):
                key = place if self.config.mode == "position" else field.name.casefold()
                groups.setdefault(key, {})[port] = Field.of(field)
        return list(groups.values())

    def _line(self, inputs: Schemas, number: int) -> dict[str, Field]:
        """What a line of `fields` puts together."""
        line = self.config.fields[number]
        found = {
            port: find_field(inputs[port], name, setting=f"fields.{number}.inputs.{place}", anchor=port)
            for place, (port, name) in enumerate(zip(inputs, line.inputs, strict=False))
            if name
        }
        if not found:
            message = f"'{line.name}' is made of no field of an input."
            raise ToolError(message, hint="Name one, or remove it.", setting=f"fields.{number}.inputs")
        return found

    def _named(self, targets: list[_Target]) -> list[_Target]:
        if self.config.mode != "manual":
            return targets
        names = [line.name for line in self.config.fields]
        if len({name.casefold() for name in names}) < len(names):
            raise ToolError("Two fields of the result have one name.", setting="fields")
        return [
            _Target(target.arrow.with_name(name), target.sources) for target, name in zip(targets, names, strict=True)
        ]

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        if self.config.on_mismatch != "warn":
            return
        targets, differences = self._targets(inputs)
        for difference in differences:
            yield ToolWarning(difference, hint="Set on_mismatch to ignore where that is meant.", setting="on_mismatch")
        for target in targets:
            types = dict.fromkeys(str(field.type) for field in target.sources.values())
            if pa.types.is_string(target.arrow.type) and not set(types) <= set(TEXTS):
                yield ToolWarning(f"[{target.arrow.name}] is {listed(types)} in the inputs, and becomes text.")

    def open(self, context: Context) -> None:
        super().open(context)
        targets, _ = self._targets(context.inputs)
        self._out = self.schema(context.inputs)["out"]
        self._fit = {port: _fitting(context, targets, port, self._out) for port in context.inputs}
        self._left = self._order(list(context.inputs))
        self._spools: dict[str, Spool] = {port: context.spool(context.inputs[port]) for port in self._left[1:]}
        self._finished: set[str] = set()

    def _order(self, ports: list[str]) -> list[str]:
        if max(self.config.order, default=0) > len(ports):
            raise ToolError(f"There is no input {max(self.config.order)}; there are {len(ports)}.", setting="order")
        first = [ports[number - 1] for number in self.config.order]
        return first + [port for port in ports if port not in first]

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == self._left[0]:
            yield "out", self._fit[anchor](batch)
        else:
            self._spools[anchor].append(batch)

    def finish(self, anchor: str) -> Iterator[Emission]:
        self._finished.add(anchor)
        while self._left and self._left[0] in self._finished:
            self._left.pop(0)
            if self._left:
                spool = self._spools[self._left[0]]
                for batch in spool:
                    yield "out", self._fit[self._left[0]](batch)
                spool.close()

    def close(self, failed: bool) -> None:
        for spool in getattr(self, "_spools", {}).values():
            spool.close()


def _name(sources: dict[str, Field]) -> str:
    return next(iter(sources.values())).name


def _target(sources: dict[str, Field], inputs: Schemas) -> _Target:
    field = widest(list(sources.values()))
    port, first = next(iter(sources.items()))
    return _Target(inputs[port].field(first.name) if field == first else field.arrow(), sources)


def _fitting(
    context: Context, targets: list[_Target], port: str, out: pa.Schema
) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """What turns a batch of one input into one of the result."""
    become_text = {
        target.sources[port].name: target.sources[port].type
        for target in targets
        if port in target.sources and pa.types.is_string(target.arrow.type) and target.sources[port].type not in TEXTS
    }
    columns = [
        convert.template(type_, FieldType.V_WString).format(x=quote_name(name)) for name, type_ in become_text.items()
    ]
    query = f"SELECT {', '.join(columns)} FROM batch"  # noqa: S608 - all of it quoted
    written = context.sql.per_batch(query, context.inputs[port], list(become_text)) if become_text else None

    def fit(batch: pa.RecordBatch) -> pa.RecordBatch:
        as_text = dict(zip(become_text, written(batch), strict=True)) if written else {}
        return pa.RecordBatch.from_arrays([_column(batch, target, port, as_text) for target in targets], schema=out)

    return fit


def _column(batch: pa.RecordBatch, target: _Target, port: str, as_text: dict[str, pa.Array]) -> pa.Array:
    if port not in target.sources:
        return pa.nulls(batch.num_rows, target.arrow.type)
    name = target.sources[port].name
    column = as_text.get(name, batch.column(name)) if pa.types.is_string(target.arrow.type) else batch.column(name)
    return column if column.type == target.arrow.type else column.cast(target.arrow.type, safe=False)

"""JoinMultiple: records of any number of inputs side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Annotated, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.errors import ToolError, ToolWarning
from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, Gather, Schemas, hint
from engine.types import Field, find_field
from tools._joining.names import schema_from, together
from tools._joining.outer import Part, outer_join
from tools._joining.side import Side, inexact, key_type

_FEW = 16  # combinations of a record that nobody has to allow


class Key(Config):
    """Fields that must be equal, one of each input."""

    fields: list[str] = ConfigField(min_length=1)
    """The field of each input, in the order of the inputs; a single name holds for all of them."""


class JoinMultipleConfig(Config):
    by: Annotated[list[Key], hint(label="Join by", unless="by_position")] = []
    """The fields that must be equal, all of them."""
    by_position: Annotated[bool, hint(label="Join by record position", unless="by")] = False
    """Join the first records of all inputs, the second, and so on, instead of by fields."""
    only_complete: Annotated[bool, hint(label="Only records that all inputs have")] = False
    """Whether only records leave in which every input has a part. Otherwise all leave, Null where there is no part."""
    many: Annotated[Literal["error", "warn", "allow"], hint(label="More than 16 combinations")] = "warn"
    """What happens where a record of the first input leaves in more than 16 combinations."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.by) == self.by_position:
            raise ValueError("give either fields to join by, as in by: [{fields: [Id]}], or by_position: true")
        return self


class JoinMultiple(Gather[JoinMultipleConfig]):
    """Put records of any number of inputs side by side where their keys are equal.

    All records leave, those without partners too, with Null in the fields of the other inputs; or only the complete
    ones. Several records with one key give all their combinations. Records leave in the order of the first input, then
    those that it has no part in, in the order of the second, and so on. Names that are taken get `Input_#2_` before
    them, with the number of their input.

    Keys are compared as by Join: Null equals Null, texts are equal only with the same upper and lower case.

    Example: `{tool: JoinMultiple, by: [{fields: [Id, CustomerId, Id]}], only_complete: true}`
    """

    inputs = (Anchor("in", "Any number of inputs.", multiple=True),)
    keywords = ("merge", "full outer join", "combine")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        self._sides(inputs)
        first, *others = inputs.values()
        prefixed = [(f"Input_#{number}_", schema) for number, schema in enumerate(others, 2)]
        return {"out": schema_from(together(first, *prefixed), *inputs.values())}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        for place, key in enumerate(self.config.by):
            yield from inexact(_key_fields(key, inputs, f"by.{place}"), f"by.{place}")

    def _sides(self, inputs: Schemas) -> dict[str, Side]:
        keys: dict[str, list[tuple[str, pa.DataType]]] = {port: [] for port in inputs}
        for place, key in enumerate(self.config.by):
            fields = _key_fields(key, inputs, f"by.{place}")
            type_ = key_type(fields, f"by.{place}")
            for port, field in zip(inputs, fields, strict=True):
                keys[port].append((field.name, type_))
        return {port: Side(inputs[port], tuple(names)) for port, names in keys.items()}

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        out = self.schema(self.context.inputs)["out"]
        sides = self._sides(self.context.inputs)
        self._combinations = _Combinations()
        for parts in outer_join(self.context, [(sides[port], streams[port]) for port in sides]):
            self._see(parts)
            batch = pa.RecordBatch.from_arrays([column for part in parts for column in part.batch.columns], schema=out)
            if self.config.only_complete:
                batch = batch.filter(reduce(pc.and_, (part.present for part in parts)))
            yield "out", batch

    def _see(self, parts: list[Part]) -> None:
        if self.config.many == "allow" or not self._combinations.grew_beyond(_FEW, parts[0].numbers):
            return
        message = f"A record of the first input leaves in more than {_FEW} combinations."
        if self.config.many == "error":
            raise ToolError(message, hint="Make the keys unique, or set many to allow.", setting="many")
        self.context.warning(message, hint="Are the keys those that you meant?")


def _key_fields(key: Key, inputs: Schemas, setting: str) -> list[Field]:
    """The fields of a key, one of each input."""
    names = key.fields * len(inputs) if len(key.fields) == 1 else key.fields
    if len(names) != len(inputs):
        raise ToolError(
            f"{len(names)} fields are named, and there are {len(inputs)} inputs.",
            hint="Name one field for each input, or a single one that all have.",
            setting=f"{setting}.fields",
        )
    pairs = zip(inputs.items(), names, strict=True)
    return [find_field(schema, name, setting=setting, anchor=port) for (port, schema), name in pairs]


class _Combinations:
    """Counts how often in a row a record of the first input stands in the result."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._count = 0
        self._told = False

    def grew_beyond(self, most: int, numbers: pa.Array) -> bool:
        """Whether a record was seen more often than that, in these batches so far; says so once."""
        runs = pc.run_end_encode(numbers.drop_null())
        start = 0
        for number, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            self._count = end - start + (self._count if number == self._last else 0)
            self._last, start = number, end
            if self._count > most and not self._told:
                self._told = True
                return True
        return False

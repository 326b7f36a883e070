"""DynamicRename: many fields renamed by one rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError, listed
from engine.tool import Anchor, Config, Emission, Expression, Schemas, Tool, hint
from engine.types import TEXTS, find_field
from tools._formulas.fields import about_fields, type_of
from tools._records.naming import free_name

OfL = Annotated[str, hint("field", anchor="L")]
OfR = Annotated[str, hint("field", anchor="R")]


class DynamicRenameConfig(Config):
    method: Literal[
        "first_row", "formula", "add_prefix", "add_suffix", "remove_prefix", "remove_suffix", "from_records"
    ] = "first_row"
    """The new names: the values of the first record, which does not leave; what a formula gives; the old ones with or
    without something at their beginning or end; or what the records of R say."""
    fields: Annotated[list[OfL], hint(none="all of them")] = []
    """The fields to rename; none: all."""
    expression: Annotated[Expression, hint(when={"method": ["formula"]})] = "[_CurrentField_]"
    """The formula. `[_CurrentField_]` is the name; `[Type]`, `[Size]`, `[Source]`, `[Description]` and `[FieldNumber]`
    are there too."""
    text: Annotated[str, hint(when={"method": ["add_prefix", "add_suffix", "remove_prefix", "remove_suffix"]})] = ""
    """What is added or removed."""
    old: Annotated[OfR, hint(label="Old names", when={"method": ["from_records"]})] = ""
    """Of R: the field with the old names."""
    new: Annotated[OfR, hint(label="New names", when={"method": ["from_records"]})] = ""
    """Of R: the field with the new names."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.method.startswith(("add", "remove")) and not self.text:
            raise ValueError(f"{self.method} needs a text")
        if self.method == "from_records" and not (self.old and self.new):
            raise ValueError("from_records needs old and new, two fields of R")
        return self


class DynamicRename(Tool[DynamicRenameConfig]):
    """Rename many fields by one rule: names from the first record, from a formula, from a table of names.

    Where a new name is empty or Null the field keeps its old one; where two would be the same, the later one gets a 2
    behind it. With `first_row` and `from_records` the names are known only when the workflow runs.

    Example: `{tool: DynamicRename, method: formula, expression: 'Replace(Lowercase([_CurrentField_]), " ", "_")'}`
    """

    inputs = (
        Anchor("L", "The records."),
        Anchor("R", "Old and new names; read first.", optional=True),
    )
    first = ("R",)
    keywords = ("header", "column names", "first row", "prefix", "suffix", "rename columns")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["L"]
        self._chosen(entering)
        if self.config.method == "from_records":
            self._check_names(inputs)
        elif "R" in inputs:
            raise ToolError(
                "R is connected, and not read.", hint="Choose from_records, or remove it.", setting="method"
            )
        if self.config.method in ("first_row", "from_records"):
            return {"out": None}
        return {"out": self._renamed(entering, self._by_rule(entering))}

    def _chosen(self, schema: pa.Schema) -> list[str]:
        names = [find_field(schema, name, setting=f"fields.{n}").name for n, name in enumerate(self.config.fields)]
        return names or list(schema.names)

    def _check_names(self, inputs: Schemas) -> None:
        if "R" not in inputs:
            raise ToolError(
                "Nothing is connected to R.", hint="Connect a table of old and new names.", setting="method"
            )
        for setting in ("old", "new"):
            field = find_field(inputs["R"], getattr(self.config, setting), setting=setting, anchor="R")
            if field.type not in TEXTS:
                raise ToolError(f"[{field.name}] is a {field.type}; names are texts.", setting=setting)

    def _by_rule(self, schema: pa.Schema) -> dict[str, str | None]:
        """The new name of each field."""
        text = self.config.text
        if self.config.method == "formula":
            if type_of(self.config.expression, self.home, "expression") not in TEXTS:
                raise ToolError("The formula gives no text.", hint="Wrap it in ToString().", setting="expression")
            return dict(zip(schema.names, about_fields(self.config.expression, schema, self.home), strict=True))
        rules = {
            "add_prefix": lambda name: text + name,
            "add_suffix": lambda name: name + text,
            "remove_prefix": lambda name: name.removeprefix(text),
            "remove_suffix": lambda name: name.removesuffix(text),
        }
        return {name: rules[self.config.method](name) for name in schema.names}

    def _renamed(self, schema: pa.Schema, new: dict[str, str | None]) -> pa.Schema:
        chosen = self._chosen(schema)
        fields: list[pa.Field] = []
        for field in schema:
            name = (new.get(field.name) or "").strip() if field.name in chosen else ""
            fields.append(field.with_name(free_name(name or field.name, (known.name for known in fields))))
        return pa.schema(fields, schema.metadata)

    def open(self, context: Context) -> None:
        super().open(context)
        self._entering = context.inputs["L"]
        self._names: dict[str, str | None] = {}
        self._out = None if self.config.method in ("first_row", "from_records") else self.schema(context.inputs)["out"]

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "R":
            old, new = (find_field(batch.schema, name).name for name in (self.config.old, self.config.new))
            self._names |= zip(batch[old].to_pylist(), batch[new].to_pylist(), strict=True)
        elif self._out is None and batch.num_rows:
            self._names = {name: _written(batch[name][0].as_py()) for name in batch.schema.names}
            self._out = self._renamed(self._entering, self._names)
            yield "out", self._with_names(batch.slice(1))
        elif batch.num_rows:
            yield "out", self._with_names(batch)

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor == "R":
            self._out = self._renamed(self._entering, self._names)
            missing = [f"[{name}]" for name in self._names if name not in self._entering.names]
            if missing:
                self.context.warning(f"R names fields that L lacks: {listed(missing)}.")
        elif self._out is None:
            self.context.warning("There is no record to take names from; the fields keep theirs.")
            self._out = self._entering
        if anchor == "L":
            yield "out", pa.RecordBatch.from_pylist([], schema=self._out)  # tells the fields where none has come

    def _with_names(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays(batch.columns, schema=self._out)


def _written(value: object) -> str | None:
    return None if value is None else str(value)

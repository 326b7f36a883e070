"""MultiFieldFormula: one expression over many fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.expression import Column, Scope, compile_expression, convert
from engine.expression.losses import Cut
from engine.remarks import RECORD
from engine.sql import quote_name, quote_text
from engine.tool import Config, Emission, Expression, FieldName, Map, Scale, Schemas, Size, hint
from engine.types import DATES, NUMBERS, TEXTS, Field, FieldType, fields_of, find_field
from tools._formulas.computed import Computed, computed
from tools._formulas.results import Results

_KINDS = {"all": tuple(FieldType), "text": TEXTS, "number": NUMBERS, "date": DATES}
_CURRENT, _NAME, _TYPE = "_CurrentField_", "_CurrentFieldName_", "_CurrentFieldType_"


class MultiFieldFormulaConfig(Config):
    fields: Annotated[list[FieldName], hint(none="all of the kind")] = []
    """The fields to compute with; none: all of the kind."""
    kind: Annotated[Literal["all", "text", "number", "date"], hint(unless="fields")] = "all"
    """Where no field is listed: whether all, or only texts, numbers, or dates and times."""
    expression: Annotated[Expression, hint(examples=["[_CurrentField_] * 2"])]
    """The expression. `[_CurrentField_]` is the value of the field at hand, `[_CurrentFieldName_]` its name and
    `[_CurrentFieldType_]` its type."""
    copy_fields: bool = True
    """Whether results go into new fields; else into the old ones."""
    prefix: Annotated[str, hint(when={"copy_fields": [True]})] = "New_"
    """What stands before the names of the new fields."""
    suffix: Annotated[str, hint(when={"copy_fields": [True]})] = ""
    """What stands behind the names of the new fields."""
    type: FieldType | None = None
    """The type of the results; left out, that of the field at hand."""
    size: Size = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: Scale = None
    """Decimals of a FixedDecimal."""


class MultiFieldFormula(Map[MultiFieldFormulaConfig]):
    """Compute many fields with one expression.

    All see the values as they came, whatever the expression makes of other fields. What cannot become the type asked
    for is null and reported with its record number.

    Example: `{tool: MultiFieldFormula, kind: number, expression: 'Round([_CurrentField_], 0.01)', copy_fields: false}`
    """

    keywords = ("many columns", "formula", "apply", "each field", "calculate")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        fields = {field.name: field for field in entering}
        for _, result in self._results(entering):
            fields[result.field.name] = _arrow(result.field, fields.get(result.field.name))
        return {"out": pa.schema(list(fields.values()), entering.metadata)}

    def _chosen(self, schema: pa.Schema) -> list[Field]:
        if not self.config.fields:
            return [field for field in fields_of(schema) if field.type in _KINDS[self.config.kind]]
        return [find_field(schema, name, setting=f"fields.{place}") for place, name in enumerate(self.config.fields)]

    def _results(self, schema: pa.Schema) -> list[tuple[Field, Computed]]:
        """Each field with what is computed from it; the columns that they read are gathered in `_reads`."""
        scope = Scope.of(schema, self.home, RECORD)
        results = []
        self._reads: set[str] = set()
        for field in self._chosen(schema):
            column = Column(_CURRENT, field.type, quote_name(field.name))
            here = scope.with_column(column)
            here = here.with_column(Column(_NAME, FieldType.V_WString, quote_text(field.name)))
            here = here.with_column(Column(_TYPE, FieldType.V_WString, quote_text(field.type)))
            target = self._target(field, schema)
            compiled = compile_expression(self.config.expression, here.computing(target.name), setting="expression")
            used = {column.name for column in compiled.columns}
            self._reads |= {field.name if name == _CURRENT else name for name in used - {_NAME, _TYPE}}
            results.append((field, computed(compiled, target, "expression")))
        return results

    def _target(self, field: Field, schema: pa.Schema) -> Field:
        target = field
        if self.config.type is not None:
            convert.check_size(self.config.type, self.config.size, self.config.scale, "type")
            target = field.with_(type=self.config.type, size=self.config.size, scale=self.config.scale)
        if not self.config.copy_fields:
            return target
        name = f"{self.config.prefix}{field.name}{self.config.suffix}"
        if name.casefold() in (known.casefold() for known in schema.names):
            message = f"There is a field [{name}] already."
            raise ToolError(message, hint="Choose another prefix or suffix.", setting="prefix")
        return target.with_(name=name)

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        out = self.schema(context.inputs)["out"]
        fields = [result for _, result in self._results(entering)]
        reads = [name for name in entering.names if name in self._reads]
        self._computing = Results(context, fields, "batch", reads, out)

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return self._computing.into(batch)

    def take_note(self, note: Cut) -> None:
        self._computing.take(note)

    def complete(self) -> Iterator[Emission]:
        self._computing.tell()
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_computing"):
            self._computing.close()


def _arrow(field: Field, old: pa.Field | None) -> pa.Field:
    """The field; an old one that stays what it was keeps all that is known of it."""
    return old if old is not None and Field.of(old) == field else field.arrow()

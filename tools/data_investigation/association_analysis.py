"""AssociationAnalysis: which fields go together, and what may be chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, FieldName, Schemas, Tool
from engine.types import TEXTS, Field, FieldType, Meaning, find_field, schema_of
from tools._profiling.association import Matrix, Measure, Samples, chances, nullable, number_fields

_DATA = schema_of(
    Field("FieldName1", FieldType.V_WString),
    Field("FieldName2", FieldType.V_WString),
    Field("Association", FieldType.Double),
    Field("P_Value", FieldType.Double),
)
_REPORT = schema_of(Field("Report", FieldType.V_WString, meaning=Meaning.report))
_NAMES: dict[Measure, str] = {"pearson": "Pearson's correlation", "spearman": "Spearman's correlation of ranks"}


class AssociationAnalysisConfig(Config):
    fields: Annotated[list[FieldName], ConfigField(min_length=1)]
    """The fields to look at: numbers or Bool; at least two, or one and a target."""
    target: FieldName = ""
    """A field of special interest, whose associations stand first: a number, Bool, or a text with `target_value`."""
    target_value: str = ""
    """Where the target is a text: the value that counts as 1; all others count as 0."""
    measure: Measure = "pearson"
    """Pearson's correlation finds straight lines, Spearman's any line that always rises or falls."""


class AssociationAnalysis(Tool[AssociationAnalysisConfig]):
    """Find out which fields go together, how far, and whether it may be chance.

    D has a record for each pair of fields, with their correlation and its p-value: how likely one as strong is where
    there is none. Those of the target come first, the strongest above. R is a report with the target's list and a
    coloured table of all. Only records count that have a finite number in every field; how many were left out is said.

    Example: `{tool: AssociationAnalysis, fields: [Age, Income], target: Left, target_value: "yes"}`
    """

    outputs = (Anchor("D", "Data: a record for each pair of fields."), Anchor("R", "Report: target and all pairs."))
    keywords = ("correlation", "p-value", "significance", "predictor", "pearson", "spearman", "heat map")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        self._chosen(inputs["in"])
        return {"D": _DATA, "R": _REPORT}

    def _chosen(self, schema: pa.Schema) -> tuple[Field | None, list[Field]]:
        """The target, and the other fields."""
        if self.config.target_value and not self.config.target:
            message = "A value that counts as 1 is given, and no target that has it."
            raise ToolError(message, hint="Set target too, or clear target_value.", setting="target")
        fields = number_fields(schema, self.config.fields)
        target = self._target(schema) if self.config.target else None
        fields = [field for field in fields if target is None or field.name != target.name]
        if len(fields) + (target is not None) < 2:
            raise ToolError("There is only one field.", hint="Choose a second one, or a target.", setting="fields")
        return target, fields

    def _target(self, schema: pa.Schema) -> Field:
        target = find_field(schema, self.config.target, setting="target")
        if (target.type in TEXTS) != bool(self.config.target_value):
            message = f"[{target.name}] is {target.type}; a value that counts as 1 is for texts, and they need it."
            raise ToolError(message, hint="Set or clear target_value.", setting="target_value")
        return target if target.type in TEXTS else number_fields(schema, [target.name])[0]

    def open(self, context: Context) -> None:
        super().open(context)
        target, fields = self._chosen(context.inputs["in"])
        self._names = [field.name for field in ([target, *fields] if target else fields)]
        self._samples = Samples(context, len(self._names))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        columns = [batch.column(name) for name in self._names]
        if self.config.target_value:
            columns[0] = pc.equal(columns[0], self.config.target_value)
        self._samples.add(columns)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        from tools._reports.association_page import association_page

        self._samples.tell()
        records, target = self._samples.records, self._names[0] if self.config.target else ""
        found = self._samples.correlations(self.config.measure)
        chance = chances(found, records)
        yield "D", self._pairs(found, chance)
        measure = _NAMES[self.config.measure]
        report = association_page(self._names, found, chance, target=target, measure=measure, records=records)
        yield "R", pa.RecordBatch.from_arrays([pa.array([report], pa.string())], schema=_REPORT)

    def _pairs(self, found: Matrix, chance: Matrix) -> pa.RecordBatch:
        first, second = np.triu_indices(len(found), 1)
        strength = np.nan_to_num(np.abs(found[first, second]), nan=-1)
        order = np.lexsort((-strength, first > 0 if self.config.target else np.zeros(len(first))))
        first, second = first[order], second[order]
        names = pa.array(self._names, pa.string())
        columns = [names.take(pa.array(first)), names.take(pa.array(second))]
        columns += [nullable(found[first, second]), nullable(chance[first, second])]
        return pa.RecordBatch.from_arrays(columns, schema=_DATA)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_samples"):
            self._samples.close()

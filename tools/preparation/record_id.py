"""RecordID: number the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, GroupBy, Schemas, Tool, hint
from engine.types import TEXTS, Field, FieldType
from tools._records.counting import Counting
from tools._records.groups import Numbers, group_fields
from tools._records.naming import check_new

_TEXT_SIZE = 6


class RecordIDConfig(Config):
    field: Annotated[str, hint(label="Field name")] = "RecordID"
    """The name of the new field."""
    start: Annotated[int, hint(label="Starting value")] = ConfigField(default=1, ge=-(2**63), lt=2**63)
    """The number of the first record."""
    type: Literal["Byte", "Int16", "Int32", "Int64", "String", "WString", "V_String", "V_WString"] = "Int32"
    """The type of the field. Texts are filled up with zeros from the left, as in 000001."""
    size: Annotated[int | None, hint(when={"type": [str(type_) for type_ in TEXTS]})] = ConfigField(
        default=None, ge=1, le=19
    )
    """Texts: how many characters a number has; left out, 6."""
    position: Literal["first", "last"] = "first"
    """Whether the new field comes before or after the others."""
    by: GroupBy = []
    """Fields whose values make groups; then each group is numbered for itself."""

    @model_validator(mode="after")
    def _size_of_text(self) -> Self:
        if self.size is not None and FieldType(self.type) not in TEXTS:
            raise ValueError(f"a {self.type} has no size")
        return self


class RecordID(Tool[RecordIDConfig]):
    """Add a field that numbers the records in the order in which they come.

    With `by`, the numbers begin anew for each combination of values, wherever its records stand.

    Example: `{tool: RecordID, field: Number, start: 100, type: String, size: 8}`
    """

    keywords = ("number", "row number", "index", "counter", "identifier", "sequence")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["in"]
        group_fields(entering, self.config.by, "by")
        check_new(self.config.field, entering.names, "field")
        new = self._field().arrow()
        fields = [new, *entering] if self.config.position == "first" else [*entering, new]
        return {"out": pa.schema(fields, entering.metadata)}

    def _field(self) -> Field:
        type_ = FieldType(self.config.type)
        size = (self.config.size or _TEXT_SIZE) if type_ in TEXTS else None
        return Field(self.config.field, type_, size, source="RecordID")

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._counting = Counting(context, [field.name for field in group_fields(entering, self.config.by, "by")])

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        for counted, before in self._counting.take(batch):
            yield "out", self._numbered(counted, before)

    def complete(self) -> Iterator[Emission]:
        for counted, before in self._counting.rest():
            yield "out", self._numbered(counted, before)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_counting"):
            self._counting.close()

    def _numbered(self, batch: pa.RecordBatch, before: Numbers) -> pa.RecordBatch:
        if len(before) and self.config.start + int(before.max()) >= 2**63:
            raise self._too_large()
        numbers = self._typed(pa.array(before + np.int64(self.config.start)))
        columns = [numbers, *batch.columns] if self.config.position == "first" else [*batch.columns, numbers]
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def _typed(self, numbers: pa.Array) -> pa.Array:
        field = self._field()
        if not len(numbers):
            return pa.array([], field.arrow_type)
        lowest, highest = pc.min_max(numbers).as_py().values()
        if field.type not in TEXTS:
            try:
                return numbers.cast(field.arrow_type)
            except pa.ArrowInvalid:
                raise self._too_large() from None
        texts = pc.utf8_zero_fill(numbers.cast(pa.string()), width=field.size, padding="0")
        if max(len(str(lowest)), len(str(highest))) > (field.size or 0):
            raise self._too_large()
        return texts

    def _too_large(self) -> ToolError:
        field = self._field()
        what = f"{field.type}({field.size})" if field.type in TEXTS else field.type
        message = f"The record numbers become too large for the {what} [{field.name}]."
        return ToolError(message, hint="Choose a greater type or size.", setting="type")

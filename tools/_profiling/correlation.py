"""What Pearson and Spearman correlation have in common: numbers in, a table of every field with every other out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from engine.types import Field, FieldType, schema_of
from tools._profiling.association import Matrix, Samples, nullable, number_fields
from tools._records.naming import free_name


class CorrelationConfig(Config):
    fields: Annotated[list[FieldName], ConfigField(min_length=2)]
    """The fields to compare, at least two: numbers or Bool."""


C = TypeVar("C", bound=CorrelationConfig)


class Correlation(Tool[C]):
    """A record for each field: its name, and a number for each field; `_matrix` says which."""

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        names = [field.name for field in number_fields(inputs["in"], self.config.fields)]
        first = Field(free_name("FieldName", names), FieldType.V_WString)
        return {"out": schema_of(first, *(Field(name, FieldType.Double) for name in names))}

    def open(self, context: Context) -> None:
        super().open(context)
        self._names = [field.name for field in number_fields(context.inputs["in"], self.config.fields)]
        self._samples = Samples(context, len(self._names))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._samples.add([batch.column(name) for name in self._names])
        yield from ()

    def complete(self) -> Iterator[Emission]:
        self._samples.tell()
        columns = [pa.array(self._names, pa.string()), *map(nullable, self._matrix().T)]
        yield "out", pa.RecordBatch.from_arrays(columns, schema=self.schema(self.context.inputs)["out"])

    def _matrix(self) -> Matrix:
        raise NotImplementedError

    def close(self, failed: bool) -> None:
        if hasattr(self, "_samples"):
            self._samples.close()

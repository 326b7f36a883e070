"""OversampleField: records sampled so that a rare value makes up a given share of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.expression import convert
from engine.spool import Spool
from engine.sql import quote_name
from engine.tool import Config, Emission, FieldName, Gather, Schemas, hint
from engine.types import BLOBS, Field, FieldType, find_field


class OversampleFieldConfig(Config):
    field: FieldName
    """The field with the value that is too rare, such as the answer that a model shall learn."""
    value: str
    """The value, written as in the results: `Yes`, `1`, `True`."""
    percent: Annotated[float, hint(label="Per cent of records with it")] = ConfigField(default=50, gt=0, lt=100)
    """How many per cent of the records that leave have it."""
    seed: int = ConfigField(default=1, ge=0, le=2**32 - 1)
    """Another number gives other records; the same number always gives the same."""


class OversampleField(Gather[OversampleFieldConfig]):
    """Make a rare value more frequent, by leaving out records with other values.

    All records with the value leave, and of the others as many, chosen at random, as make the share right; where the
    value is more frequent than that already, some of its own records stay behind. Records keep their order, and none
    leaves twice. Null is no value.

    A model that learns from the result predicts the value too often for the whole: compare it on records that were not
    sampled.

    Example: `{tool: OversampleField, field: Responded, value: "Yes", percent: 50}`
    """

    keywords = ("balance", "rare", "imbalance", "sampling", "undersample", "model")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._found(inputs["in"])
        return {"out": inputs["in"]}

    def _found(self, schema: pa.Schema) -> Field:
        field = find_field(schema, self.config.field, setting="field")
        if field.type in BLOBS:
            raise ToolError(f"[{field.name}] is a {field.type}; its values cannot be compared.", setting="field")
        return field

    def open(self, context: Context) -> None:
        super().open(context)
        field = self._found(context.inputs["in"])
        text = convert.template(field.type, FieldType.V_WString).format(x=quote_name(field.name))
        query = f"SELECT {text} FROM batch"  # noqa: S608 - quoted
        self._texts = context.sql.per_batch(query, context.inputs["in"], [field.name])
        self._wanted: list[npt.NDArray[np.bool_]] = []

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        (texts,) = self._texts(batch)
        wanted = pc.fill_null(pc.equal(texts, self.config.value), False)
        self._wanted.append(wanted.to_numpy(zero_copy_only=False))
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        wanted = np.concatenate([*self._wanted, np.zeros(0, np.bool_)])
        left = self._chosen(wanted)
        start = 0
        for batch in streams["in"]:
            yield "out", batch.filter(pa.array(left[start : start + batch.num_rows]))
            start += batch.num_rows

    def _chosen(self, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which records leave."""
        rare, others = np.flatnonzero(wanted), np.flatnonzero(~wanted)
        if len(wanted) and not len(rare):
            raise ToolError(
                f"No record has the value '{self.config.value}' in [{self.config.field}].",
                hint="Upper and lower case count.",
                setting="value",
            )
        odds = self.config.percent / (100 - self.config.percent)
        count = min(len(rare), round(len(others) * odds))
        random = np.random.RandomState(np.random.MT19937(self.config.seed))
        left = np.zeros(len(wanted), np.bool_)
        left[random.permutation(rare)[:count]] = True
        left[random.permutation(others)[: round(count / odds) if count else 0]] = True
        if len(wanted):
            share = 100 * count / max(int(left.sum()), 1)
            self.context.info(f"{left.sum():,} of {len(wanted):,} records leave, {share:.1f}% of them with the value.")
        return left

    def close(self, failed: bool) -> None:
        super().close(failed)
        if hasattr(self, "_texts"):
            self._texts.close()

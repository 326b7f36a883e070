"""BasicDataProfile: what there is to know about each field, a record each fact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from engine.statistics import Statistics
from engine.tool import Emission, Schemas
from engine.types import Field, FieldType, schema_of
from tools._profiling.columns import chosen
from tools._profiling.profile import Profile, ProfileConfig

_TEXT = FieldType.V_WString
_OUT = schema_of(Field("FieldName", _TEXT), Field("Name", _TEXT), Field("Value", _TEXT))


class BasicDataProfile(Profile[ProfileConfig]):
    """Profile each field: type, Nulls, different values, range, statistics; a record for each fact.

    Every field has its name, type, size, source, description, and how many records are Null or not. All but Blobs have
    the number of different values, the least and the greatest, the most frequent. Numbers have sum, mean, standard
    deviation, quartiles, zeros and negative ones; texts have blanks, blanks at their beginning or end, and lengths.

    All is exact, also for more records than fit in memory. Use CrossTab behind it for a record each field.

    Example: `{tool: BasicDataProfile}`
    """

    keywords = ("profile", "statistics", "quality", "nulls", "describe", "summary")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        chosen(inputs["in"], self.config.fields)
        return {"out": _OUT}

    def complete(self) -> Iterator[Emission]:
        for field in self._columns.fields:
            rows = [
                {"FieldName": field.name, "Name": name, "Value": _written(value)}
                for name, value in facts(self._statistics(field))
                if value not in (None, "")
            ]
            yield "out", pa.RecordBatch.from_pylist(rows, schema=_OUT)


def facts(found: Statistics) -> Iterator[tuple[str, Any]]:
    """Every fact about a field with its name; None for what there is not."""
    field = found.field
    yield from [("Name", field.name), ("Type", field.type.value), ("Size", field.size), ("Source", field.source)]
    yield from [("Description", field.description), ("Records", found.records), ("Nulls", found.nulls)]
    yield from [("Non-Nulls", found.records - found.nulls), ("Unique", found.unique)]
    yield from [("Min", found.least), ("Max", found.most)]
    if found.top:
        yield from [("Most Frequent", found.top[0][0]), ("Most Frequent Count", found.top[0][1])]
    if found.numbers and found.numbers.count:
        numbers = found.numbers
        yield from [("Sum", numbers.total), ("Mean", numbers.mean), ("Std Dev", numbers.deviation)]
        yield from zip(("25%", "Median", "75%"), numbers.quartiles, strict=True)
        yield from [("Zeros", numbers.zeros), ("Negatives", numbers.negatives)]
    if found.texts and found.unique:
        texts = found.texts
        yield from [("Blanks", texts.blanks), ("Leading Blanks", texts.leading), ("Trailing Blanks", texts.trailing)]
        yield "Average Length", texts.characters / (found.records - found.nulls)
        for name, text in (("Shortest", texts.shortest), ("Longest", texts.longest)):
            yield from [(name, text), (f"{name} Length", None if text is None else len(text))]


def _written(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)

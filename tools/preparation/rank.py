"""Rank: the places of records in an order."""

from __future__ import annotations

from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.feed import NUMBER, column
from engine.tool import Config, GroupBy, Schemas, hint
from engine.types import Field, FieldType
from tools._records.asking import AddsFields
from tools._records.groups import group_fields
from tools._records.naming import free_name
from tools._records.ordering import SortKey, order

RankType = Literal["ordinal", "dense", "standard", "modified", "fractional"]
_UP_TO_HERE = "count(*) OVER ({rows} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
_SQL: dict[RankType, str] = {
    "ordinal": f"row_number() OVER ({{rows}}, {NUMBER})",
    "dense": "dense_rank() OVER ({rows})",
    "standard": "rank() OVER ({rows})",
    "modified": _UP_TO_HERE,
    "fractional": f"(rank() OVER ({{rows}}) + {_UP_TO_HERE}) / 2",
}


class RankConfig(Config):
    fields: Annotated[list[SortKey], hint(label="Rank by"), ConfigField(min_length=1)]
    """The fields that decide about the rank; each where those above it are equal."""
    types: Annotated[list[RankType], hint(label="Ranking of equal records"), ConfigField(min_length=1)] = ["ordinal"]
    """How equal records are ranked; a field for each."""
    dictionary: Annotated[bool, hint(label="Dictionary order")] = False
    """Whether texts are sorted as in a dictionary (a, A, ä, b, B) and not by their codes (A, B, a, b, ä)."""
    by: GroupBy = []
    """Fields whose values make groups; each group is ranked for itself."""


class Rank(AddsFields[RankConfig]):
    """Add the rank that each record has in the order of some fields. Records keep their places.

    Of four records with the values 9, 7, 7 and 5, in descending order, the ranks are:

    | type | ranks | equal records |
    |---|---|---|
    | ordinal | 1, 2, 3, 4 | in the order in which they came |
    | dense | 1, 2, 2, 3 | share a rank, and the next one follows |
    | standard | 1, 2, 2, 4 | share the lowest, as in sports |
    | modified | 1, 3, 3, 4 | share the highest |
    | fractional | 1, 2.5, 2.5, 4 | share the mean |

    The new field is called `Rank`; with several types `Rank_Ordinal`, `Rank_Dense`, and so on. Null comes first when
    ascending and last when descending.

    Example: `{tool: Rank, fields: [{field: Sales, order: descending}], types: [dense], by: [Region]}`
    """

    keywords = ("top", "place", "position", "order", "dense rank", "competition", "best")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        group_fields(entering, self.config.by, "by")
        order(entering, self.config.fields, "fields")
        fields = list(entering)
        for type_ in dict.fromkeys(self.config.types):
            name = "Rank" if len(self.config.types) == 1 else f"Rank_{type_.title()}"
            name = free_name(name, (field.name for field in fields))
            number = FieldType.Double if type_ == "fractional" else FieldType.Int64
            fields.append(Field(name, number, source=f"Rank: {type_}").arrow())
        return {"out": pa.schema(fields, entering.metadata)}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        keys = [field.name for field in group_fields(entering, [key.field for key in self.config.fields], "fields")]
        names = list(dict.fromkeys([*groups, *keys]))
        fed = pa.schema([entering.field(name) for name in names])
        partition = f"PARTITION BY {', '.join(column(fed, name) for name in groups)} " if groups else ""
        rows = f"{partition}ORDER BY {order(fed, self.config.fields, 'fields', dictionary=self.config.dictionary)}"
        ranks = ", ".join(_SQL[type_].format(rows=rows) for type_ in dict.fromkeys(self.config.types))
        query = f"SELECT {ranks} FROM input ORDER BY {NUMBER}"  # noqa: S608 - neutral names
        self._ask(query, fed, self.schema(context.inputs)["out"])

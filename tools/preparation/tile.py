"""Tile: records sorted into classes by their values."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, column
from engine.tool import Config, FieldName, GroupBy, Schemas, hint
from engine.types import NUMBERS, Field, FieldType, find_field
from tools._records.asking import AddsFields
from tools._records.groups import group_fields
from tools._records.naming import free_name

_SMART = ("Extremely Low", "Low", "Below Average", "Average", "Above Average", "High", "Extremely High")


class TileConfig(Config):
    method: Literal["equal_records", "equal_sum", "smart", "unique", "manual"] = "equal_records"
    """How tiles are made: as many records in each; as great a sum of `field` in each; by distance from the average of
    `field` in standard deviations; one for each value of `fields`; between `cutoffs`."""
    tiles: Annotated[int, hint(when={"method": ["equal_records", "equal_sum"]}), ConfigField(ge=1, lt=2**31)] = 4
    """Equal records and equal sum: how many tiles."""
    field: Annotated[FieldName, hint(when={"method": ["equal_records", "equal_sum", "smart", "manual"]})] = ""
    """Equal sum, smart, manual: the number that decides. Equal records: a field to order by; left out, the order in
    which records come."""
    fields: Annotated[list[FieldName], hint(when={"method": ["unique"]})] = []
    """Unique: the fields whose values make tiles."""
    cutoffs: Annotated[list[float], hint(when={"method": ["manual"]})] = []
    """Manual: the upper ends of the tiles, ascending; each belongs to its tile, and what lies above makes one more."""
    by: GroupBy = []
    """Fields whose values make groups; each group is tiled for itself."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.method in ("equal_sum", "smart", "manual") and not self.field:
            raise ValueError(f"{self.method} needs a field")
        if self.method == "unique" and not self.fields:
            raise ValueError("unique needs fields")
        if self.method == "manual" and (not self.cutoffs or sorted(set(self.cutoffs)) != self.cutoffs):
            raise ValueError("manual needs cutoffs, each greater than the one before")
        return self


class Tile(AddsFields[TileConfig]):
    """Sort records into tiles (quartiles, classes, bins) by their values.

    Two fields are added: `Tile_Num`, and `Tile_SequenceNum`, which counts the records within a tile. Records keep their
    order.

    - equal_records: `tiles` of as many records each; the first ones get what is left over.
    - equal_sum: `tiles` of as great a sum of `field` each, going along the records.
    - smart: 0 is the average of `field` give or take half a standard deviation, 1 the next standard deviation above,
      -1 the one below, and so on; `SmartTile_Name` says it in words.
    - unique: one for each combination of values of `fields`, numbered as they first come.
    - manual: 1 up to the first of `cutoffs`, 2 up to the second, and so on.

    Records where `field` is Null, or no finite number, get no tile.

    Example: `{tool: Tile, method: equal_records, tiles: 10, field: Income}`
    """

    keywords = ("bin", "quartile", "decile", "percentile", "rank", "class", "bucket", "ntile")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        self._columns(entering)
        fields = list(entering)
        for new in self._new():
            fields.append(new.with_name(free_name(new.name, (field.name for field in fields))))
        return {"out": pa.schema(fields, entering.metadata)}

    def _new(self) -> list[pa.Field]:
        fields = [Field("Tile_Num", FieldType.Int32), Field("Tile_SequenceNum", FieldType.Int64)]
        if self.config.method == "smart":
            fields.append(Field("SmartTile_Name", FieldType.V_WString, 30))
        return [field.arrow() for field in fields]

    def _columns(self, schema: pa.Schema) -> tuple[list[str], list[str], str]:
        """The fields of the groups, those that make tiles, and the number that decides, or an empty text."""
        groups = [field.name for field in group_fields(schema, self.config.by, "by")]
        fields = self.config.fields if self.config.method == "unique" else []
        keys = [field.name for field in group_fields(schema, fields, "fields")]
        if not self.config.field or self.config.method == "unique":
            return groups, keys, ""
        field = find_field(schema, self.config.field, setting="field")
        if field.type not in NUMBERS and self.config.method != "equal_records":
            message = f"[{field.name}] is a {field.type}; {self.config.method} needs a number."
            raise ToolError(message, hint="Make it a number with Select first.", setting="field")
        group_fields(schema, [field.name], "field")
        return groups, keys, field.name

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups, keys, value = self._columns(entering)
        names = list(dict.fromkeys([*groups, *keys, *([value] if value else [])]))
        fed = pa.schema([entering.field(name) for name in names])
        group_columns = [column(fed, name) for name in groups]
        tile = self._sql(group_columns, [column(fed, name) for name in keys], _comparable(fed, value))
        self._ask(_query(tile, group_columns, self.config.method), fed, self.schema(context.inputs)["out"])

    def _sql(self, groups: list[str], keys: list[str], value: str) -> str:
        """The number of the tile, from the columns of groups and keys and the value that decides."""
        method, tiles = self.config.method, self.config.tiles
        if method == "unique":
            return f"min({NUMBER}) OVER {_window([*groups, *keys])}"
        if method == "equal_records":
            if not value:
                return f"ntile({tiles}) OVER {_window(groups, NUMBER)}"
            rank = f"ntile({tiles}) OVER {_window([*groups, f'({value} IS NULL)'], f'{value}, {NUMBER}')}"
            return f"CASE WHEN {value} IS NOT NULL THEN {rank} END"
        number = f"CASE WHEN isfinite(CAST({value} AS DOUBLE)) THEN CAST({value} AS DOUBLE) END"
        if method == "manual":
            return f"1 + {' + '.join(f'CAST({number} > {cutoff!r} AS INTEGER)' for cutoff in self.config.cutoffs)}"
        everything = _window(groups)
        if method == "equal_sum":
            so_far = f"sum({number}) OVER {_window(groups, f'{NUMBER} ROWS UNBOUNDED PRECEDING')}"
            share = f"({so_far} - ({number}) / 2) / sum({number}) OVER {everything}"
            return f"CASE WHEN isfinite({share}) THEN greatest(1, least({tiles}, floor({share} * {tiles}) + 1)) END"
        spread = f"stddev_samp({number}) OVER {everything}"
        distance = f"(({number}) - avg({number}) OVER {everything}) / {spread}"
        return f"CASE WHEN {spread} > 0 THEN round({distance}) WHEN ({number}) IS NOT NULL THEN 0 END"


def _window(partition: list[str], order: str = "") -> str:
    parts = [f"PARTITION BY {', '.join(partition)}"] if partition else []
    return f"({' '.join([*parts, *([f'ORDER BY {order}'] if order else [])])})"


def _comparable(schema: pa.Schema, name: str) -> str:
    """The column of a field as one whose order is that of its values; an empty text where there is no field."""
    if not name:
        return ""
    wide = pa.types.is_decimal256(schema.field(name).type)  # a text in the query, see Feed
    return f"CAST({column(schema, name)} AS DOUBLE)" if wide else column(schema, name)


def _query(tile: str, groups: list[str], method: str) -> str:
    """Tile, number within the tile and, where it is smart, its name; in the order of the records."""
    inner = f"SELECT {', '.join([*groups, NUMBER, f'{tile} AS t'])} FROM input"  # noqa: S608 - neutral names
    if method == "unique":
        rank = f"dense_rank() OVER {_window(groups, 't')}"
        inner = f"SELECT {', '.join([*groups, NUMBER, f'{rank} AS t'])} FROM ({inner})"  # noqa: S608 - neutral names
    sequence = f"CASE WHEN t IS NOT NULL THEN row_number() OVER {_window([*groups, 't'], NUMBER)} END"
    names = ", ".join(f"'{name}'" for name in _SMART)
    name = f", CASE WHEN t IS NOT NULL THEN [{names}][CAST(greatest(-3, least(3, t)) AS INTEGER) + 4] END"
    smart = name if method == "smart" else ""
    return f"SELECT CAST(t AS INTEGER), {sequence}{smart} FROM ({inner}) ORDER BY {NUMBER}"  # noqa: S608

"""Names of values in records around the one at hand, such as `[Row-1:Sales]`."""

from __future__ import annotations

import re

import pyarrow as pa

from engine.expression import Column, Scope, Subject
from engine.feed import NUMBER
from engine.tool import Home
from engine.types import FieldType, fields_of

_NAME = re.compile(r"row\s*([+-]\s*\d+)\s*:(.*)", re.IGNORECASE | re.DOTALL)
RECORD, PAST = "row_", "past_"
"""What the SQL calls the record at hand, and the list of results so far."""


class RowScope(Scope):
    """Fields of this record and of those before and after it, and earlier results of the field that is computed.

    Every value of a field becomes a column `x0`, `x1`, ... of `row_`; a result comes from the list `past_`, whose
    last element is that of the record before.

    Attributes:
        values: field and distance of each column, in order.
        depth: how many records back results are needed; 0 where they are not.
    """

    def __init__(self, schema: pa.Schema, home: Home, target: Column) -> None:
        columns = [Column(field.name, field.type, "") for field in fields_of(schema)]
        super().__init__(columns, home, Subject(f"({RECORD}.{NUMBER} + 1)", target.name))
        self._target = target
        self.values: list[tuple[str, int]] = []
        self.depth = 0

    def find(self, name: str) -> Column | None:
        match = _NAME.fullmatch(name)
        distance = int(match[1].replace(" ", "")) if match else 0
        field_name = match[2] if match else name
        if distance < 0 and field_name.casefold() == self._target.name.casefold():
            self.depth = max(self.depth, -distance)
            known = f"{RECORD}.number > {-distance}"
            result = f"CASE WHEN {known} THEN {PAST}[{distance}].after ELSE {self._target.sql} END"
            return Column(name, self._target.type, f"({result})")
        column = super().find(field_name)
        if column is None:
            return None
        if (column.name, distance) not in self.values:
            self.values.append((column.name, distance))
        sql = f"{RECORD}.x{self.values.index((column.name, distance))}"
        return Column(name, _readable(column.type), sql)


def _readable(type_: FieldType) -> FieldType:
    return FieldType.Double if type_ is FieldType.FixedDecimal else type_

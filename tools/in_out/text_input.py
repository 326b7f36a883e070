"""TextInput: a small table kept in the workflow itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BeforeValidator
from pydantic import Field as ConfigField

from engine.batches import MAX_ROWS
from engine.errors import ToolError
from engine.tool import Config, Schemas, Source, hint
from engine.types import TEXTS, Field, FieldType, parse_field, schema_of
from tools.in_out._text import Misfit, convert, guess

_PROBLEMS_SHOWN = 20
_ISO = (FieldType.Date, FieldType.Time, FieldType.DateTime)


def _plain(value: object) -> object:
    """Dates as text: not every YAML reader takes `2024-01-31` for text, as ours does."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else value


Cell = Annotated[bool | int | float | str | None, BeforeValidator(_plain)]


class TypedField(Config):
    field: str
    """Its name."""
    type: str
    """Its type."""


class TextInputConfig(Config):
    fields: Annotated[dict[str, str] | list[str | TypedField], hint("types")]
    """The fields: a name and a type each (`{name: V_WString, age: Int32}`, or `[{field: name, type: V_WString}]`), or
    names alone (`[name, age]`): their types are then found from the values."""
    rows: Annotated[list[list[Cell]], hint("grid")] = ConfigField(default_factory=list)
    """The records, each a list with a value for every field (`[Bart, 10]`); `null` is a value that is not there."""


class TextInput(Source[TextInputConfig]):
    """A small table typed by hand, kept in the workflow file.

    Types are written as everywhere: `V_WString`, `V_String(20)`, `FixedDecimal(19.2)`, `Date`. Where only names are
    given, a field of `true` and `false` becomes Bool, of whole numbers Int64, of numbers Double, of texts such as
    `2024-01-31`, `12:30:00` or `2024-01-31 12:30:00` Date, Time or DateTime, and any other V_WString. Put a number
    in quotes to keep it as text: `"007"`.

    Example: `{tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10], [Lisa, 8]]}`
    """

    keywords = ("table", "constants", "manual")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        return {"out": self._table().schema}

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from self._table().to_batches(max_chunksize=MAX_ROWS)

    def _table(self) -> pa.Table:
        """Everything; a table that somebody typed is small.

        Raises:
            ExceptionGroup: of ToolErrors, one for each of the first wrong cells.
        """
        places = self._places()
        names = [name for name, _, _ in places]
        problems = [*self._name_problems(names), *self._length_problems(len(names))]
        if problems:
            raise ExceptionGroup("wrong table", problems[:_PROBLEMS_SHOWN])
        columns, fields = [], []
        for number, (name, type_, setting) in enumerate(places):
            cells = [row[number] for row in self.config.rows]
            try:
                field = parse_field(name, type_, setting=setting) if type_ else Field(name, _guess(cells))
                columns.append(_column(cells, field))
                fields.append(field)
            except Misfit as misfit:
                problems.append(_explained(misfit, number))
            except ToolError as error:
                problems.append(error)
        if problems:
            raise ExceptionGroup("wrong table", problems)
        return pa.Table.from_arrays(columns, schema=schema_of(*fields))

    def _name_problems(self, names: list[str]) -> Iterator[ToolError]:
        seen: set[str] = set()
        if not names:
            yield ToolError("The table has no field.", hint="Name at least one: fields: [name].", setting="fields")
        for number, name in enumerate(names):
            if not name.strip():
                yield ToolError(f"Field {number + 1} has no name.", setting="fields")
            elif name.casefold() in seen:
                yield ToolError(f"The name [{name}] stands twice.", hint="Rename one of them.", setting="fields")
            seen.add(name.casefold())

    def _length_problems(self, width: int) -> Iterator[ToolError]:
        for number, row in enumerate(self.config.rows):
            if len(row) != width:
                yield ToolError(
                    f"Row {number + 1} has {len(row)} value{'s' * (len(row) != 1)}; the table has {width} fields.",
                    hint="Write null for a value that is not there.",
                    setting=f"rows.{number}",
                )

    def _places(self) -> list[tuple[str, str, str]]:
        """Each field's name, its type (empty: found from the values), and the setting in which the type stands."""
        fields = self.config.fields
        if isinstance(fields, dict):
            return [(name, type_, f"fields.{name}") for name, type_ in fields.items()]
        return [
            (field, "", "fields") if isinstance(field, str) else (field.field, field.type, f"fields.{number}.type")
            for number, field in enumerate(fields)
        ]


def _guess(cells: list[Cell]) -> FieldType:
    type_ = guess(_texts(cells))
    is_text = any(isinstance(cell, str) for cell in cells)
    return FieldType.V_WString if is_text and type_ not in _ISO else type_


def _column(cells: list[Cell], field: Field) -> pa.Array:
    texts = _texts(cells)
    if field.type in TEXTS:
        too_long = pc.index(pc.greater(pc.utf8_length(texts), field.size), True).as_py()
        if too_long >= 0:
            raise Misfit(too_long, texts[too_long].as_py(), field)
    return convert(texts, field)


def _texts(cells: list[Cell]) -> pa.Array:
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _explained(misfit: Misfit, column: int) -> ToolError:
    return ToolError(
        f"Row {misfit.row + 1}, field [{misfit.field.name}]: {misfit}.",
        hint="Change the value, or the field's type.",
        setting=f"rows.{misfit.row}.{column}",
    )

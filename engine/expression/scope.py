"""What an expression can name: the fields of the input, and the constants of the workflow."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace

import pyarrow as pa

import engine
from engine.errors import did_you_mean, listed
from engine.expression.errors import Mistake
from engine.expression.nodes import Place
from engine.expression.value import Subject, Value, literal, of_field
from engine.sql import quote_name
from engine.tool import Home
from engine.types import FieldType, fields_of

_NOTHING = Subject()


@dataclass(frozen=True)
class Column:
    """A field, and the SQL that names it."""

    name: str
    type: FieldType
    sql: str


class Scope:
    """Names and what they mean. A name finds its field exactly, or else without regard to case.

    Attributes:
        columns: the fields.
        home: the workflow, for its constants.
        subject: what there is to speak of.
    """

    def __init__(self, columns: list[Column], home: Home, subject: Subject = _NOTHING) -> None:
        self.columns = columns
        self.home = home
        self.subject = subject

    @classmethod
    def of(cls, schema: pa.Schema, home: Home, record: str = "") -> Scope:
        """The fields of a schema, each under its own name; `record` is SQL of the number of the record at hand."""
        columns = [Column(field.name, field.type, quote_name(field.name)) for field in fields_of(schema)]
        taken = record in (column.sql for column in columns)
        return cls(columns, home, Subject("" if taken else record))

    def with_column(self, column: Column) -> Scope:
        """A scope where `column` is new, or stands for the one of its name."""
        old = self.find(column.name)
        columns = [column if known is old else known for known in self.columns]
        return Scope(columns if old else [*columns, column], self.home, self.subject)

    def computing(self, field: str) -> Scope:
        """The same, for the values of a field."""
        return Scope(self.columns, self.home, replace(self.subject, field=field))

    def find(self, name: str) -> Column | None:
        """The field called `name`, or None."""
        exact = next((column for column in self.columns if column.name == name), None)
        folded = name.casefold()
        return exact or next((column for column in self.columns if column.name.casefold() == folded), None)

    def resolve(self, name: str, place: Place) -> tuple[Value, Column | None]:
        """What `[name]` means.

        Raises:
            Mistake: nothing.
        """
        column = self.find(name)
        if column:
            return of_field(column.sql, column.type, place), column
        for constant, meaning in constants(self.home).items():
            if constant.casefold() == name.casefold():
                return literal(meaning, place), None
        raise self._unknown(name, place)

    def _unknown(self, name: str, place: Place) -> Mistake:
        prefix = name.partition(".")[0].casefold()
        near = [constant for constant in constants(self.home) if constant.casefold().startswith(prefix + ".")]
        if prefix in ("user", "engine") and "." in name:
            message = f"No constant [{name}]; there is {listed(near)}"
            return Mistake(message, place.start, place.end, hint=did_you_mean(name, near))
        known = [column.name for column in self.columns]
        message = f"No field [{name}]; the input has {listed(known)}"
        return Mistake(message, place.start, place.end, hint=did_you_mean(name, known), missing=name)


def constants(home: Home) -> dict[str, str | int]:
    """What `[Engine...]` and `[User...]` stand for. Folders end with a separator, as in Alteryx."""
    return {
        "Engine.WorkflowDirectory": str(home.folder.absolute()) + os.sep,
        "Engine.WorkflowFileName": home.file.name if home.file else "",
        "Engine.TempFilePath": tempfile.gettempdir() + os.sep,
        "Engine.Version": engine.__version__,
        "Engine.IterationNumber": 0,
        **{f"User.{name.removeprefix('User.')}": str(text) for name, text in home.constants.items()},
    }

"""The statements that all databases share. Names are quoted, and no value ever stands in a statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ToolError, listed
from engine.sql import quote_name, quote_text
from engine.types import Field
from tools.in_out.formats._fields import unique_names

STAGE = "flowrun_incoming"
"""The temporary table in which records wait to be put into the table that they are for."""
_NAME_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


@dataclass(frozen=True)
class Column:
    """A column of a table or a query.

    Attributes:
        field: what it becomes.
        select: how it is read: an expression over `{}`, its name.
        assign: how a text is put into it: an expression over `{}`, the text.
        note: what the user should know of how it is read.
    """

    field: Field
    select: str = "{}"
    assign: str = "{}"
    note: str = ""


@dataclass(frozen=True)
class TableName:
    """The name of a table as a user writes it: `orders`, `sales.orders`, or `"odd.name"` where a dot belongs to it."""

    text: str

    @property
    def parts(self) -> list[str]:
        """The table's name, after that of its schema where it has one."""
        return [(quoted or plain).replace('""', '"') for quoted, plain in _NAME_PART.findall(self.text)]

    @property
    def schema(self) -> str | None:
        return self.parts[-2] if len(self.parts) > 1 else None

    @property
    def table(self) -> str:
        return self.parts[-1]

    @property
    def sql(self) -> str:
        return ".".join(map(quote_name, self.parts))

    @classmethod
    def parse(cls, text: str) -> TableName:
        """
        Raises:
            ToolError: it is no name.
        """
        whole = re.fullmatch(rf"(?:{_NAME_PART.pattern})(?:\.(?:{_NAME_PART.pattern}))?", text)
        if whole is None or "\0" in text or len(text) > 1000:
            hint = "Write `orders`, `schema.orders`, or `'\"odd.name\"'`, quotes included, where a dot is part of it."
            raise ToolError(f"{text[:100]!r} is no name of a table.", hint=hint, setting="table")
        return cls(text)


def bare(query: str) -> str:
    """A query without what may stand at its end."""
    return query.strip().rstrip(";").rstrip()


def select(query: str, names: Sequence[str], columns: Sequence[Column], limit: int | None = None) -> str:
    """Read `columns` from a query whose columns are called `names` in order; a name may be there twice."""
    inner = ", ".join(map(quote_name, unique_names(names)))
    outer = ", ".join(
        f"{column.select.format(quote_name(column.field.name))} AS {quote_name(column.field.name)}"
        for column in columns
    )
    bound = "" if limit is None else f" LIMIT {limit:d}"
    return f'WITH "flowrun query"({inner}) AS (\n{query}\n) SELECT {outer} FROM "flowrun query"{bound}'  # noqa: S608


def create(table: str, types: Sequence[tuple[str, str]], *, temporary: bool = False) -> str:
    """Make a table of columns with their types."""
    columns = ", ".join(f"{quote_name(name)} {type_}" for name, type_ in types)
    return f"CREATE {'TEMPORARY ' if temporary else ''}TABLE {table} ({columns})"


def insert(table: str, columns: Sequence[tuple[str, str]]) -> str:
    """Put all that waits into a table; columns are names and expressions over what waits, called `new`."""
    names = ", ".join(quote_name(name) for name, _ in columns)
    values = ", ".join(value for _, value in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {quote_name(STAGE)} AS new"  # noqa: S608


def insert_new(table: str, columns: Sequence[tuple[str, str]], by: Sequence[tuple[str, str]]) -> str:
    """Put into a table what waits and has no record there with the same keys."""
    join = f" LEFT JOIN {table} AS old ON {_same(by)} WHERE old.{quote_name(by[0][0])} IS NULL"
    return insert(table, columns) + join


def update(table: str, columns: Sequence[tuple[str, str]], by: Sequence[tuple[str, str]]) -> str:
    """Change the records of a table that have the keys of what waits."""
    changes = ", ".join(f"{quote_name(name)} = {value}" for name, value in columns)
    return f"UPDATE {table} AS old SET {changes} FROM {quote_name(STAGE)} AS new WHERE {_same(by)}"  # noqa: S608


def twice(by: Sequence[str]) -> str:
    """The keys that are missing or there more than once in what waits; nothing where all is well."""
    names = ", ".join(map(quote_name, by))
    missing = " OR ".join(f"{quote_name(name)} IS NULL" for name in by)
    return f"SELECT {names} FROM {quote_name(STAGE)} GROUP BY {names} HAVING count(*) > 1 OR {missing}"  # noqa: S608


def _same(by: Sequence[tuple[str, str]]) -> str:
    return " AND ".join(f"old.{quote_name(name)} = {value}" for name, value in by)


def distinct(names: Sequence[str]) -> None:
    """Refuse names that differ by case alone, which most databases take for the same.

    Raises:
        ToolError: there are such.
    """
    folded = [name.casefold() for name in names]
    same = [f"[{name}]" for name in names if folded.count(name.casefold()) > 1]
    if same:
        raise ToolError(f"{listed(same)} are the same to a database.", hint="Rename one with Select.")


__all__ = ["STAGE", "Column", "TableName", "bare", "create", "distinct", "insert", "insert_new", "quote_name",
           "quote_text", "select", "twice", "update"]  # fmt: skip

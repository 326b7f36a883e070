"""Records into a table, in one transaction: all of them, or the table stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from engine.errors import ToolError, Unreachable, did_you_mean, listed
from engine.files import NewFile
from engine.types import INTEGERS, TEXTS, Field, FieldType, fields_of, find_field
from tools.in_out.databases import _sql
from tools.in_out.databases._place import Place
from tools.in_out.databases._reading import find_table
from tools.in_out.databases._sql import STAGE, Column, TableName, quote_name

Mode = Literal["create", "append", "overwrite", "delete_and_append", "update", "upsert"]
_NEW: tuple[Mode, ...] = ("create", "overwrite")
_BY_KEY: tuple[Mode, ...] = ("update", "upsert")


@dataclass(frozen=True)
class Written:
    """What a transaction did: records changed, and records put in, where its mode does so."""

    changed: int | None = None
    added: int | None = None

    def __str__(self) -> str:
        parts = {"changed": self.changed, "added": self.added}
        return ", ".join(
            f"{count:,} record{'' if count == 1 else 's'} {what}" for what, count in parts.items() if count is not None
        )


class Writer:
    """How records of `schema` are put into a table.

    Args:
        place: the database.
        table: the name of the table.
        mode: what becomes of the table and of the records that it has.
        by: the fields by which records are found, for `update` and `upsert`.
        schema: of the records.
    """

    def __init__(self, place: Place, table: str, mode: Mode, by: list[str], schema: pa.Schema) -> None:
        self.place = place
        self.table = TableName.parse(table)
        self._mode = mode
        self._schema = schema
        self._fields = fields_of(schema)
        self._by = [find_field(schema, name, setting=f"by.{place_}").name for place_, name in enumerate(by)]
        place.driver.check_fields(schema)
        if mode in _BY_KEY and not by:
            raise ToolError(f"`mode: {mode}` finds records by their keys.", hint="Name them: `by: [id]`.", setting="by")
        if mode in _BY_KEY and len(self._by) == len(self._fields) and mode == "update":
            raise ToolError("Every field is a key, so there is nothing to update.", setting="by")

    # Whether it could be done

    def check(self) -> None:
        """Look whether the table is as the mode needs it; changes nothing.

        Raises:
            Unreachable: the database is not there.
            ToolError: a table is missing or there already, or its columns do not take the fields.
        """
        if self._is_new_file:
            self._check_new_file()
            return
        with self.place.session() as session:
            self._columns(session)

    def rehearse(self) -> None:
        """Do it without records and take it back: rights, types and a database that is read-only show early."""
        self.check()
        if not self._is_new_file:
            with self.place.session(write=True) as session, self._explained():
                self._write(session, [])

    @property
    def _is_new_file(self) -> bool:
        return self.place.path is not None and not self.place.path.exists()

    def _check_new_file(self) -> None:
        assert self.place.path is not None
        NewFile(self.place.path)  # looks whether its folder can be written
        if self._mode not in _NEW:
            raise Unreachable(f"There is no file {self.place.path}.", hint="`mode: create` makes it.", setting="path")

    def _columns(self, session: Any) -> dict[str, Column]:
        """The table's columns by the names of our fields; none where the table is made anew."""
        if self._mode in _NEW:
            with self.place.explained("The tables cannot be listed"):
                if self._mode == "create" and session.has(self.table):
                    raise ToolError(
                        f"There is a table '{self.table.text}' in {self.place.title} already.",
                        hint="`mode: overwrite` replaces it, `mode: append` adds to it.",
                        setting="mode",
                    )
            return {}
        find_table(self.place, session, self.table.text)
        with self.place.explained("The table cannot be read", setting="table"):
            found: list[Column] = session.describe(f"SELECT * FROM {self.table.sql}")  # noqa: S608
        by_name = {column.field.name.casefold(): column for column in found}
        exact = {column.field.name: column for column in found}
        columns = {f.name: exact.get(f.name) or by_name.get(f.name.casefold()) for f in self._fields}
        if missing := [name for name, column in columns.items() if column is None]:
            raise ToolError(
                f"The table '{self.table.text}' has no column for {listed(missing)}; it has {listed(exact)}.",
                hint=did_you_mean(missing[0], exact) or "Leave the field out, or rename it, with Select.",
            )
        known = {name: column for name, column in columns.items() if column is not None}
        for field in self._fields:
            _refuse_loss(field, known[field.name].field)
        return known

    # Doing it

    def write(self, batches: Iterable[pa.RecordBatch]) -> Written:
        """Put all of these records into the table.

        Raises:
            Unreachable: the database is not there.
            ToolError: it does not take them; then all is as it was.
        """
        feed = _Feed(batches)
        try:
            return self._into_new_file(feed) if self._is_new_file else self._into(self.place, feed)
        except Exception:
            if feed.error is not None:  # it came through the driver, which made it one of its own
                raise feed.error from None
            raise

    def _into(self, place: Place, batches: Iterable[pa.RecordBatch]) -> Written:
        with place.session(write=True) as session, self._explained():
            written = self._write(session, batches)
            session.commit()
        return written

    def _into_new_file(self, batches: Iterable[pa.RecordBatch]) -> Written:
        assert self.place.path is not None
        file = NewFile(self.place.path)
        place = Place(self.place.driver, str(file.temporary), self.place.title, path=file.temporary)
        try:
            written = self._into(place, batches)
            file.commit()
        finally:
            file.discard()
        return written

    def _explained(self) -> Any:
        what = f"The table '{self.table.text}' of {self.place.title} cannot be written"
        return self.place.explained(what, hint="The database is as it was before the run.", setting="table")

    def _write(self, session: Any, batches: Iterable[pa.RecordBatch]) -> Written:
        columns = self._columns(session)
        if self._mode in _NEW:
            if self._mode == "overwrite":
                session.execute(f"DROP TABLE IF EXISTS {self.table.sql}")
            session.execute(_sql.create(self.table.sql, self._types()))
            return Written(added=self._load(session, self.table, batches))
        session.execute(_sql.create(quote_name(STAGE), self._types(), temporary=True))
        count = self._load(session, None, batches)
        return self._from_stage(session, columns, count)

    def _load(self, session: Any, table: TableName | None, batches: Iterable[pa.RecordBatch]) -> int:
        """Hand the records to the driver; how many there were."""
        count = 0

        def counted() -> Iterator[pa.RecordBatch]:
            nonlocal count
            for batch in batches:
                count += batch.num_rows
                yield batch

        session.load(table, pa.RecordBatchReader.from_batches(self._schema, counted()))
        return count

    def _types(self) -> list[tuple[str, str]]:
        return [(field.name, self.place.driver.column_type(field)) for field in self._fields]

    def _from_stage(self, session: Any, columns: dict[str, Column], count: int) -> Written:
        table = self.table.sql
        values = {field.name: _value(field, columns[field.name]) for field in self._fields}
        every = [(columns[name].field.name, value) for name, value in values.items()]
        keys = [(columns[name].field.name, values[name]) for name in self._by]
        others = [item for item in every if item not in keys]
        if self._mode == "delete_and_append":
            session.execute(f"DELETE FROM {table}")  # noqa: S608
        if self._mode not in _BY_KEY:
            session.execute(_sql.insert(table, every))
            return Written(added=count)
        self._check_keys(session)
        session.lock(self.table)
        changed = session.execute(_sql.update(table, others, keys)) if others else 0
        added = session.execute(_sql.insert_new(table, every, keys)) if self._mode == "upsert" else None
        return Written(changed, added)

    def _check_keys(self, session: Any) -> None:
        wrong = session.rows(f"{_sql.twice(self._by)} LIMIT 1")
        if wrong:
            what = ", ".join(f"{name} = {value!r}" for name, value in zip(self._by, wrong[0], strict=True))
            problem = "has no key" if None in wrong[0] else "is there more than once"
            raise ToolError(
                f"The record with {what} {problem}, so nobody can say which one counts.",
                hint="Keep one of each key with Unique, and those that have one with Filter.",
                setting="by",
            )


class _Feed:
    """Records on their way into a driver; remembers why they stopped coming."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except Exception as error:
            self.error = error
            raise


def _value(field: Field, column: Column) -> str:
    """A waiting value as the column takes it; text is converted by the database."""
    value = f"new.{quote_name(field.name)}"
    return column.assign.format(value) if field.type in TEXTS else value


def _refuse_loss(field: Field, column: Field) -> None:
    """Databases round and cut without a word where a column holds less than what comes."""
    fraction = field.type in (FieldType.Float, FieldType.Double) or bool(field.scale)
    if (column.type in INTEGERS and fraction) or (
        field.type is FieldType.DateTime and column.type in (FieldType.Date, FieldType.Time)
    ):
        raise ToolError(
            f"[{field.name}] is {field.type}, and its column {column.type}, which would cut its values.",
            hint=f"Make it {column.type} with Select or Formula, so that you see what is lost.",
        )

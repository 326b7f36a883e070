"""Databases, one module each: a new one is a new module here, and nothing else.

A database is a module of this folder that offers:

    SCHEMES: tuple[str, ...]             # of the URLs that lead to its servers; () where it has only files
    EXTENSIONS: tuple[str, ...]          # of its files, with their dots; () where it has only servers
    def column_type(field) -> str        # how a new table declares a field
    def check_fields(schema) -> None     # ToolError: it cannot hold such fields
    def errors() -> tuple[type[Exception], ...]   # what its driver raises
    class Session: ...                   # one transaction, see below

    class Session:
        def __init__(self, address, *, write): ...       # the URL, or the path of a file; only reads unless `write`
        def describe(self, query) -> list[Column]: ...   # what a query yields, found without running it
        def stream(self, query, columns, limit) -> Iterator[pa.RecordBatch]: ...
        def execute(self, statement) -> int: ...         # the number of records that it touched
        def has(self, table) -> bool: ...
        def tables(self) -> list[str]: ...               # as a user would write them
        def load(self, table, reader, *, temporary) -> None: ...   # append to a table that has these very fields
        def commit(self) -> None: ...
        def close(self) -> None: ...                     # what was not committed has never been

Modules are imported to know their extensions, so they import their drivers inside their functions.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import Field as ConfigField

from engine.tool import Home
from tools.in_out.databases._place import Place
from tools.in_out.databases._reading import Reader
from tools.in_out.databases._writing import Mode, Writer, Written


@cache
def drivers() -> dict[str, ModuleType]:
    """All databases by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def extensions() -> tuple[str, ...]:
    """The extensions of files that are databases."""
    return tuple(extension for module in drivers().values() for extension in module.EXTENSIONS)


def is_database(path: Path, format_: str | None = None) -> bool:
    """Whether a file is a database: by the format that is named, else by its extension."""
    return format_ in drivers() if format_ is not None else path.suffix.lower() in extensions()


def place_of(path: Path | None, connection: str | None, format_: str | None = None) -> Place:
    """Where a table is: the database in a file, or the one that a connection leads to.

    Raises:
        ToolError: there is no such connection, or no driver for it.
    """
    if connection is not None:
        return Place.of_connection(connection, {scheme: m for m in drivers().values() for scheme in m.SCHEMES})
    assert path is not None
    by_extension = (module for module in drivers().values() if path.suffix.lower() in module.EXTENSIONS)
    driver = drivers()[format_] if format_ is not None else next(by_extension)
    return Place(driver, str(path), path.name, path=path)


def is_one_place(path: str | None, connection: str | None) -> bool:
    """Whether settings say one place: a file or a connection."""
    return (path is None) != (connection is None) and path != ""


def check_place(path: str | None, connection: str | None, table: str | None, query: str | None) -> None:
    """That the settings of a tool that reads say one place, and one thing to read there.

    Raises:
        ValueError: they do not.
    """
    if not is_one_place(path, connection):
        raise ValueError("say what to read: a file by `path`, or a database by `connection`")
    if table is not None and query is not None:
        raise ValueError("say a table or a query, not both")


def tables(given: Mapping[str, Any], home: Home) -> list[str]:
    """The tables and views that settings lead to, as a user would write them; none where there is no database yet.

    Raises:
        ToolError: there is no such connection, or the database cannot be read.
    """
    connection, file, format_ = given.get("connection"), given.get("path"), given.get("format")
    path = home.path(str(file)) if file else None
    if connection is None and (path is None or not is_database(path, format_) or not path.is_file()):
        return []
    place = place_of(path, connection, format_)
    with place.session() as session, place.explained("The tables cannot be listed"):
        found: list[str] = session.tables()
    return found


def setting(default: Any = None) -> Any:
    """A setting that matters only where the place is a database; the canvas shows it only then."""
    return ConfigField(default=default, json_schema_extra={"extensions": list(extensions()), "beside": "connection"})


def without(other: str, default: Any = None) -> Any:
    """A setting that means nothing where `other` is set; the canvas shows it only where that is not."""
    return ConfigField(default=default, json_schema_extra={"unless": other})


__all__ = [
    "Mode",
    "Place",
    "Reader",
    "Writer",
    "Written",
    "check_place",
    "drivers",
    "extensions",
    "is_database",
    "place_of",
    "setting",
    "tables",
    "without",
]

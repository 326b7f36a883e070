"""Where tables are, and what is said when they cannot be had."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.connections import Connection
from engine.connections import connection as find_connection
from engine.errors import ToolError, Unreachable, listed

_GIVE_UP = 10.0  # seconds in which a server that was not there is not asked again: a canvas checks at every edit
_CODE = re.compile(r"^[A-Z_]+: (\[\w+\] )?")
_TAIL = re.compile(
    r"(\n\s*(query( was)?:|LINE \d+:|CONTEXT:)|\.? SQLSTATE|\. Detail: Python).*", re.DOTALL | re.IGNORECASE
)

_unreachable: dict[str, tuple[float, str]] = {}


@dataclass(frozen=True)
class Place:
    """A database: its driver, its address (a URL, or the path of a file), and what to call it in messages."""

    driver: ModuleType
    address: str = field(repr=False)
    title: str
    path: Path | None = None
    connection: Connection | None = None

    @classmethod
    def of_connection(cls, name: str, drivers: Mapping[str, ModuleType]) -> Place:
        """The database that a named connection leads to."""
        found = find_connection(name)
        if found.kind not in drivers:
            raise ToolError(
                f"The connection '{name}' leads to {found.kind}, which flowrun does not speak; it knows "
                f"{listed(drivers)}.",
                setting="connection",
            )
        return cls(drivers[found.kind], found.url, f"the database '{name}'", connection=found)

    @property
    def setting(self) -> str:
        """The setting that names this database."""
        return "path" if self.connection is None else "connection"

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Any]:
        """One transaction: rolled back unless it was committed.

        Raises:
            Unreachable: the server or the file is not there, or does not let us in.
        """
        now = time.monotonic()
        at, reason = _unreachable.get(self.address, (-_GIVE_UP, ""))
        if now - at < _GIVE_UP and self.path is None:
            raise self._unreachable(reason)
        try:
            session = self.driver.Session(self.address, write=write)
        except self.driver.errors() as error:
            _unreachable[self.address] = (time.monotonic(), self.reason(error))
            raise self._unreachable(self.reason(error)) from None
        try:
            yield session
        finally:
            session.close()

    def _unreachable(self, reason: str) -> Unreachable:
        return Unreachable(f"Cannot open {self.title}: {reason}.", setting=self.setting)

    @contextmanager
    def explained(self, what: str, *, setting: str = "", hint: str = "") -> Iterator[None]:
        """What the driver raises, in words for people: `{what}: {the database's own reason}`."""
        try:
            yield
        except (*self.driver.errors(), OSError) as error:
            raise ToolError(f"{what}: {self.reason(error)}.", hint=hint, setting=setting) from None

    def reason(self, error: Exception) -> str:
        """The database's own words, without codes, queries and secrets."""
        text = str(error) if self.connection is None else self.connection.hide(str(error))
        text = _TAIL.sub("", text)
        for mark in ("ERROR:  ", "FATAL:  "):
            text = text.partition(mark)[2] or text
        return " ".join(_CODE.sub("", text).split()).rstrip(". ")

"""A PostgreSQL server of the tests' own, in a folder of its own, reached by a socket in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "s3cr3t/of:Bart@home"
_WRITTEN = "s3cr3t%2Fof%3ABart%40home"
_PLAYS_SAFE = "fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=20", "shared_buffers=16MB"


@dataclass(frozen=True)
class Server:
    """A running server."""

    folder: Path
    programs: Path

    def url(self, user: str = "flowrun", password: str = _WRITTEN, database: str = "postgres") -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def sql(self, statement: str, user: str = "flowrun") -> str:
        """What psql says to a statement: values parted by |, a record a line."""
        command = [str(self.programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(user)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def control(self, *words: str) -> None:
        """Run pg_ctl; PostgreSQL refuses to be run by root."""
        command = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words]
        subprocess.run(_as_owner(command), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        settings = " ".join(
            f"-c {setting}" if not setting.endswith("=") else f"-c {setting}''" for setting in _PLAYS_SAFE
        )
        self.control("-o", f"-k {self.folder} {settings}", "-l", str(self.folder / "log"), "start")


def programs() -> Path | None:
    """Where the server's programs are: Debian keeps them out of the PATH."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return versions[-1].parent if versions else None


def _as_owner(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A server with the user flowrun; stopped and gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="flowrun-pg-"))  # a short path: a socket's may have 107 characters
    server = Server(folder, programs)
    try:
        (folder / "password").write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres")
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "flowrun", "-A", "scram-sha-256",
                  "--pwfile", str(folder / "password"), "--no-sync", "-E", "UTF8", "--locale", "C"]  # fmt: skip
        subprocess.run(_as_owner(initdb), check=True, stdout=subprocess.DEVNULL, cwd="/")
        server.start()
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)

"""No password stands in anything that a run, a check or a server says or leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.tools.in_out.databases.server import PASSWORD, Server

WORKFLOW = """
flowrun: 1
nodes:
  data: {tool: TextInput, fields: {id: Int64}, rows: [[1], [2]]}
  write: {tool: Output, connection: sales, table: t, mode: overwrite}
  read: {tool: Input, connection: sales, query: "SELECT 1 AS one"}
  show: {tool: Browse}
connections: [data -> write, read -> show]
"""


def run(folder: Path, url: str, *words: str) -> tuple[int, str]:
    """A run of its own process; its code, and all that it says and leaves behind."""
    (folder / "w.yaml").write_text(WORKFLOW)
    environment = {**os.environ, "FLOWRUN_CONNECTION_SALES": url}
    command = [sys.executable, "-m", "engine.cli", *words, "w.yaml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return done.returncode, done.stdout + done.stderr + left.decode(errors="replace")


def silent(text: str, password: str = PASSWORD) -> bool:
    return not any(part in text for part in (password, quote(password, safe=""), password[:8]))


def test_a_run_that_works(postgresql: Server, tmp_path: Path) -> None:
    code, said = run(tmp_path, postgresql.url(), "--events", "events.jsonl")
    assert code == 0
    assert "2 records added" in said
    assert silent(said)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://flowrun:wrong-s3cr3t@/postgres?host=FOLDER", "password authentication failed"),
        ("postgresql://flowrun:wrong-s3cr3t@/missing?host=FOLDER", "password authentication failed"),
        ("postgresql://flowrun:wrong-s3cr3t@127.0.0.1:1/x", "refused"),
        ("postgresql://flowrun:wrong-s3cr3t%zz@127.0.0.1:1/x", "invalid percent-encoded token"),
        ("postgresql://flowrun:wrong-s3cr3t@127.0.0.1:1/x?bogus=1", "invalid URI query parameter"),
        ("postgresql://127.0.0.1:1/x?password=wrong-s3cr3t&port=no", "invalid"),
        ("mysql://flowrun:wrong-s3cr3t@127.0.0.1/x", "leads to mysql, which flowrun does not speak"),
        ("postgresql://flowrun:wrong-s3cr3t@127.0.0.1@x/x", "mean something else in a URL"),
    ],
)
def test_a_connection_that_does_not_work(postgresql: Server, tmp_path: Path, url: str, reason: str) -> None:
    code, said = run(tmp_path, url.replace("FOLDER", str(postgresql.folder)))
    assert reason in " ".join(said.split())
    assert silent(said, "wrong-s3cr3t")
    assert "Traceback" not in said
    assert code in (1, 2)


def test_a_check_warns_where_a_run_fails(tmp_path: Path) -> None:
    url = "postgresql://flowrun@127.0.0.1:1/x"
    code, said = run(tmp_path, url, "check")
    assert code == 0
    assert "warning: write (Output): Cannot open the database 'sales'" in said
    code, said = run(tmp_path, url)
    assert code == 1


def test_a_server_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    import socket

    with socket.socket() as silent_server:  # takes the connection and says nothing
        silent_server.bind(("127.0.0.1", 0))
        silent_server.listen()
        began = time.monotonic()
        code, said = run(tmp_path, f"postgresql://a@127.0.0.1:{silent_server.getsockname()[1]}/x", "check")
    assert code == 0
    assert "timeout expired" in said
    assert time.monotonic() - began < 30

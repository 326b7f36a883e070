"""`flowrun serve` on the command line."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from engine.errors import FlowrunError
from engine.server.main import serve
from tests.engine.server.conftest import START, Server


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FlowrunError, match="There is no folder"):
        serve(tmp_path / "none", None, print)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(FlowrunError, match=r"is taken.*Leave --port"):
        serve(tmp_path, taken.getsockname()[1], print)


def test_two_servers_at_once_take_different_ports(server: Server, tmp_path: Path) -> None:
    """And a link that names a workflow opens it; Enter in the terminal gives a new one."""
    (tmp_path / "a b.yaml").write_text("nodes: {}\n")
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path / "a b.yaml")], stdin=inside, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        links = [process.stdout.readline().partition(": ")[2].strip()]
        os.write(terminal, b"\n")
        links.append(process.stdout.readline().partition(": ")[2].strip())
        assert len({re.sub("token=[^&]*", "", link) for link in [*links, server.link]}) == 2
        for link in links:
            answer = httpx.get(link)
            assert (answer.status_code, answer.headers["location"]) == (303, "/?path=a%20b.yaml")
    finally:
        process.kill()
        process.communicate()
        os.close(terminal)
        os.close(inside)

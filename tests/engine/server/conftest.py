"""A real server in a process of its own, over a folder of small workflows, and a plug-in tool that takes its time."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from starlette.types import ASGIApp

from engine.files import NewFile
from engine.results import Kept
from engine.server.app import api, serving
from engine.server.folder import Folder
from engine.types import Field, schema_of

START = """
import sys
from pathlib import Path
from engine.server.main import serve
serve(Path(sys.argv[1]), None, lambda line: print(line, flush=True), browser=False)
"""
_TICKER = '''
"""A tool that sends a record now and then, for tests of runs."""
import signal
import time

import pyarrow as pa

from engine.tool import Config, Source
from engine.types import Field, FieldType, schema_of

SCHEMA = schema_of(Field("tick", FieldType.Int32))


class TickerConfig(Config):
    records: int = 1000
    """How many."""
    pause: float = 0.05
    """Seconds between two."""
    then: str = ""
    """What happens at the end: busy (deaf to everything), or the name of a signal."""


class Ticker(Source[TickerConfig]):
    """Send a record now and then."""

    def schema(self, inputs):
        return {"out": SCHEMA}

    def read(self):
        for tick in range(self.config.records):
            if self.context.finish_now:
                return
            self.context.progress(tick / self.config.records)
            yield pa.record_batch([pa.array([tick], pa.int32())], schema=SCHEMA)
            time.sleep(self.config.pause)
        print("a library says something")
        time.sleep(0.5 if self.config.then else 0)  # this is read ahead: nobody else is to be at work any more
        if self.config.then == "busy":
            time.sleep(60)
        elif self.config.then:
            signal.raise_signal(signal.Signals[self.config.then])  # in this thread, as a library's crash is
'''


@dataclass
class Direct:
    """Asks an application without a server, a guard or a process between."""

    app: ASGIApp
    base: str = "http://test/"

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> httpx.Response:
        """The answer to a GET."""
        return self._ask("GET", path, params=params)

    def post(self, path: str, json: Any) -> httpx.Response:
        """The answer to a POST."""
        return self._ask("POST", path, json=json)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base, timeout=60) as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


RUN = "20260101-120000-abcdef"


def got(browser: Direct, path: str, **query: Any) -> Any:
    """The JSON at a path below a run."""
    answer = browser.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def keep(folder: Path, node: str, fields: list[Field], *batches: list[list[Any]]) -> None:
    """Leave what a Browse keeps in the folder of a run; each batch is a list a field."""
    schema = schema_of(*fields)
    kept = Kept(NewFile(folder / "results" / f"{node}.arrow"), schema)
    for columns in batches:
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        kept.write(pa.record_batch(arrays, schema=schema))
    kept.commit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run that is over."""
    folder = tmp_path / ".flowrun" / "runs" / RUN
    (folder / "results").mkdir(parents=True)
    return folder


@pytest.fixture
def browser(tmp_path: Path, folder: Path) -> Iterator[Direct]:
    """Asks a server over `tmp_path` about that run."""
    served = serving(Folder.at(tmp_path))
    yield Direct(api(served), f"http://test/api/runs/{RUN}/")
    served.pictures.close()


@dataclass
class Server:
    """A running server: its folder, its process, and a browser that has opened its link."""

    folder: Path
    process: subprocess.Popen[str]
    url: str
    link: str
    browser: httpx.Client = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=60)
        assert self.browser.get(self.link).status_code == 303

    def get(self, path: str, /, **query: Any) -> Any:
        """The JSON at a path."""
        answer = self.browser.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, /, **body: Any) -> Any:
        """The JSON that a post gives."""
        answer = self.browser.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        """End it at once."""
        self.browser.close()
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def start(folder: Path, plugins: Path) -> Server:
    """Start a server over a folder; it answers when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(plugins), os.environ.get("PYTHONPATH")]))},
    )
    assert process.stdout is not None
    process.stdout.readline()
    link = process.stdout.readline().partition(": ")[2].strip()
    found = re.match(r"http://127\.0\.0\.1:\d+", link)
    if found is None:
        process.kill()
        process.communicate()
        pytest.fail(f"the server did not start: {link}")
    return Server(folder, process, found[0], link)


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installed package that brings the tool `Ticker`."""
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "ticker.py").write_text(_TICKER)
    about = folder / "ticker-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: ticker\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[flowrun.tools]\nTicker = ticker:Ticker\n")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, plugins: Path) -> Iterator[Server]:
    """One server for all tests that leave it as it was; each uses files of its own."""
    running = start(tmp_path_factory.mktemp("served"), plugins)
    yield running
    running.close()


@pytest.fixture
def own_server(tmp_path: Path, plugins: Path) -> Iterator[Callable[[], Server]]:
    """Starts servers that a test may kill."""
    started: list[Server] = []

    def begin() -> Server:
        started.append(start(tmp_path, plugins))
        return started[-1]

    yield begin
    for running in started:
        running.close()

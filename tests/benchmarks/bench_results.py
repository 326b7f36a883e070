"""How fast the results of a run are looked at: through the real server, over HTTP, beside DuckDB on the same file.

    python tests/benchmarks/bench_results.py [--rows 10000000] [--rounds 3] [--pictures 20000 --from FOLDER]

Five fields, Parquet -> Input -> Browse by a real run. The goals: any jump within 300 ms; a sort, with the view that it
leaves on disk, within twice the time in which DuckDB sorts the Parquet file to one of its own, as it comes, in turns; a
whole profile within 2 s per million records. With `--pictures`, that many of FOLDER's pictures, each of other bytes: a
first screen within 1 s warm, and less than 150 MiB more memory of the server after all were looked at.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
from pyarrow import parquet

FLOWRUN = [sys.executable, "-c", "from engine.cli import main; main()"]
FIELDS = ("id", "x", "name", "day", "group")
TABLE = """
flowrun: 1
nodes:
  data: {tool: Input, path: data.parquet}
  look: {tool: Browse}
connections: [data -> look]
"""
PICTURES = """
flowrun: 1
nodes:
  data: {tool: Directory, path: pictures, pattern: "*.jpg"}
  load: {tool: ImageInput}
  look: {tool: Browse}
connections: [data -> load, load -> look]
"""
_SCREEN = 60  # pictures of a screen
_CONNECTIONS = 6  # that a browser opens to one server


@dataclass
class Server:
    """A running server with a session, and the run that is looked at."""

    process: subprocess.Popen[str]
    browser: httpx.Client
    run: str

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self._good(self.browser.get(f"/api/runs/{self.run}/{path}", params={"node": "look"} | query))

    def view(self, **query: Any) -> Any:
        return self._good(self.browser.post(f"/api/runs/{self.run}/views", json={"node": "look"} | query)).json()

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code != 200:
            raise SystemExit(f"{answer.request.url}: {answer.status_code} {answer.text}")
        return answer

    def memory(self) -> dict[str, float]:
        """MiB of the process: in memory, of these its own (no mapped files), and the most there were."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        lines = dict(line.split(":", 1) for line in status.splitlines())
        return {name: int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=0)
    parser.add_argument("--from", type=Path, dest="source", help="a folder of .jpg files, for --pictures")
    given = parser.parse_args()
    if given.pictures and not (given.source and any(given.source.rglob("*.jpg"))):
        parser.error("--pictures needs --from FOLDER with .jpg files")
    with tempfile.TemporaryDirectory(prefix="bench-results-") as temporary:
        folder = Path(temporary)
        if given.pictures:
            write_pictures(folder / "pictures", given.source, given.pictures)
            with served(folder, PICTURES) as server:
                look_at_pictures(server, given.pictures)
        else:
            write_table(folder / "data.parquet", given.rows)
            with served(folder, TABLE) as server:
                look_at_table(server, folder, given.rows, given.rounds)


def write_table(file: Path, rows: int) -> None:
    """Records of all usual types; 100,000 different names, numbers nearly all different."""
    random = np.random.default_rng(1)
    types = (pa.int64(), pa.float64(), pa.string(), pa.date32(), pa.int32())
    names = pa.array([f"name {number}" for number in range(100_000)])
    with parquet.ParquetWriter(file, pa.schema(list(zip(FIELDS, types, strict=True)))) as writer:
        for start in range(0, rows, 1 << 20):
            count = min(1 << 20, rows - start)
            columns = [
                pa.array(np.arange(start, start + count)),
                pa.array(random.uniform(0, 100, count)),
                names.take(pa.array(random.integers(0, 100_000, count))),
                pa.array(random.integers(0, 20_000, count).astype(np.int32)).cast(pa.date32()),
                pa.array(random.integers(0, 1_000, count).astype(np.int32)),
            ]
            writer.write_batch(pa.record_batch(columns, schema=writer.schema))


def write_pictures(folder: Path, source: Path, count: int) -> None:
    """So many pictures; what follows the end of a JPEG file makes copies differ."""
    found = sorted(source.rglob("*.jpg"))
    folder.mkdir()
    for number in range(count):
        path = found[number % len(found)]
        (folder / f"{number:06}.jpg").write_bytes(path.read_bytes() + number.to_bytes(8, "big"))


@contextmanager
def served(folder: Path, workflow: str) -> Iterator[Server]:
    """Run a workflow, then serve what it left."""
    (folder / "work.yaml").write_text(workflow, encoding="utf-8")
    took = timed(lambda: subprocess.run([*FLOWRUN, "work.yaml", "-q"], cwd=folder, check=True))
    print(f"the run                     {took:8.2f} s")
    command = [*FLOWRUN, "serve", ".", "--no-browser"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        link = next((line.split(": ", 1)[1].strip() for line in process.stdout if "/open?" in line), "")
        if not link:
            raise SystemExit("the server did not start")
        base = link.partition("/open")[0]
        with httpx.Client(base_url=base, headers={"Origin": base}, timeout=600) as browser:
            browser.get(link)
            [run] = [path.name for path in (folder / ".flowrun" / "runs").iterdir() if path.is_dir()]
            yield Server(process, browser, run)
    finally:
        process.terminate()
        process.wait()


def look_at_table(server: Server, folder: Path, rows: int, rounds: int) -> None:
    """Everything that a grid asks for."""
    server.get("records", limit=100)
    before = server.memory()
    jumps("jumps", server, rows)
    for name, descending in (("x", True), ("name", False)):
        compare_sorts(server, folder, name, descending, rounds)
    jumps("jumps in a sorted view", server, rows, server.view(sort=[{"field": "name"}])["id"])
    tests: dict[str, dict[str, Any]] = {
        "filter name contains 77": {"filters": [{"field": "name", "test": "contains", "value": "77"}]},
        "filter x > 50": {"filters": [{"field": "x", "test": "greater", "value": "50"}]},
        "search 77 in all fields": {"search": "77"},
    }
    for what, query in tests.items():
        print(f"{what:27} {timed(partial(server.view, **query)):8.2f} s")
    seconds = {name: timed(partial(server.get, "profile", field=name)) for name in FIELDS}
    each = ", ".join(f"{name} {took:.2f}" for name, took in seconds.items())
    whole = sum(seconds.values())
    print(f"whole profile               {whole:8.2f} s, {whole / rows * 1e6:.2f} s per million records ({each})")
    say_memory(server, before)


def jumps(what: str, server: Server, rows: int, view: str = "") -> None:
    """Pages from anywhere, as they come when the scroll bar is dragged."""
    random = Random(1)
    offsets = [random.randrange(max(rows - 100, 1)) for _ in range(100)]
    times = [timed(partial(server.get, "records", offset=at, limit=100, view=view)) * 1000 for at in offsets]
    print(f"{what:27} {statistics.median(times):8.0f} ms of a hundred, {max(times):.0f} ms the slowest")


def compare_sorts(server: Server, folder: Path, name: str, descending: bool, rounds: int) -> None:
    """Ours with its view on disk, and DuckDB's with its file, in turns; what counts is the median of the ratios."""
    direction = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    query = f"COPY (SELECT id FROM 'data.parquet' ORDER BY \"{name}\" {direction}, id) TO 'sorted.parquet'"
    script = (
        f"import duckdb, time; began = time.perf_counter(); duckdb.sql({query!r}); print(time.perf_counter() - began)"
    )
    pairs = []
    for _ in range(rounds):
        for old in (folder / ".flowrun" / "views").glob("*.arrow"):
            old.unlink()
        ours = timed(lambda: server.view(sort=[{"field": name, "descending": descending}]))
        said = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
        pairs.append((ours, float(said.stdout)))
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"sort by {name:19} {ours:8.2f} s, DuckDB {theirs:.2f} s: {ratio:.2f} of its time")


def look_at_pictures(server: Server, count: int) -> None:
    """The first screen, cold and warm, and then all pictures, screen by screen."""
    before = server.memory()
    with ThreadPoolExecutor(_CONNECTIONS) as connections:
        for what in ("cold", "warm"):
            print(f"first screen, {what}          {timed(lambda: screen(server, 0, connections)):8.2f} s")
        began = time.perf_counter()
        for offset in range(0, count, _SCREEN):
            screen(server, offset, connections)
        took = time.perf_counter() - began
    print(f"all {count:,} pictures         {took:8.2f} s, {count / took:.0f} a second")
    say_memory(server, before)


def screen(server: Server, offset: int, connections: ThreadPoolExecutor) -> None:
    """A page of the gallery and its thumbnails."""
    page = server.get("records", offset=offset, limit=_SCREEN).json()
    place = next(place for place, field in enumerate(page["fields"]) if field["meaning"] == "image")
    name = page["fields"][place]["name"]

    def thumbnail(number: int, row: Sequence[Any]) -> None:
        server.get("image", row=number, field=name, size=192, digest=row[place]["image"])

    list(connections.map(thumbnail, page["numbers"], page["rows"]))


def say_memory(server: Server, before: dict[str, float]) -> None:
    after = server.memory()
    more = after["RssAnon"] - before["RssAnon"]
    print(
        f"server memory               {after['RssAnon']:8.0f} MiB of its own after {before['RssAnon']:.0f} before: "
        f"{more:+.0f}; resident {after['VmRSS']:.0f}, the most {after['VmHWM']:.0f}"
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

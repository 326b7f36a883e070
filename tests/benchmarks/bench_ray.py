"""What a Ray cluster brings and costs: pictures through a network by one and by two workers, and a block's way there.

    python tests/benchmarks/bench_ray.py pictures [--shared FOLDER] [--rounds 3] [--limit 2000]
    python tests/benchmarks/bench_ray.py blocks   [--count 500]

`pictures` reads, scales and predicts real frames with MobileNet: here in one thread, on a cluster of one machine and
on one of two (a core each, all of them on this machine), in turns. The clock runs from the first quarter of the
pictures to the last, so that starting does not count; on a shared machine processor time tells more. `blocks` sends
blocks of one size through a line that does next to nothing: what remains is the cost of Ray and of packing records.
How many workers a run keeps busy depends on the processor time of this process, and of the dataset's beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from engine import events
from engine.cluster.calls import Calls
from engine.cluster.connection import Cluster
from engine.cluster.line import Line, Member
from engine.cluster.recording import packed
from engine.cluster.runner import run_line
from engine.cluster.workers import Workers
from engine.tool import Home
from tests.engine.cluster.machines import Ran, machines, processes_named, workers_of
from tools.preparation.select import Choice, Select, SelectConfig

SHARED = Path(__file__).resolve().parents[3] / "shared"
WEIGHTS = "mobilenet_0.75_imagenet_notop.weights.h5"
TICK = os.sysconf("SC_CLK_TCK")

READ = """
  images: {{tool: Directory, path: {frames}, pattern: "*.jpg", recurse: true}}
  some: {{tool: Sample, mode: one_of_every, n: {every}}}
  label: {{tool: Formula, fields: [{{field: Class, expression: "FileGetFileName(FileGetDir([FullPath]))"}}]}}
  load: {{tool: ImageInput, field: FullPath}}
  scale: {{tool: ImageProcessing, steps: [{{step: scale, width: 128, height: 128}}]}}
"""
CONNECTED = "connections:\n  - images -> some\n  - some -> label\n  - label -> load\n  - load -> scale\n"
TRAIN = """
  samples: {{tool: CreateSamples, estimation: 70, validation: 30}}
  recognise:
    tool: ImageRecognition
    training: {{image: image, label: Class}}
    model: MobileNet
    weights: {weights}
    epochs: 1
  model: {{tool: Output, path: model.yxdb}}
"""
TRAINED = "  - scale -> samples\n  - samples.E -> recognise.T\n  - samples.V -> recognise.V\n  - recognise.M -> model\n"
PREDICT = """
  model: {{tool: Input, path: model.yxdb}}
  predict: {{tool: Predict}}
  kept: {{tool: Select, unknown: false, fields: [{{field: FullPath}}, {{field: Predicted}}]}}
"""
PREDICTED = "  - scale -> predict.D\n  - model -> predict.M\n  - predict -> kept\n"


class Pace:
    """Listens to a run: when how many records had left `predict`, and what its workers had computed until then."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self._marks: list[tuple[float, int, float]] = []

    def __call__(self, stamped: events.Stamped) -> None:
        what = stamped.what
        if isinstance(what, events.Counts) and what.node == "predict":
            seconds = sum(map(_processor_seconds, workers_of(self._cluster))) if self._cluster else _own_seconds()
            if not self._marks or what.records > self._marks[-1][1]:
                self._marks.append((stamped.time, what.records, seconds))

    def figures(self) -> tuple[float, float]:
        """Pictures a second, and milliseconds of processor time a picture, after the first quarter."""
        last = self._marks[-1]
        first = next(mark for mark in self._marks if mark[1] >= last[1] / 4)
        pictures = last[1] - first[1]
        return pictures / (last[0] - first[0]), 1000 * (last[2] - first[2]) / pictures


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def pictures(shared: Path, rounds: int, limit: int) -> None:
    """Print rates and processor times of one thread here, one worker and two."""
    frames = shared / "data" / "simpsons"
    count = sum(1 for _ in frames.rglob("*.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name, nodes, wires, every in (
            ("train", TRAIN, TRAINED, max(count // 200, 1)),
            ("predict", PREDICT, PREDICTED, max(count // limit, 1)),
        ):
            text = (READ + nodes).format(frames=frames, every=every, weights=shared / "weights" / WEIGHTS)
            (home / f"{name}.yaml").write_text(f"flowrun: 1\nname: {name}\nnodes:{text}{CONNECTED}{wires}")
        Ran(home / "train.yaml").execute()
        found: dict[int, list[tuple[float, float]]] = {0: [], 1: [], 2: []}
        for _ in range(rounds):
            for workers, figures in found.items():
                figures.append(_paced(home / "predict.yaml", workers))
        for workers, figures in found.items():
            rate, cost = (statistics.median(each) for each in zip(*figures, strict=True))
            where = f"{workers} workers" if workers else "here, 1 thread"
            print(f"{where:<15} {rate:7.0f} pictures/s {cost:7.2f} ms of processor time a picture")
        ratios = [two[0] / one[0] for one, two in zip(found[1], found[2], strict=True)]
        print(f"two workers to one: {statistics.median(ratios):.2f} times the rate")


def _paced(file: Path, workers: int) -> tuple[float, float]:
    if not workers:
        pace = Pace(None)
        ran = Ran(file)
        ran.run.listen(pace)
        ran.execute()
        return pace.figures()
    with machines(workers) as cluster:
        pace = Pace(cluster)
        ran = Ran(file, on="ray")
        ran.run.listen(pace)
        ran.execute()
        return pace.figures()


def blocks(count: int) -> None:
    """Print what a block costs: the wait for one after the other, and the processor time of who sends them."""
    with machines(2):
        cluster = Cluster("ray")
        select = Select(SelectConfig(fields=[Choice(field="n")]), Home())
        line = Line({"select": Member.of("select", select, "in")})
        workers = Workers(cluster.places, 1 << 28, print, lambda: None, pools=1, networks=0)
        calls = workers.line(partial(run_line, line), network=False)
        for size in (1 << 10, 1 << 20, 16 << 20):
            batch = pa.record_batch({"n": np.arange(size // 8)})
            item = (packed([batch]), {("select", "out"): None})
            _send(calls, item, 8)
            sent = max(count * 1024 // (1024 + size // 1024), 20)
            before, began = (_own_seconds(), _lane_seconds()), time.perf_counter()
            _send(calls, item, sent)
            wall, own, lane = time.perf_counter() - began, _own_seconds() - before[0], _lane_seconds() - before[1]
            print(
                f"{size >> 10:>6} KiB there and back: {1000 * wall / sent:7.2f} ms a block, processor time: "
                f"{1000 * own / sent:6.2f} ms here, {1000 * lane / sent:6.2f} ms of the dataset, "
                f"{_packing(batch):6.2f} ms to pack"
            )
        cluster.close()


def _send(calls: Calls, item: Any, times: int) -> None:
    for _ in range(times):
        for _ in calls.call(item):
            pass
    for _ in calls.rest():
        pass


def _lane_seconds() -> float:
    """Processor time of the processes that have datasets executed."""
    return sum(map(_processor_seconds, processes_named("ray::Lane")))


def _packing(batch: pa.RecordBatch) -> float:
    began = time.perf_counter()
    for _ in range(20):
        packed([batch])
    return 1000 * (time.perf_counter() - began) / 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pictures", "blocks"])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=2000, help="about how many pictures")
    parser.add_argument("--count", type=int, default=500, help="small blocks to send")
    given = parser.parse_args()
    if given.what == "pictures":
        pictures(given.shared, given.rounds, given.limit)
    else:
        blocks(given.count)


if __name__ == "__main__":
    main()

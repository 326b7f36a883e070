"""How near ImageInput and ImageProcessing come to the machine's own rate of decoding pictures.

    python tests/benchmarks/bench_images.py [FOLDER] [--limit 2000] [--rounds 9]

Compares a bare loop (as many threads as cores, each: read, decode with `draft`, resize) with the two tools, driven as
the scheduler drives them, in turns and in the same process. On a shared machine the best rounds count, and processor
time tells more than the clock. The aim is 0.85 of the bare loop's rate.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from engine.context import Context, Resources
from engine.testing import schema_from, table
from engine.tool import Home
from tools.computer_vision.image_input import ImageInput, ImageInputConfig
from tools.computer_vision.image_processing import ImageProcessing, ImageProcessingConfig

SIDE = 128
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "simpsons"


def bare(paths: list[str]) -> int:
    """Read, decode and resize with Pillow alone."""

    def one(path: str) -> int:
        with open(path, "rb") as file:  # noqa: PTH123
            image = Image.open(io.BytesIO(file.read()))
        image.draft(None, (2 * SIDE, 2 * SIDE))
        return image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR).width

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return sum(1 for _ in pool.map(one, paths))


def through_tools(paths: list[str]) -> int:
    """The same through the tools: whole BMP files, as records."""
    resources = Resources()
    read = ImageInput(ImageInputConfig(), Home())
    settings = {"steps": [{"step": "scale", "width": SIDE, "height": SIDE}]}
    scale = ImageProcessing(ImageProcessingConfig.model_validate(settings), Home())
    schema = schema_from("FullPath: V_WString")
    middle, out = read.schema({"in": schema}), None
    out = scale.schema({"in": middle["out"]})
    read.open(Context("read", resources, {"in": schema}, middle))
    scale.open(Context("scale", resources, {"in": middle["out"]}, out))
    count = 0
    for batch in table("FullPath: V_WString", *([path] for path in paths)).to_batches():
        for _, images in read.process("in", batch):
            assert images is not None
            count += sum(scaled.num_rows for _, scaled in scale.process("in", images) if scaled is not None)
    resources.close()
    return count


def measure(work: Callable[[list[str]], int], paths: list[str]) -> tuple[float, float]:
    """Pictures a second, and microseconds of processor time a picture."""
    began, busy = time.perf_counter(), time.process_time()
    assert work(paths) == len(paths)
    return len(paths) / (time.perf_counter() - began), (time.process_time() - busy) / len(paths) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    found = [str(path) for path in sorted(options.folder.rglob("*.jpg"))]
    paths = (found * (options.limit // len(found) + 1))[: options.limit]
    measure(bare, paths[:300])
    rounds = [(measure(bare, paths), measure(through_tools, paths)) for _ in range(options.rounds)]
    for alone, tools in rounds:
        print(f"bare {alone[0]:6,.0f}/s {alone[1]:4.0f} us   tools {tools[0]:6,.0f}/s {tools[1]:4.0f} us")
    best, busy = (
        [pick(work[column] for work in works) for works in zip(*rounds, strict=True)]
        for column, pick in ((0, max), (1, statistics.median))
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"tools to bare: {best[1] / best[0]:.2f} of the best rate, {busy[1] / busy[0]:.2f} times the processor time;"
          f" largest memory {memory} MB")  # fmt: skip


if __name__ == "__main__":
    main()

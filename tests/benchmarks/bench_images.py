"""How near ImageInput and ImageProcessing come to the machine's own rate of decoding pictures.

    python tests/benchmarks/bench_images.py [FOLDER] [--limit 5633] [--rounds 3]

Compares a bare loop (as many threads as cores, each: read, decode with `draft`, resize) with the two tools, driven as
the scheduler drives them, in turns and in the same process. Prints pictures a second, the ratio of the medians, and
the largest memory. The aim is a ratio of at least 0.85.
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
            count += sum(scaled.num_rows for _, scaled in scale.process("in", images))
    resources.close()
    return count


def rate(work: Callable[[list[str]], int], paths: list[str]) -> float:
    began = time.perf_counter()
    assert work(paths) == len(paths)
    return len(paths) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--limit", type=int, default=5633)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    paths = [str(path) for path in sorted(options.folder.rglob("*.jpg"))]
    paths = (paths * (options.limit // len(paths) + 1))[: options.limit]
    rate(bare, paths[:500])
    rates = [(rate(bare, paths), rate(through_tools, paths)) for _ in range(options.rounds)]
    for bare_rate, tools_rate in rates:
        print(f"bare {bare_rate:7,.0f}/s   tools {tools_rate:7,.0f}/s   ratio {tools_rate / bare_rate:.2f}")
    ratio = statistics.median(tools for _, tools in rates) / statistics.median(alone for alone, _ in rates)
    print(f"median ratio {ratio:.2f}; largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


if __name__ == "__main__":
    main()

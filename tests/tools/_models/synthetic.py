"""Pictures for tests of models: of one colour, which is their label, and a few real frames."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image

from engine.types import Field, FieldType, Meaning, schema_of

COLOURS = {"blue": (40, 60, 200), "green": (50, 180, 60), "red": (200, 40, 50)}
SCHEMA = schema_of(Field("image", FieldType.Blob, meaning=Meaning.image), Field("Class", FieldType.V_WString))


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (24, 24), seed: int = 0) -> bytes:
    """A BMP file of one colour under noise."""
    noise = np.random.default_rng(seed).normal(0, 25, (size[1], size[0], 3))
    return encoded(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8))


def encoded(pixels: np.ndarray) -> bytes:
    """Pixels as a BMP file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "BMP")
    return file.getvalue()


def pictures(count: int, size: tuple[int, int] = (24, 24), seed: int = 0, labels: tuple[str, ...] = ()) -> pa.Table:
    """`count` records with the fields image and Class, the labels in turn."""
    names = [(labels or tuple(COLOURS))[index % len(labels or COLOURS)] for index in range(count)]
    images = [picture(COLOURS[name], size, seed * 10_000 + index) for index, name in enumerate(names)]
    return records(images, names)


def timeless(models: pa.Table) -> pa.Table:
    """Model records without the one field that differs each time."""
    return models.drop_columns(["training_seconds"])


def records(images: Sequence[bytes | None], labels: Sequence[str | None]) -> pa.Table:
    """Records with the fields image and Class."""
    return pa.Table.from_arrays([pa.array(images, pa.binary()), pa.array(labels, pa.string())], schema=SCHEMA)


def real_frames(shared: Path, each: int, size: tuple[int, int] = (128, 128)) -> pa.Table:
    """`each` real frames of each of four characters, scaled, in turn: fields image and Class."""
    folders = sorted((shared / "data" / "simpsons").iterdir())
    files = [sorted(folder.glob("*.jpg"))[::3][:each] for folder in folders]
    chosen = [path for turn in zip(*files, strict=True) for path in turn]
    images = [encoded(np.asarray(Image.open(path).convert("RGB").resize(size))) for path in chosen]
    return records(images, [path.parent.name for path in chosen])

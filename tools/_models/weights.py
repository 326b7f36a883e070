"""The weights of a backbone as arrays: read by Keras once, and known from then on without TensorFlow."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

from engine.context import Context
from tools._models import backbones
from tools._models.backbones import Arrays
from tools._models.runtime import tensorflow

_KIND = "backbone weights 1"


def weights_of(name: str, source: str | Path, context: Context) -> tuple[Arrays, Any | None]:
    """The weights of a backbone, and the Keras model where one had to be built for them.

    Args:
        source: as of `backbones.build`.

    Raises:
        ToolError: the weights cannot be had, or are those of another network.
    """
    from safetensors.numpy import load, save

    memo = context.memo(_KIND)
    key = _key(name, source)
    [known] = memo.get([key])
    if known is not None:
        return load(known), None
    tensorflow(context.resources.threads)
    model = backbones.build(name, source)
    arrays = backbones.arrays_of(model)
    memo.put({key: save(arrays)})
    return arrays, model


def _key(name: str, source: str | Path) -> bytes:
    digest = hashlib.sha256(f"{name}\0{importlib.metadata.version('keras')}\0".encode())
    if isinstance(source, Path):
        backbones.check_file(source)
        with source.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    else:
        digest.update(source.encode())
    return digest.digest()

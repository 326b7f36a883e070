"""A training set aside on disk from time to time, so that a run that was killed goes on at the epoch where it stood.

One safetensors file, written whole: everything that the next step depends on, and the best state so far; in its header
as JSON the history, the state of the random numbers, the versions, and a digest of it all. A file that is damaged, or
of another training or version, is told of and not used.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from engine.context import Context
from engine.errors import ToolError
from engine.files import NewFile
from tools._models.runtime import versions

Arrays = dict[str, NDArray[Any]]
_NAME = "training.safetensors"
_NOTES = "flowrun"
_INTERVAL = 5.0  # seconds from one save to the next, at least
_SHARE = 20  # and so many times as long as the last save took


class Notes(BaseModel):
    """What is no array.

    Attributes:
        random: the state of the random numbers, as NumPy gives it.
        digest: of the arrays and of all other notes.
    """

    history: list[dict[str, float]]
    best: int
    seconds: float
    random: dict[str, Any]
    versions: dict[str, str]
    digest: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A training between two epochs.

    Attributes:
        learner: everything that the learner's next step depends on.
        state: the best state.
    """

    notes: Notes
    learner: Arrays
    state: Arrays


class Checkpoint:
    """The place where one training is set aside; without a folder nothing is kept and nothing found."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._path = context.unfinished / _NAME if context.unfinished else None
        self._next = time.monotonic() + _INTERVAL

    def load(self, fits: Callable[[Snapshot], bool]) -> Snapshot | None:
        """What was set aside, if anything of use.

        Args:
            fits: whether it is of this training.
        """
        if self._path is None or not self._path.exists():
            return None
        try:
            snapshot = _read(self._path)
            if not fits(snapshot):
                raise ValueError("it is of another training")
            return snapshot
        except (OSError, ValueError) as error:
            self._context.warning(f"What an interrupted training left cannot be used: {error}. It starts anew.")
            return None

    def save(self, snapshot: Callable[[], Snapshot]) -> None:
        """Set the training aside, if it is time to."""
        if self._path is None or time.monotonic() < self._next:
            return
        began = time.monotonic()
        try:
            _write(self._path, snapshot())
        except (OSError, ToolError) as error:
            self._context.warning(f"The training cannot be set aside ({error}): if it is interrupted, it starts anew.")
            self._path = None
        now = time.monotonic()
        self._next = now + max(_INTERVAL, _SHARE * (now - began))


def _write(path: Path, snapshot: Snapshot) -> None:
    from safetensors.numpy import save_file

    arrays = {f"learner/{name}": value for name, value in snapshot.learner.items()}
    arrays |= {f"best/{name}": value for name, value in snapshot.state.items()}
    notes = snapshot.notes.model_copy(update={"digest": _digest(snapshot.notes, arrays)})
    path.parent.mkdir(parents=True, exist_ok=True)
    file = NewFile(path)
    try:
        save_file(arrays, file.temporary, {_NOTES: notes.model_dump_json()})
        file.commit()
    finally:
        file.discard()


def _read(path: Path) -> Snapshot:
    """What a file holds.

    Raises:
        ValueError: it is damaged, or other versions wrote it.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            notes = Notes.model_validate_json((file.metadata() or {}).get(_NOTES, ""))
    except (SafetensorError, ValidationError) as error:
        raise ValueError("the file is damaged") from error
    if notes.versions != versions():
        raise ValueError("other versions of the programs made it")
    if notes.digest != _digest(notes, arrays):
        raise ValueError("the file is damaged")
    return Snapshot(notes, part(arrays, "learner/"), part(arrays, "best/"))


def part(arrays: Arrays, prefix: str) -> Arrays:
    """Those whose names start with `prefix`, named without it."""
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def _digest(notes: Notes, arrays: Arrays) -> str:
    whole = hashlib.sha256(notes.model_dump_json(exclude={"digest"}).encode())
    for name in sorted(arrays):
        whole.update(name.encode())
        whole.update(np.ascontiguousarray(arrays[name]).data)
    return whole.hexdigest()


def same_shapes(one: Arrays, other: Arrays) -> bool:
    """Whether both hold arrays of the same names, shapes and types."""
    return {name: (value.shape, value.dtype) for name, value in one.items()} == {
        name: (value.shape, value.dtype) for name, value in other.items()
    }

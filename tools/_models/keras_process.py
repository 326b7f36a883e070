"""What needs Keras is done in a process of its own, beside the run: its half GB and its two seconds go with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.context import Context
from engine.errors import ToolError
from tools._models.blueprint import Blueprint
from tools._models.runtime import Precision

DIGEST = "digest"
"""The metadata of a file of weights that holds their `backbones.digest`: a quarter of a second for large ones."""
_LOOK = 0.02  # seconds between two looks at whether it is done


class Order(BaseModel):
    """What is to be made.

    Attributes:
        network: a name of `backbones.BACKBONES`, or `Compact`.
        cut: the layer to end at, or empty.
        blueprint: whether it is wanted.
        weights: the source of the weights (`imagenet`, `random`, a file) if they are wanted, else empty.
        folder: where the results go.
    """

    network: str
    cut: str
    precision: Precision
    blueprint: bool
    weights: str
    folder: Path

    @property
    def answer_file(self) -> Path:
        """A blueprint or a refusal, as JSON."""
        return self.folder / "answer.json"

    @property
    def weights_file(self) -> Path:
        """The weights, as safetensors, with their `DIGEST`."""
        return self.folder / "weights.safetensors"


class Answer(BaseModel):
    """What came of an order: a refusal has a message for people, as a `ToolError` has."""

    blueprint: Blueprint | None = None
    message: str = ""
    hint: str = ""
    setting: str = ""


class Keras:
    """An order on its way. Close it when done."""

    def __init__(self, context: Context, **order: Any) -> None:
        self._context = context
        self._order = Order(folder=context.folder / uuid.uuid4().hex, **order)
        self._order.folder.mkdir(parents=True)
        self._lock = threading.Lock()

    def blueprint(self) -> Blueprint:
        """The blueprint that was ordered. Waits for it.

        Raises:
            Cancelled: the run was cancelled.
            ToolError: the weights cannot be had.
        """
        blueprint = self._answer.blueprint
        assert blueprint is not None
        return blueprint

    def weights_file(self) -> Path:
        """A safetensors file with the weights that were ordered. Waits for it; raises as `blueprint`."""
        _ = self._answer
        return self._order.weights_file

    @property
    def _answer(self) -> Answer:
        with self._lock:
            answer = self._carried_out
        if answer.message:
            raise ToolError(answer.message, hint=answer.hint, setting=answer.setting)
        return answer

    @cached_property
    def _carried_out(self) -> Answer:
        """Where Keras is imported already, there is no need for another process."""
        from tools._models.keras_work import carried_out

        return carried_out(self._order)

    def close(self) -> None:
        """Let go of everything."""
        shutil.rmtree(self._order.folder, ignore_errors=True)


class KerasProcess(Keras):
    """The process ends when its order is done, when this is closed, and when the run is killed."""

    def __init__(self, context: Context, **order: Any) -> None:
        super().__init__(context, **order)
        self._errors = self._order.folder / "errors.txt"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tools._models.keras_work"],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is for the run
            )
        assert self._process.stdin is not None
        self._process.stdin.write(self._order.model_dump_json().encode() + b"\n")
        self._process.stdin.flush()  # and left open: that it closes tells the process that nobody waits any more

    @cached_property
    def _carried_out(self) -> Answer:
        while self._process.poll() is None:
            self._context.check()
            time.sleep(_LOOK)
        if self._process.returncode:
            raise RuntimeError(f"The process with Keras failed:\n{self._errors.read_text(errors='replace')}")
        return Answer.model_validate_json(self._order.answer_file.read_bytes())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        super().close()

"""TensorFlow, imported late, silently, and set to the run's number of threads.

Importing it takes seconds and hundreds of MB, so nothing here may be called before a run needs it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.metadata
import logging
import os
import platform
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal

from engine.errors import ToolError

Precision = Literal["float32", "bfloat16"]
_UNUSED = ("sklearn", "matplotlib", "pandas", "jax", "torch")  # Keras imports them for wrappers and plots
_BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}
_one_call = threading.Lock()
importing = threading.Lock()
"""To be held by a thread that imports beside the run: it must not see what `tensorflow` hides from its own import."""


@cache
def tensorflow(threads: int) -> Any:
    """The module `tensorflow`, using `threads` cores; the first call decides, for TensorFlow starts once a process.

    Raises:
        ToolError: it is not installed or cannot start.
    """
    prepare_environment()
    try:
        with importing, silence(), _lean(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module("tensorflow")
            importlib.import_module("keras")
            with suppress(RuntimeError):  # it runs already, in a host program: its settings stand
                module.config.threading.set_intra_op_parallelism_threads(threads)
                module.config.threading.set_inter_op_parallelism_threads(threads)
            module.config.list_logical_devices()
    except ImportError as error:
        raise ToolError(
            f"TensorFlow cannot be loaded: {error}.", hint="Install it with `pip install tensorflow`."
        ) from error
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return module


def prepare_environment() -> None:
    """Say what TensorFlow reads from the environment as it starts, module or library; what the user has said stands."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    # Without, the first to start takes all memory of a GPU: the process with Keras, the library, or the module.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


@contextmanager
def _lean() -> Iterator[None]:
    """Import TensorFlow in half the time: without what Keras takes along if it is there, and without looking for
    garbage among a million new objects that all stay.
    """
    absent = [name for name in _UNUSED if name not in sys.modules]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(absent))  # None makes an import fail, and Keras goes on without
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        for name in absent:
            del modules[name]
        if collects:
            gc.enable()


@contextmanager
def silence() -> Iterator[None]:
    """Keep what C++ code writes to standard error away from the user; give it back where the code fails."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as swallowed:
        os.dup2(swallowed.fileno(), 2)
        try:
            yield
        except BaseException:
            swallowed.seek(0)
            os.write(kept, swallowed.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def precision_for(wish: Literal["auto", "float32", "bfloat16"]) -> Precision:
    """What to compute in: bfloat16 where the processor has instructions for it, unless told otherwise."""
    if wish != "auto":
        return wish
    return "bfloat16" if _processor_flags() & _BFLOAT16_FLAGS else "float32"


@cache
def _processor_flags() -> frozenset[str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:  # not Linux: float32 is always right
        return frozenset()
    return frozenset(next((line.split() for line in text.splitlines() if line.startswith("flags")), []))


@contextmanager
def computing_in(precision: Precision) -> Iterator[None]:
    """Within, TensorFlow functions run in `precision` (large matrix products and convolutions; sums stay float32).

    The option belongs to each call of a function, not to its definition: wrap every call. It holds for the whole
    process, so one call at a time; each uses all cores anyway.
    """
    config = sys.modules["tensorflow"].config.optimizer
    with _one_call:
        config.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": precision == "bfloat16"})
        try:
            yield
        finally:
            config.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": False})


def give_back_memory() -> None:
    """Hand what was let go of back to the system, where the C library keeps it: gigabytes, after a graph was built."""
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)


def versions() -> dict[str, str]:
    """The programs that a model's numbers depend on, with their versions."""
    names = ("flowrun-canvas", "tensorflow", "keras", "numpy")
    return {name: importlib.metadata.version(name) for name in names}

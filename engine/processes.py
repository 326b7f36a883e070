"""Processes, as far as others need to know of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def is_alive(process: int) -> bool:
    """Whether a process is there; one that waits to be buried is not."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:  # no /proc, as on macOS
        return True
    return state != "Z"


def leave_at_once(code: int) -> NoReturn:
    """End this process without taking it down piece by piece.

    That takes a tenth of a second where much was imported, and would wait for native code that a tool is busy in, or
    for TensorFlow taking itself down.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS

"""The way to a Ray cluster: `ray` (one of this machine, or that of RAY_ADDRESS) or `ray://host:port`."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from importlib.util import find_spec
from typing import Any

from engine.cluster.places import Place
from engine.errors import WorkflowError

_CORES_A_WORKER = 4  # threads share a network; a process each would hold it, a gigabyte or two, once more
_HINT = (
    "Is it running (`ray status`), with the same versions of Ray and Python? If it wants a token, "
    "set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN."
)
_PATIENCE = 5.0  # seconds until a machine is called absent
_ADDRESS = re.compile(r"ray|ray://[^\s/:]+:\d+")


class Cluster:
    """A connection to a Ray cluster; there can be one in a process.

    Raises:
        WorkflowError: it is not spelt right, Ray is not installed, or there is no cluster there.
    """

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):
            raise WorkflowError(
                f"--on {address} names no cluster.",
                hint="Write `--on ray` for this machine, or `--on ray://host:port` for a cluster.",
            )
        if not all(map(find_spec, ("ray", "pandas"))):  # Ray Data wants both
            raise WorkflowError(
                "Ray Data is not installed.", hint='Install it with `pip install "flowrun-canvas[ray]"`.'
            )
        self._connect(address)
        self.places = _places()
        if not self.places:
            self.close()
            raise WorkflowError(f"The cluster {address} has no machine with a free core.", hint="Start workers first.")

    def _connect(self, address: str) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing of a run leaves the machines it runs on
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        import ray

        # Ray has no setting for this: it prints warnings of its own to standard output, where events may be written.
        ray._private.worker.print_to_stdstream = lambda *_, **__: None
        found = address if address != "ray" else os.environ.get("RAY_ADDRESS", "local")
        _knock(found)
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if found == "local":
            quiet["include_dashboard"] = False
        try:
            with warnings.catch_warnings(action="ignore"):
                ray.init(found, **quiet)
        except Exception as error:  # of many kinds: sockets, gRPC, versions, time
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise WorkflowError(
                f"No Ray cluster answers at {found}: {reason}",
                hint=_HINT,
            ) from None

    def close(self) -> None:
        """Leave it; what still works there for us ends."""
        import ray

        ray.shutdown()

    def __str__(self) -> str:
        workers, machines = len(self.places), len({place.machine for place in self.places})
        cores, gpus = sum(place.cores for place in self.places), sum(place.gpus for place in self.places)
        text = f"{_counted(workers, 'worker')} with {_counted(cores, 'core')} on {_counted(machines, 'machine')}"
        return text + (f" and {_counted(gpus, 'GPU')}" if gpus else "")


def _knock(address: str) -> None:
    """See whether anybody listens at an address: Ray would wait for half a minute.

    Raises:
        WorkflowError: nobody does.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        try:
            socket.create_connection((host, int(port)), _PATIENCE).close()
        except OSError as error:
            reason = error.strerror or "it does not answer"
            raise WorkflowError(f"No Ray cluster answers at {address}: {reason}.", hint=_HINT) from None


def _places() -> list[Place]:
    """A worker for each GPU of a machine, or for every few of its cores."""
    import ray

    places = []
    for node in ray.nodes():
        cores, gpus = (int(node["Resources"].get(kind, 0)) for kind in ("CPU", "GPU"))
        if node["Alive"] and cores:
            workers = min(gpus, cores) or max(cores // _CORES_A_WORKER, 1)
            places += [Place(node["NodeID"], cores // workers, int(gpus > 0))] * workers
    return places


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")

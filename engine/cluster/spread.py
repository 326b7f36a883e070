"""Spreads a workflow over a cluster, and tells the user what works where."""

from __future__ import annotations

from engine import events
from engine.check import Checked
from engine.cluster.connection import Cluster
from engine.cluster.placing import gathered, networks, placed, plan
from engine.cluster.stand_ins import Sizes
from engine.cluster.workers import Workers
from engine.context import Resources
from engine.errors import Cancelled, listed
from engine.station import Watcher


def spread(checked: Checked, cluster: Cluster, resources: Resources, watchers: list[Watcher]) -> Checked:
    """The workflow with stand-ins for what works on the cluster; `watchers` get one that puts their counts right."""

    def tell(text: str) -> None:
        resources.events.emit(events.Message(node="", level="info", text=text))

    def check() -> None:
        if resources.cancelled.is_set():
            raise Cancelled("The run was cancelled.")

    found = plan(checked)
    workers = Workers(cluster.places, resources.memory, tell, check, found.pools, networks(checked, found))
    resources.elsewhere = workers.calls
    there = [*(" -> ".join(line) for line in found.lines), *found.whole, *(f"the network of {n}" for n in found.parts)]
    tell(f"On {cluster}: {'; '.join(there) or 'nothing of this workflow'}.")
    if here := gathered(checked, found):
        tell(f"Gathered on this machine, where all records are needed at once or in their order: {listed(here)}.")
    result = placed(checked, found, workers, watchers)
    watchers.append(Sizes())
    return result

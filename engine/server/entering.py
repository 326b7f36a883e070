"""The first records that enter a node, for what is shown while its settings are edited.

They are those of the newest run that left some; where none did, the tools that feed the node are asked for their first
records, if that is quick (`engine.small_run`). Nothing else of the workflow runs.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pyarrow as pa

from engine.check import Checked
from engine.errors import FlowrunError
from engine.graph import Wire, up_to, wires_into
from engine.server import history
from engine.server.kept import Kept
from engine.server.parts import Served
from engine.small_run import first_records

RECORDS = 6
"""So many at most."""
_SECONDS = 2.0  # for the tools that feed the node
_FRESH = 30.0  # seconds for which what they sent is taken to be what they send
_REMEMBERED = 4  # nodes; their records may be pictures


@dataclass(frozen=True)
class Entering:
    """At most `RECORDS` records by input port; `missing`: why there are none."""

    ports: dict[str, pa.Table]
    missing: str = ""


_NOTHING_RUN = "Run the workflow once to see this: nothing has come here yet."
_lock = threading.Lock()
_lately: dict[tuple[object, ...], tuple[float, pa.Table | FlowrunError | None]] = {}


def entering(checked: Checked, node: str, here: Served) -> Entering:
    """The first records that enter a node by each of its wires.

    Args:
        checked: the workflow, as far as `node` needs it.
    """
    wires = [wire for wire in wires_into(checked.graph, node) if wire.source not in checked.cut]
    if not wires:
        return Entering({}, "Nothing is connected.")
    ports = {}
    for wire in wires:
        try:
            found = _of_a_run(checked, wire, here) or _of_the_tools(checked, wire)
        except FlowrunError as error:
            return Entering({}, str(error))
        if found is None:
            return Entering({}, _NOTHING_RUN)
        ports[wire.port] = found
    return Entering(ports)


def _of_a_run(checked: Checked, wire: Wire, here: Served) -> pa.Table | None:
    """What the newest run left of a wire, where it has the fields that are expected now."""
    assert checked.workflow.file is not None
    schema = checked.outputs.get(wire.source, {}).get(wire.anchor)
    for folder in history.runs_of(checked.workflow.file):
        try:
            part = Kept.of(here.folder.confined(folder), wire.source, wire.anchor).read(0, RECORDS)
        except FlowrunError:
            continue
        fits = schema is None or set(schema.names) <= set(part.records.schema.names)
        if part.records.num_rows and fits and not part.cut:
            return pa.Table.from_batches([part.records])
    return None


def _of_the_tools(checked: Checked, wire: Wire) -> pa.Table | None:
    key = _recipe(checked, wire)
    with _lock:
        asked, found = _lately.pop(key, (-_FRESH, None))
        if time.monotonic() - asked > _FRESH:
            asked, found = time.monotonic(), _asked(checked, wire)
        _lately[key] = asked, found
        while len(_lately) > _REMEMBERED:
            _lately.pop(next(iter(_lately)))
    if isinstance(found, FlowrunError):
        raise found
    return found


def _asked(checked: Checked, wire: Wire) -> pa.Table | FlowrunError | None:
    """What the tools answer; a refusal is remembered too, as it may have taken all the time there is."""
    try:
        return first_records(checked, wire.source, wire.anchor, RECORDS, _SECONDS)
    except FlowrunError as error:
        return error


def _recipe(checked: Checked, wire: Wire) -> tuple[object, ...]:
    """All that stands in the document of what feeds a wire."""
    part = up_to(checked.graph, wire.source)
    tools = [(name, type(tool), str(tool.config), tool.home) for name in part if (tool := checked.tools.get(name))]
    return str(tools), str([wires_into(part, name) for name in part]), wire.source, wire.anchor

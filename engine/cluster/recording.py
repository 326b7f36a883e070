"""What tools did on a worker, written down so that it can be done again here: sent, said, failed, in this order.

A worker does not know how many records came before its block. Where a message names a record it writes the place in the
batch between two signs that no text holds; `numbered` puts the number there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

_PLACE = re.compile("\x02([0-9]+)\x03")


@dataclass
class Said:
    """A call of a method of the node's context."""

    method: str
    arguments: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sent:
    """A batch that left; fields that nobody looks at are null. `bytes` is its size as it was."""

    anchor: str
    batch: pa.RecordBatch
    bytes: int

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self.anchor, packed([self.batch]), self.bytes)


@dataclass
class Failed:
    """The tool raised."""

    error: Exception


Item = Said | Sent | Failed


@dataclass
class Delivery:
    """What a node did with one batch of so many records."""

    records: int
    items: list[Item] = field(default_factory=list)


@dataclass
class Done:
    """What the nodes of a line did with a block.

    Attributes:
        deliveries: of each node, in the order in which batches came to it.
        rest: what `finish` gave where no batch had come.
        seconds: that each node worked.
    """

    deliveries: dict[str, list[Delivery]]
    rest: dict[str, list[Item]]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Reply:
    """What came of an item; whether it is the first of a worker that is in the place of a dead one."""

    result: Any
    is_new: bool


def place(index: int) -> str:
    """The record at a place in its batch, to be numbered later."""
    return f"\x02{index}\x03"


def numbered(value: Any, before: int) -> Any:
    """The same text, tuple or error with numbers for places, where so many records came before the batch."""
    if isinstance(value, str):
        return _PLACE.sub(lambda found: f"{before + int(found[1]) + 1:,}", value)
    if isinstance(value, tuple):
        parts = [numbered(part, before) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def packed(batches: list[pa.RecordBatch]) -> pa.Buffer:
    """Batches of one schema as an Arrow stream; pickled, a slice would take along all that it was cut from."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def unpacked(data: pa.Buffer) -> list[pa.RecordBatch]:
    """The batches again, without copying them."""
    return list(pa.ipc.open_stream(data))


def _unpacked(anchor: str, data: pa.Buffer, size: int) -> Sent:
    return Sent(anchor, unpacked(data)[0], size)

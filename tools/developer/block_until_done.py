"""BlockUntilDone: one branch after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, Gather, Schemas


class BlockUntilDone(Gather[Config]):
    """Hold all records back until the last has come, then send them to 1, 2 and 3, one branch after the other.

    What hangs on 1 has done its work, files written included, before anything reaches 2, and so with 2 and 3. Use it
    where a branch needs what another one leaves behind, such as a file that it reads, or where nothing must be written
    unless all that comes before has gone well.

    Where two branches meet again in one tool, that tool waits for both, as always.

    Example: `{tool: BlockUntilDone}` with `block.1 -> save` and `block.2 -> next`.
    """

    outputs = (
        Anchor("1", "Goes first."),
        Anchor("2", "Goes when all that hangs on 1 is done."),
        Anchor("3", "Goes when all that hangs on 2 is done."),
    )
    keywords = ("order", "sequence", "wait", "control", "after")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        return {anchor.name: inputs["in"] for anchor in self.outputs}

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        for anchor in self.outputs:
            for batch in streams["in"]:
                yield anchor.name, batch
            yield anchor.name, None

"""A function that is called on the workers by Ray Data: a dataset of numbers, mapped in order by a pool of actors.

A number is the place of an item on the `Shelf`. So the dataset can begin before its items are there; what travels to a
worker goes straight from the machine that has it; and a number that a worker died with is simply looked up again.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import ray
import ray.data
from ray.data.block import BlockMetadata

from engine.cluster.places import Seat
from engine.cluster.recording import Failed, Reply
from engine.cluster.runner import portable, refuse_another_version
from engine.context import Context, Resources
from engine.errors import ToolError


def dataset(lane: Any, seats: list[Seat], memory: int) -> ray.data.Dataset:
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.execution_no_progress_timeout_s = -1  # it waits for as long as the run has nothing to do here
    context.op_resource_reservation_enabled = False  # what is under way is bounded where it is sent
    context.enable_progress_bars = context.print_on_execution_start = False
    context.target_max_block_size = 1  # byte: each number, and each reply, is a block of its own, and leaves at once
    turns = itertools.cycle(seats)
    cores = {seat.machine: seat.cores for seat in seats}
    return ray.data.read_datasource(Numbers(lane), num_cpus=0, override_num_blocks=1).map_batches(
        Stage,
        fn_constructor_args=(lane, cores, memory),
        batch_size=1,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=len(seats)),
        num_cpus=min(seat.share for seat in seats),
        ray_remote_args_fn=lambda: next(turns).options(),
    )


class Numbers(ray.data.Datasource):  # type: ignore[misc]
    """0, 1, 2, ... as items come, until the end; the same when it is read again."""

    def __init__(self, lane: Any) -> None:
        super().__init__()
        self._lane = lane

    def get_read_tasks(self, parallelism: int, **options: Any) -> list[ray.data.ReadTask]:
        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ray.data.ReadTask(self._read, unknown)]

    def estimate_inmemory_data_size(self) -> None:
        return None

    def _read(self) -> Iterator[pa.Table]:
        for number in itertools.count():
            if not ray.get(self._lane.has.remote(number)):
                return
            yield pa.table({"number": [number]})


class Stage:
    """What an actor of the pool does with a number: fetch the item, call the function, reply.

    Args:
        cores: that a worker may use, by machine.
        memory: bytes for what its tools set aside.
    """

    def __init__(self, lane: Any, cores: dict[str, int], memory: int) -> None:
        seat = ray.get_runtime_context()
        self._lane = lane
        self._resources = Resources(threads=cores.get(seat.get_node_id(), min(cores.values())), memory=memory)
        self._function: Callable[[Any], Any] | None = None
        self._is_new = bool(seat.was_current_actor_reconstructed)

    def __call__(self, batch: pa.Table) -> pa.Table:
        reply = Reply(self._result(batch["number"][0].as_py()), self._is_new)
        self._is_new = False
        return pa.table({"reply": pa.array([pickle.dumps(reply)], pa.large_binary())})

    def _result(self, number: int) -> Any:
        try:
            (version, make, item), deadly = ray.get(self._lane.item.remote(number))
            refuse_another_version(version)
            if deadly:
                raise ToolError(
                    "Several workers died at the same records.",
                    hint="They may have had too little memory: give the cluster's machines more, or run without --on.",
                )
            if self._function is None:
                self._function = ray.get(make)(Context("", self._resources, {}, {}))
            return self._function(ray.get(item))
        except Exception as error:  # of any kind: it is raised where the result is waited for
            return Failed(portable(error))

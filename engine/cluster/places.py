"""Where workers are, and what of a machine they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TAKEN = 0.5  # of a machine's cores count as taken: so the workers of a machine that goes find room on the others


@dataclass(frozen=True)
class Place:
    """Room for a worker on a machine of the cluster; of each pool there is one."""

    machine: str
    cores: int
    gpus: int

    def seat(self, pools: int, networks: int) -> Seat:
        """What a worker of one of so many pools takes; `networks` of them share the GPU, and 0 is one without."""
        gpus = self.gpus / networks if networks else 0.0
        return Seat(self.machine, self.cores, _TAKEN * self.cores / pools, gpus)


@dataclass(frozen=True)
class Seat:
    """A worker's place: it may use `cores`, and `share` of them, and of a GPU, count as taken."""

    machine: str
    cores: int
    share: float
    gpus: float

    def options(self) -> dict[str, Any]:
        """Ray's, for an actor or a task there; elsewhere if that machine is gone."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        affinity = NodeAffinitySchedulingStrategy(self.machine, soft=True)
        options: dict[str, Any] = {"scheduling_strategy": affinity, "num_cpus": self.share}
        if self.gpus:
            options["num_gpus"] = self.gpus
            options["runtime_env"] = {"env_vars": {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}}  # as others may be there too
        return options


def beside_the_run() -> dict[str, Any]:
    """Ray's options for an actor on the machine that this process is on, or is connected to."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    machine = ray.get_runtime_context().get_node_id()
    return {"num_cpus": 0, "scheduling_strategy": NodeAffinitySchedulingStrategy(machine, soft=False)}

"""The workers of a run: the same places for every pool, and for every tool that works alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.cluster.calls import Calls, Pool
from engine.cluster.lane import Lane
from engine.cluster.places import Place, Seat, beside_the_run


@dataclass
class Workers:
    """Where lines, functions and whole tools find workers.

    Args:
        places: where they are.
        memory: bytes that each may use for what tools set aside.
        tell: says something to the user.
        check: raises where the run was cancelled.
        pools, networks: how many pools there will be, and how many of them compute networks.
    """

    places: list[Place]
    memory: int
    tell: Callable[[str], None]
    check: Callable[[], None]
    pools: int
    networks: int
    _made: dict[Any, Pool] = field(default_factory=dict)

    def calls(self, make: Any) -> Calls:
        """Calls of a function, made once on each worker, however often this is asked; see `Context.elsewhere`."""
        if make not in self._made:
            self._made[make] = self._pool(make, network=True)
        return Calls(self._made[make], self.check, alone=False)

    def line(self, make: Any, network: bool) -> Calls:
        """Calls of a function that nobody else asks for; their workers go when they are closed.

        Args:
            network: whether a GPU is of use.
        """
        return Calls(self._pool(make, network), self.check, alone=True)

    def alone(self) -> Seat:
        """Where a tool that cannot be spread is best off: with a GPU, or else with the most cores."""
        return max((self._seat(place, True) for place in self.places), key=lambda seat: (seat.gpus, seat.cores))

    def _pool(self, make: Any, network: bool) -> Pool:
        import ray

        seats = [self._seat(place, network) for place in self.places]
        lane = ray.remote(Lane).options(**beside_the_run()).remote(seats, self.memory)
        return Pool(lane, make, len(seats), self.tell)

    def _seat(self, place: Place, network: bool) -> Seat:
        return place.seat(self.pools, self.networks if network else 0)

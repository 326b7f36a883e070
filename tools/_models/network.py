"""A network that stays as it is: its weights and its blueprint, known from before or made beside the run."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from engine.context import Context
from tools._models import backbones, compact
from tools._models.backbones import BACKBONES, Arrays
from tools._models.blueprint import Blueprint
from tools._models.frozen import Frozen, Graph, Key, in_use, shared
from tools._models.keras_process import DIGEST, Keras, KerasProcess
from tools._models.remembered import Compute, Remembered
from tools._models.runtime import Precision, give_back_memory

_WEIGHTS, _BLUEPRINT = "backbone weights 3", "blueprint 1"
_blueprints: dict[bytes, Blueprint] = {}
"""Those of this process, also where nothing is remembered between runs."""


class Network:
    """A network for one node. Close it when done.

    Args:
        name: of a row of `BACKBONES`, or `Compact`.
        weights: if they are at hand.
        source: where they come from if not: `imagenet`, `random`, or a file.
        cut: the layer to end at, or empty for the features.

    Raises:
        ToolError: there is no such file.
    """

    def __init__(
        self,
        name: str,
        precision: Precision,
        context: Context,
        *,
        weights: Arrays | None = None,
        source: str | Path = "",
        cut: str = "",
    ) -> None:
        self._name, self._precision, self._context = name, precision, context
        self._source, self._cut = source, cut
        self._given = weights
        self._file = None if weights else self._known_weights()
        self._graph = in_use(self._key) if self.is_known else None
        self._blueprint = self._known_blueprint()
        complete = self.is_known and (self._blueprint or self._graph)
        self._keras = None if complete else self._ordered()

    def _ordered(self) -> Keras:
        where = Keras if "keras" in sys.modules else KerasProcess
        return where(
            self._context,
            network=self._name,
            cut=self._cut,
            precision=self._precision,
            blueprint=self._blueprint is None,
            weights="" if self.is_known else str(self._source),
        )

    @property
    def is_known(self) -> bool:
        """Whether nothing has to be waited for to know which network it is."""
        return self._given is not None or self._file is not None

    @property
    def weights(self) -> Arrays:
        """The weights by name, read anew each time: they are large, and seldom needed. May wait for them.

        Raises:
            Cancelled: the run was cancelled.
            ToolError: they cannot be had, or are those of another network.
        """
        from safetensors.numpy import load_file

        return self._given if self._given is not None else load_file(self._weights_file)

    @property
    def _weights_file(self) -> Path:
        if self._file is None:
            assert self._keras is not None
            self._file = self._keras.weights_file()
            self._context.memo(_WEIGHTS).keep(self._weights_key, self._file)
        return self._file

    @cached_property
    def digest(self) -> str:
        """Of the weights, whatever file they came from. May wait for them; raises as `weights`."""
        from safetensors import safe_open

        if self._given is not None:
            return backbones.digest(self._given)
        with safe_open(self._weights_file, "numpy") as file:
            return str(file.metadata()[DIGEST])

    @property
    def _key(self) -> Key:
        return (self._name, self._cut, self.digest, self._precision)

    def remembered(self, made: Callable[[Compute], Compute] = lambda compute: compute) -> Remembered:
        """What it says of a picture, computed once; `made` makes what is kept of it."""
        facts = (self._name, self._cut or "features", self.digest, self._precision)
        return Remembered(self._context, facts, lambda: made(self.frozen()))

    def frozen(self) -> Frozen:
        """The network at work."""
        if self._graph is None:
            self._graph = shared(self._key, self._new_graph)
        self._given = None  # nobody needs them any more, and they are large
        give_back_memory()
        return Frozen(self._graph, self._context)

    def _new_graph(self) -> Graph:
        cost = BACKBONES[self._name].cost if self._name in BACKBONES else compact.COST
        return Graph(self._drawn(), self.weights, cost, self._context.resources.threads)

    def _drawn(self) -> Blueprint:
        if self._blueprint is None:
            assert self._keras is not None
            self._blueprint = _blueprints[self._drawing_key] = self._keras.blueprint()
            memo = self._context.memo(_BLUEPRINT)
            memo.put({self._drawing_key: self._blueprint.model_dump_json().encode()})
        return self._blueprint

    def _known_blueprint(self) -> Blueprint | None:
        key = self._drawing_key
        if key not in _blueprints:
            [known] = self._context.memo(_BLUEPRINT).get([key])
            if known is not None:
                _blueprints[key] = Blueprint.model_validate_json(known)
        return _blueprints.get(key)

    @cached_property
    def _drawing_key(self) -> bytes:
        return _digest(
            self._name, self._cut, self._precision, *map(importlib.metadata.version, ("tensorflow", "keras"))
        )

    def _known_weights(self) -> Path | None:
        if isinstance(self._source, Path):
            backbones.check_file(self._source)
        file = self._context.folder / f"{uuid.uuid4().hex}.safetensors"
        return file if self._context.memo(_WEIGHTS).fetch(self._weights_key, file) else None

    @cached_property
    def _weights_key(self) -> bytes:
        source = str(self._source)
        if isinstance(self._source, Path):
            with self._source.open("rb") as file:
                source = hashlib.file_digest(file, "sha256").hexdigest()
        return _digest(self._name, source, importlib.metadata.version("keras"))

    def close(self) -> None:
        """Let go of what is still being made."""
        if self._keras is not None:
            self._keras.close()


def _digest(*facts: str) -> bytes:
    return hashlib.sha256("\0".join(facts).encode()).digest()

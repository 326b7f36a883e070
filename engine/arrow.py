"""Arrow without pandas, until somebody wants it.

Where pandas is installed (Ray Data brings it), Arrow imports it when the first list becomes an array, to see whether
that is a series: 0.3 s and 40 MB of every process, though nothing here uses pandas. So the first list becomes one while
pandas is hidden. Whoever imports pandas after all, as a tool of one's own may, has Arrow know it from then on.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pyarrow as pa


class _Pandas(MetaPathFinder):
    """Finds no pandas while it is hidden; then the real one, once, and tells Arrow."""

    hidden = True

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "pandas":
            return None
        if self.hidden:
            raise ModuleNotFoundError(name=name)
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_tell(module: ModuleType) -> None:
                execute(module)
                pa.table({}).to_pandas()  # which has Arrow look again

            spec.loader.exec_module = execute_and_tell  # type: ignore[method-assign]
        return spec


def without_pandas() -> None:
    """Have Arrow leave pandas alone; where it has been imported already, nothing happens."""
    if "pandas" not in sys.modules:
        finder = _Pandas()
        sys.meta_path.insert(0, finder)
        pa.array([])
        finder.hidden = False

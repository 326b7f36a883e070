"""The function table: one module a category, one row a function.

A new function is one row; a new category is one module with a `FUNCTIONS` list, named here.
"""

from __future__ import annotations

from functools import cache

from engine.expression.function import Function
from engine.expression.functions import (
    bitwise,
    checks,
    conditional,
    conversion,
    date_formats,
    dates,
    files,
    finance,
    min_max,
    regex,
    special,
    text,
)
from engine.expression.functions import math as mathematics


@cache
def functions() -> dict[str, Function]:
    """Every function by its name in lower case, in the order of the help."""
    modules = (
        conditional,
        text,
        regex,
        files,
        conversion,
        checks,
        mathematics,
        min_max,
        bitwise,
        dates,
        date_formats,
        finance,
        special,
    )
    return {row.name.lower(): row for module in modules for row in module.FUNCTIONS}

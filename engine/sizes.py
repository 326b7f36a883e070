"""Sizes in bytes as people write and read them."""

from __future__ import annotations

from engine.errors import WorkflowError

_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def parse_size(text: str, option: str) -> int:
    """`512MB` or `2GB` in bytes.

    Raises:
        WorkflowError: it is no size; names the option.
    """
    digits = text.rstrip("KMGiBkmgb")
    try:
        return int(float(digits) * _UNITS[text[len(digits) :].upper()])
    except (KeyError, ValueError):
        raise WorkflowError(f"{option} {text}: that is no size.", hint="Write it as 512MB or 2GB.") from None


def show_size(size: int) -> str:
    """A size in a few digits: `6.6 MB`."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"

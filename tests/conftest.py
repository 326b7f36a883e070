"""What tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is missing."""
    if not _SHARED.is_dir():
        pytest.skip("no ../shared folder with real data")
    return _SHARED

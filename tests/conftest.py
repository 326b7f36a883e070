"""What tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine makes single examples slow; pytest's own timeout catches what hangs.
settings.register_profile("flowrun", deadline=None)
settings.load_profile("flowrun")

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is missing."""
    if not _SHARED.is_dir():
        pytest.skip("no ../shared folder with real data")
    return _SHARED


@pytest.fixture(scope="session")
def keras_here() -> None:
    """Have Keras in this process, so that many small trainings need no process of their own for it."""
    from tools._models.runtime import tensorflow

    tensorflow(2)

"""The description from which the canvas generates its types."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parents[3] / "frontend" / "openapi.json"
_LOOK = """
import sys
import engine.server.main, engine.server.openapi
heavy = {"tensorflow", "keras", "sklearn", "matplotlib", "PIL", "duckdb"} & set(sys.modules)
assert not heavy, heavy
"""


def test_the_description_is_the_one_that_the_canvas_was_made_for() -> None:
    written = subprocess.run(
        [sys.executable, "-m", "engine.server.openapi"], capture_output=True, text=True, check=True
    ).stdout
    document = json.loads(written)
    schemas = document["components"]["schemas"]
    assert {"Stamped", "RunStarted", "Counts", "Epoch", "RunFinished", "Failure", "Page", "Description"} <= set(schemas)
    assert schemas["Stamped"]["properties"]["what"]["discriminator"]["propertyName"] == "event"
    assert "/api/runs/{run}/events" in document["paths"]
    again = "python -m engine.server.openapi > frontend/openapi.json; npm run types (in frontend)"
    assert document == json.loads(KEPT.read_text(encoding="utf-8")), f"The interface has changed: {again}"


def test_the_server_starts_without_heavy_libraries() -> None:
    subprocess.run([sys.executable, "-c", _LOOK], check=True)

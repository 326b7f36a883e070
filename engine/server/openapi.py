"""The description of the HTTP interface, from which the canvas generates its types.

`python -m engine.server.openapi > frontend/openapi.json`
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from engine import events
from engine.server.app import api


def document() -> dict[str, Any]:
    """OpenAPI 3.1, with the events of a run among its components."""
    described = api().openapi()
    _, extra = models_json_schema([(events.Stamped, "serialization")], ref_template="#/components/schemas/{model}")
    described["components"]["schemas"] |= extra["$defs"]
    return described


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2)
    sys.stdout.write("\n")

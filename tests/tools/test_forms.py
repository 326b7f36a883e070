"""What tools tell a form about their settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.catalog import Catalog, title

CATALOG = Catalog()


def _objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for found in (schema, *schema.get("$defs", {}).values()):
        if "properties" in found:
            yield found["properties"]


def _choices(schema: dict[str, Any], setting: dict[str, Any]) -> list[Any]:
    parts = [setting, setting.get("items", {})]
    parts += [schema["$defs"][part["$ref"].rpartition("/")[2]] for part in parts if "$ref" in part]
    parts += [schema["$defs"].get(part.get("$ref", "").rpartition("/")[2], {}) for part in setting.get("anyOf", [])]
    return [value for part in parts for value in part.get("enum", [])] + [True, False] * (
        setting.get("type") == "boolean"
    )


@pytest.mark.parametrize("tool", CATALOG.ids())
def test_settings_depend_on_others_that_there_are(tool: str) -> None:
    schema = CATALOG.describe(tool).settings
    for settings in _objects(schema):
        for name, hints in settings.items():
            assert hints.get("unless", name) in settings
            for other, values in hints.get("when", {}).items():
                assert set(values) - {None} <= set(_choices(schema, settings[other])), f"{name}: {other}"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("CreateSamples", "Create Samples"), ("create_samples", "Create Samples"), ("JSONParse", "JSON Parse"),
     ("RecordID", "Record ID"), ("SQL", "SQL")],
)  # fmt: skip
def test_titles(name: str, shown: str) -> None:
    assert title(name) == shown

"""The formula editor's helpers."""

from __future__ import annotations

import time
from typing import Any

from tests.engine.server.conftest import Server

_DOCUMENT = {
    "constants": {"limit": 18},
    "nodes": {
        "people": {"tool": "TextInput", "fields": {"name": "V_WString", "age": "Int32"}, "rows": [["Bart", 10]]},
        "formula": {"tool": "Formula", "fields": []},
    },
    "connections": ["people -> formula"],
}


def _preview(server: Server, expression: str, path: str = "formula.yaml", **more: Any) -> Any:
    body = {"path": path, "document": _DOCUMENT, "node": "formula", "expression": expression} | more
    return server.post("/api/preview/expression", **body)


def test_functions_come_with_help(server: Server) -> None:
    found = server.get("/api/functions")
    assert {"Left", "IIF"} <= {function["name"] for function in found["functions"]}
    assert "Engine.WorkflowDirectory" in found["constants"]


def test_type_value_and_problem_without_a_run(server: Server) -> None:
    assert _preview(server, "[age] * 2") == {"type": "Int64", "known": True, "value": 20, "problem": None}
    problem = _preview(server, "[agee] * 2")["problem"]
    assert (problem["start"], problem["end"]) == (0, 6)
    assert "age" in problem["hint"]


def test_fields_computed_above_are_known(server: Server) -> None:
    above = [{"field": "double", "expression": "[age] * 2", "type": "Double"}, {"field": "wrong", "expression": "["}]
    assert _preview(server, "[double] + 1", before=above)["type"] == "Double"
    assert _preview(server, "[wrong]", before=above)["problem"]


def test_the_first_record_of_the_last_run(server: Server) -> None:
    document = _DOCUMENT | {"nodes": {**_DOCUMENT["nodes"], "formula": {"tool": "Browse"}}}  # type: ignore[dict-item]
    run = server.post("/api/runs", path="seen.yaml", document=document)["run"]
    while server.get(f"/api/runs/{run}")["outcome"] == "running":
        time.sleep(0.05)
    assert _preview(server, "[name] + '!'", path="seen.yaml")["value"] == "Bart!"
    assert _preview(server, "[age] > ToNumber([User.limit])", path="seen.yaml")["value"] is False
    above = [{"field": "age", "expression": "[age] + 30"}]
    assert _preview(server, "[age] > ToNumber([User.limit])", path="seen.yaml", before=above)["value"] is True


def test_an_unconnected_node_has_no_fields(server: Server) -> None:
    document = _DOCUMENT | {"connections": []}
    assert "nothing is connected" in _preview(server, "1", document=document)["problem"]["message"]
    answer = server.browser.post(
        "/api/preview/expression", json={"document": _DOCUMENT, "node": "nobody", "expression": "1"}
    )
    assert answer.status_code == 422


def test_a_node_behind_what_cannot_run_has_no_fields_yet(server: Server) -> None:
    union = {"union": {"tool": "Union"}}
    document = _DOCUMENT | {
        "nodes": _DOCUMENT["nodes"] | union,  # type: ignore[operator]
        "connections": ["people -> union", "union -> formula", "formula -> union"],
    }
    assert "cannot run yet" in _preview(server, "1", document=document)["problem"]["message"]

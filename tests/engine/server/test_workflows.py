"""Workflow files: opened, saved, checked, never silently overwritten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.server.conftest import Server

_TEXT = """\
flowrun: 1
name: People

nodes:
  people: {tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10], [Homer, 39]]}
  grown_up: {tool: Filter, expression: '[age] > 18'}
  result: {tool: Browse}

connections:
  - people -> grown_up
  - grown_up.T -> result

layout:
  people: [60, 90]
"""


def _write(server: Server, name: str, text: str = _TEXT) -> None:
    (server.folder / name).write_text(text, encoding="utf-8")


def test_a_file_opens_and_saves_as_it_was(server: Server) -> None:
    _write(server, "same.yaml")
    opened = server.get("/api/workflow", path="same.yaml")
    assert opened["text"] == _TEXT
    assert opened["document"]["nodes"]["grown_up"] == {"tool": "Filter", "expression": "[age] > 18"}
    body = {"path": "same.yaml", "document": opened["document"], "base": opened["digest"]}
    saved = server.browser.put("/api/workflow", json=body).json()
    assert saved == {"digest": opened["digest"], "text": _TEXT}


def test_only_the_edit_changes_the_file(server: Server) -> None:
    _write(server, "edit.yaml")
    opened = server.get("/api/workflow", path="edit.yaml")
    opened["document"]["layout"]["people"] = [75, 90.5]
    body = {"path": "edit.yaml", "document": opened["document"], "base": opened["digest"]}
    assert server.browser.put("/api/workflow", json=body).status_code == 200
    assert (server.folder / "edit.yaml").read_text() == _TEXT.replace("[60, 90]", "[75, 90.5]")


def test_comments_and_quotes_stay(server: Server) -> None:
    text = "# mine\n" + _TEXT.replace("'[age] > 18'}", '"[age] > 18"}  # grown up')
    _write(server, "comments.yaml", text)
    opened = server.get("/api/workflow", path="comments.yaml")
    opened["document"]["nodes"]["result"]["title"] = "Grown up"
    body = {"path": "comments.yaml", "document": opened["document"], "base": opened["digest"]}
    saved = server.browser.put("/api/workflow", json=body).json()
    assert saved["text"] == text.replace("{tool: Browse}", "{tool: Browse, title: Grown up}")


def test_a_file_changed_by_someone_else_is_not_overwritten(server: Server) -> None:
    _write(server, "theirs.yaml")
    opened = server.get("/api/workflow", path="theirs.yaml")
    _write(server, "theirs.yaml", _TEXT.replace("18", "21"))
    body = {"path": "theirs.yaml", "document": opened["document"], "base": opened["digest"]}
    answer = server.browser.put("/api/workflow", json=body)
    assert answer.status_code == 409
    assert "changed by someone else" in answer.json()["message"]
    assert "21" in (server.folder / "theirs.yaml").read_text()


def test_a_new_file_takes_no_name_that_exists(server: Server) -> None:
    _write(server, "taken.yaml")
    body: dict[str, Any] = {"path": "taken.yaml", "document": {"nodes": {}}, "base": None}
    assert server.browser.put("/api/workflow", json=body).status_code == 409
    body["path"] = "new ä.yaml"
    assert server.browser.put("/api/workflow", json=body).status_code == 200
    assert (server.folder / "new ä.yaml").read_text() == "nodes: {}\n"
    body["path"] = "nowhere/new.yaml"
    answer = server.browser.put("/api/workflow", json=body)
    assert answer.status_code == 422
    assert "does not exist" in answer.json()["message"]


def test_a_file_removed_meanwhile_is_written_again(server: Server) -> None:
    _write(server, "gone.yaml")
    opened = server.get("/api/workflow", path="gone.yaml")
    (server.folder / "gone.yaml").unlink()
    body = {"path": "gone.yaml", "document": opened["document"], "base": opened["digest"]}
    assert server.browser.put("/api/workflow", json=body).status_code == 200


def test_saving_keeps_the_mode_and_leaves_nothing_beside(server: Server) -> None:
    _write(server, "mode.yaml")
    (server.folder / "mode.yaml").chmod(0o640)
    opened = server.get("/api/workflow", path="mode.yaml")
    body = {"path": "mode.yaml", "document": {"nodes": {}}, "base": opened["digest"]}
    assert server.browser.put("/api/workflow", json=body).status_code == 200
    assert (server.folder / "mode.yaml").stat().st_mode & 0o777 == 0o640
    assert not list(server.folder.glob(".*.part"))


def test_what_nobody_knows_survives(server: Server) -> None:
    text = "flowrun: 1\nfuture: {a: 1}\n\nnodes:\n  n: {tool: FromTomorrow, depth: [1, {x: y}], note: null}\n"
    _write(server, "unknown.yaml", text)
    opened = server.get("/api/workflow", path="unknown.yaml")
    assert {problem["message"] for problem in opened["problems"]} == {"Unknown key 'future'."}
    opened["document"]["name"] = "Known"
    body = {"path": "unknown.yaml", "document": opened["document"], "base": opened["digest"]}
    assert server.browser.put("/api/workflow", json=body).status_code == 200
    saved = server.get("/api/workflow", path="unknown.yaml")
    assert saved["document"] == opened["document"]


def test_numbers_that_a_browser_cannot_hold_come_as_text(server: Server) -> None:
    _write(server, "large.yaml", "nodes:\n  n: {tool: X, a: 12345678901234567890, b: .inf, c: 9007199254740992}\n")
    node = server.get("/api/workflow", path="large.yaml")["document"]["nodes"]["n"]
    assert node == {"tool": "X", "a": "12345678901234567890", "b": "inf", "c": 9007199254740992}


def test_a_broken_file_is_refused_with_its_line(server: Server) -> None:
    _write(server, "broken.yaml", "nodes:\n  a: {tool: [}\n")
    answer = server.browser.get("/api/workflow", params={"path": "broken.yaml"})
    assert answer.status_code == 422
    assert answer.json()["line"] == 2
    (server.folder / "latin.yaml").write_bytes(b"name: \xe4\nnodes: {}\n")
    assert "UTF-8" in server.browser.get("/api/workflow", params={"path": "latin.yaml"}).json()["message"]
    assert server.browser.get("/api/workflow", params={"path": "missing.yaml"}).status_code == 404


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000", "a\\u2028b", "\\ud83d\\ude00"])
def test_odd_characters_are_saved_or_refused(server: Server, text: str) -> None:
    name = f"odd{abs(hash(text))}.yaml"
    body = f'{{"path": "{name}", "document": {{"nodes": {{}}, "name": "{text}"}}}}'
    answer = server.browser.put("/api/workflow", content=body, headers={"Content-Type": "application/json"})
    if answer.status_code == 200:
        assert server.get("/api/workflow", path=name)["document"]["name"] == json.loads(f'"{text}"')
    else:
        assert answer.status_code == 422, answer.text
        assert not (server.folder / name).exists()


def test_yaml_there_and_back(server: Server) -> None:
    text = server.post("/api/yaml", document={"nodes": {"a": {"tool": "Browse"}}})["text"]
    assert text == "nodes:\n  a: {tool: Browse}\n"
    assert server.post("/api/parse", text=text)["document"] == {"nodes": {"a": {"tool": "Browse"}}}
    assert server.browser.post("/api/parse", json={"text": "just words"}).status_code == 422
    assert server.browser.post("/api/parse", json={"text": "a: [1"}).json()["line"] > 0


def test_a_draft_is_kept_until_it_is_dropped(server: Server) -> None:
    draft = {"path": "draft.yaml", "document": {"nodes": {}}, "base": "abc"}
    assert server.get("/api/journal", path="draft.yaml")["document"] is None
    assert server.browser.put("/api/journal", json=draft).status_code == 204
    found = server.get("/api/journal", path="draft.yaml")
    assert {key: found[key] for key in draft} == draft
    assert found["modified"] > 0
    assert server.browser.delete("/api/journal", params={"path": "draft.yaml"}).status_code == 204
    assert server.get("/api/journal", path="draft.yaml")["document"] is None


def test_tabs_have_drafts_of_their_own_while_a_workflow_has_no_file(server: Server) -> None:
    assert server.get("/api/journal/unnamed") == []
    for tab in ("one", "two"):
        draft: dict[str, Any] = {"path": "", "tab": tab, "document": {"nodes": {}, "name": tab}}
        assert server.browser.put("/api/journal", json=draft).status_code == 204
    assert [draft["tab"] for draft in server.get("/api/journal/unnamed")] == ["two", "one"]
    assert server.get("/api/journal", path="", tab="one")["document"]["name"] == "one"
    assert server.browser.delete("/api/journal", params={"path": "", "tab": "two"}).status_code == 204
    assert [draft["tab"] for draft in server.get("/api/journal/unnamed")] == ["one"]
    assert server.browser.get("/api/journal", params={"path": "", "tab": "../one"}).status_code == 422


def test_a_check_says_what_flows_where(server: Server) -> None:
    document = server.post("/api/parse", text=_TEXT)["document"]
    checked = server.post("/api/check", path="", document=document)
    assert checked["problems"] == []
    fields = checked["nodes"]["grown_up"]["outputs"]["T"]["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("name", "V_WString"), ("age", "Int32")]
    assert checked["nodes"]["result"]["inputs"]["in"]["open"] is False


def test_a_check_lists_all_problems_by_node_and_setting(server: Server) -> None:
    nodes = {"a": {"tool": "Fliter"}, "b": {"tool": "Filter"}, "c": {"tool": "Directory", "path": ".", "recurs": True}}
    checked = server.post("/api/check", document={"nodes": nodes, "connections": ["c -> b", "x -> b"]})
    found = {(problem["node"], problem["setting"]) for problem in checked["problems"]}
    assert found >= {("a", "tool"), ("c", "recurs")}
    assert any("There is no node 'x'" in problem["message"] for problem in checked["problems"])
    empty = server.post("/api/check", document={})
    assert empty == {"problems": [], "cut": [], "nodes": {}}


def test_a_check_of_something_else_is_refused_politely(server: Server) -> None:
    wrong: list[dict[str, Any]] = [{"nodes": [1]}, {"nodes": {"a": 5}}, {"containers": 1}, {"connections": {}}]
    for document in wrong:
        assert server.post("/api/check", document=document)["problems"], json.dumps(document)
    assert server.browser.post("/api/check", json={"document": []}).status_code == 422
    assert server.browser.post("/api/check", content=b"{").status_code == 422


def test_all_tools_are_described(server: Server) -> None:
    tools = {tool["id"]: tool for tool in server.get("/api/tools")["tools"]}
    assert {"Filter", "Browse", "Ticker"} <= set(tools)
    assert [anchor["name"] for anchor in tools["Filter"]["outputs"]] == ["T", "F"]
    assert tools["Ticker"]["settings"]["properties"]["pause"]["description"]


def test_files_are_listed_for_the_pickers(server: Server) -> None:
    folder = server.folder / "pictures"
    folder.mkdir()
    for name in ("image_10.png", "image_2.png", ".hidden", "flow.yaml", "data.yaml"):
        (folder / name).write_text("nodes: {}\n" if name == "flow.yaml" else "x: 1\n")
    (folder / "sub").mkdir()
    (folder / "nowhere").symlink_to(folder / "missing")
    found = server.get("/api/files", folder="pictures")
    assert [entry["name"] for entry in found["entries"]] == [
        "sub", "data.yaml", "flow.yaml", "image_2.png", "image_10.png"
    ]  # fmt: skip
    assert [entry["path"] for entry in found["entries"] if entry["is_workflow"]] == ["pictures/flow.yaml"]
    assert server.browser.get("/api/files", params={"folder": "none"}).status_code == 404


def test_fields_that_are_numbers_reach_the_browser_in_their_order(server: Server) -> None:
    _write(server, "years.yaml", _TEXT.replace("{name: V_WString, age: Int32}", "{name: V_WString, 2020: Int32}"))
    people = server.get("/api/workflow", path="years.yaml")["document"]["nodes"]["people"]
    assert people["fields"] == [{"field": "name", "type": "V_WString"}, {"field": "2020", "type": "Int32"}]

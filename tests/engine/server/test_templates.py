"""Templates over HTTP: what there is, and what a workflow that begins from one finds in the served folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.server.templates import EXAMPLES
from tests.engine.server.conftest import Server

START = Callable[[], Server]


def test_every_example_is_a_template(server: Server) -> None:
    found = {template["name"]: template for template in server.get("/api/templates")}
    assert set(found) == {file.stem for file in EXAMPLES.glob("*.yaml")}
    assert all(template["title"] and template["description"] for template in found.values())
    assert found["simpsons"]["document"]["nodes"]["images"]["tool"] == "Directory"


def test_what_a_template_reads_comes_along_and_nothing_is_overwritten(own_server: START, tmp_path: Path) -> None:
    server = own_server()
    taken = server.post("/api/templates/simpsons")
    assert taken["copied"] == ["samples/simpsons"]
    problems = server.post("/api/check", document=taken["document"])["problems"]
    assert [problem for problem in problems if problem["level"] == "error"] == []
    picture = next((tmp_path / "samples").rglob("*.jpg"))
    picture.write_bytes(b"my own")
    assert server.post("/api/templates/simpsons")["copied"] == []
    assert picture.read_bytes() == b"my own"
    assert {path.name for path in (tmp_path / "samples").iterdir()} == {"simpsons"}


def test_a_folder_that_cannot_take_the_samples_stays_as_it_was(own_server: START, tmp_path: Path) -> None:
    (tmp_path / "samples").write_text("a file of mine")
    answer = own_server().browser.post("/api/templates/simpsons")
    assert answer.status_code == 403
    assert "cannot be put into the served folder" in answer.json()["message"]
    assert (tmp_path / "samples").read_text() == "a file of mine"


def test_an_unknown_template_is_refused_with_those_that_there_are(server: Server) -> None:
    answer = server.browser.post("/api/templates/nothing")
    assert answer.status_code == 404
    assert "simpsons" in answer.json()["hint"]

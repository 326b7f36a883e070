"""The built canvas: served, and built by itself in a checkout."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI

from engine.errors import FlowrunError
from engine.server import canvas
from tests.engine.server.conftest import Direct


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a source of the canvas, no build, and no npm."""
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    (tmp_path / "frontend" / "package.json").write_text("{}")
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(canvas, "SOURCE", tmp_path / "frontend")
    monkeypatch.setattr(canvas, "STATIC", tmp_path / "static")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def _npm(checkout: Path, script: str) -> None:
    path = checkout / "bin" / "npm"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


_BUILD = f'[ "$1" = ci ] && exit; {shutil.which("mkdir")} -p ../static; echo "$2" > ../static/index.html'


def test_without_node_the_way_out_is_named(checkout: Path) -> None:
    with pytest.raises(FlowrunError, match=r"no npm.*Install Node\.js"):
        canvas.build(print)


def test_a_missing_build_is_made(checkout: Path) -> None:
    _npm(checkout, _BUILD)
    said: list[str] = []
    canvas.build(said.append)
    assert (checkout / "static" / "index.html").read_text() == "build\n"
    canvas.build(said.append)
    assert len(said) == 1


def test_a_build_older_than_its_source_is_made_anew(checkout: Path) -> None:
    _npm(checkout, _BUILD)
    (checkout / "static").mkdir()
    (checkout / "static" / "index.html").write_text("old")
    os.utime(checkout / "static" / "index.html", (1, 1))
    canvas.build(print)
    assert (checkout / "static" / "index.html").read_text() == "build\n"


def test_a_failing_build_says_why(checkout: Path) -> None:
    _npm(checkout, "echo 'no such module' >&2; exit 1")
    with pytest.raises(FlowrunError, match="no such module"):
        canvas.build(print)


def test_an_old_build_is_better_than_none(checkout: Path) -> None:
    (checkout / "static").mkdir()
    (checkout / "static" / "index.html").write_text("old")
    os.utime(checkout / "static" / "index.html", (1, 1))
    said: list[str] = []
    canvas.build(said.append)
    assert "older than its source" in said[0]


def test_packages_are_fetched_only_where_they_are_missing(checkout: Path) -> None:
    _npm(checkout, '[ "$1" = ci ] && exit 1; ' + _BUILD)
    (checkout / "frontend" / "node_modules").mkdir()
    (checkout / "frontend" / "node_modules" / ".package-lock.json").write_text("{}")
    canvas.build(print)
    assert (checkout / "static" / "index.html").is_file()


def test_an_installed_package_builds_nothing(checkout: Path) -> None:
    (checkout / "frontend" / "package.json").unlink()
    canvas.build(print)


def test_the_page_and_its_parts(checkout: Path) -> None:
    app = FastAPI()
    canvas.mount(app)
    browser = Direct(app)
    assert browser.get("/").status_code == 503
    (checkout / "static" / "assets").mkdir(parents=True)
    (checkout / "static" / "index.html").write_text("<p>canvas</p>")
    (checkout / "static" / "assets" / "app-1a2b.js").write_text("1")
    (checkout / "secret.txt").write_text("secret")
    assert browser.get("/").text == "<p>canvas</p>"
    answer = browser.get("/assets/app-1a2b.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert browser.get("/assets/%2e%2e/%2e%2e/secret.txt").status_code == 404
    assert browser.get("/nothing").status_code == 404

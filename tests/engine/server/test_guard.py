"""Who may talk to the server, tried from outside."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import httpx
import pytest

from tests.engine.server.conftest import Server

_WRITE = {"path": "stolen.yaml", "document": {"nodes": {}}}


def test_the_link_works_once(server: Server) -> None:
    assert httpx.get(server.link).status_code == 401
    assert httpx.get(server.url + "/open?token=").status_code == 401


def test_the_cookie_is_for_this_site_and_no_script(server: Server) -> None:
    cookie = next(iter(server.browser.cookies.jar))
    assert cookie.name == f"flowrun_{server.url.rpartition(':')[2]}"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"


@pytest.mark.parametrize("path", ["/api/tools", "/api/files", "/api/runs?path=", "/assets/x.js", "/openapi.json"])
def test_nothing_without_the_cookie(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 401
    wrong = {"Cookie": f"flowrun_{server.url.rpartition(':')[2]}=guess"}
    assert httpx.get(server.url + path, headers=wrong).status_code == 401


def test_the_page_without_the_cookie_says_how_to_open_it(server: Server) -> None:
    answer = httpx.get(server.url + "/")
    assert answer.status_code == 401
    assert "press Enter" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", ""])
def test_a_foreign_host_name_is_refused(server: Server, host: str) -> None:
    answer = server.browser.get("/api/tools", headers={"Host": host})
    assert answer.status_code in (400, 403)


def test_localhost_is_a_name_of_the_server(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    assert server.browser.get("/api/files", headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:{port}", "http://localhost:{port}"]
)  # fmt: skip
@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/api/workflow"), ("POST", "/api/runs"), ("DELETE", "/api/journal")]
)
def test_writes_need_the_servers_own_origin(server: Server, origin: str | None, method: str, path: str) -> None:
    request = server.browser.build_request(method, path, json=_WRITE)
    del request.headers["Origin"]
    if origin is not None:
        request.headers["Origin"] = origin.format(port=server.url.rpartition(":")[2])
    assert server.browser.send(request).status_code == 403
    assert not (server.folder / "stolen.yaml").exists()


def test_a_form_of_another_page_changes_nothing(server: Server) -> None:
    headers = {"Content-Type": "text/plain"}
    assert server.browser.put("/api/workflow", content=json.dumps(_WRITE), headers=headers).status_code == 422
    assert not (server.folder / "stolen.yaml").exists()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_of_this_machine_reads_nothing(server: Server, site: str) -> None:
    assert server.browser.get("/api/files", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_other_origins_get_no_permission(server: Server) -> None:
    answer = server.browser.options("/api/tools", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    answer = server.browser.get("/api/files", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_browsers_are_told_to_be_careful(server: Server) -> None:
    for path in ("/", "/api/files", "/api/nothing", "/open?token=x"):
        headers = server.browser.get(path).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


_OUTSIDE = ["../secret.yaml", "a/../../secret.yaml", "{folder}/../secret.yaml", "/etc/passwd.yaml", "..\\secret.yaml",
            ".hidden/secret.yaml", "secret.yaml\0.yaml", "link.yaml", "linked/secret.yaml"]  # fmt: skip


@pytest.mark.parametrize("path", _OUTSIDE)
def test_nothing_outside_the_folder_is_read_or_written(server: Server, path: str) -> None:
    outside = server.folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.yaml").write_text("nodes: {}\n")
    (server.folder.parent / "secret.yaml").write_text("nodes: {}\n")
    for name, target in (("link.yaml", outside / "secret.yaml"), ("linked", outside)):
        if not (server.folder / name).is_symlink():
            (server.folder / name).symlink_to(target)
    path = path.format(folder=server.folder)
    assert server.browser.get("/api/workflow", params={"path": path}).status_code in (403, 422)
    body = {"path": path, "document": {"nodes": {"n": {"tool": "Browse"}}}, "base": None}
    assert server.browser.put("/api/workflow", json=body).status_code in (403, 422)
    assert server.browser.get("/api/runs", params={"path": path}).status_code in (403, 422)
    assert server.browser.put("/api/journal", json=body).status_code in (403, 422)
    assert (outside / "secret.yaml").read_text() == "nodes: {}\n"


@pytest.mark.parametrize("folder", ["..", "/", "linked", "a/../..", ".flowrun"])
def test_nothing_outside_the_folder_is_listed(server: Server, folder: str) -> None:
    link = server.folder / "linked"
    if not link.is_symlink():
        link.symlink_to(server.folder.parent)
    assert server.browser.get("/api/files", params={"folder": folder}).status_code == 403
    assert "linked" not in [entry["name"] for entry in server.get("/api/files")["entries"]]


@pytest.mark.parametrize(
    "run", ["..", "%2e%2e%2f%2e%2e", "20261122-160536-a74b54", "x", "%2e%2e", "20261122-160536-a74b54%2f.."]
)
def test_no_run_but_those_there_are(server: Server, run: str) -> None:
    for rest in ("", "/events", "/records?node=a", "/report?node=a", "/image?node=a&row=0&field=f"):
        assert server.browser.get(f"/api/runs/{run}{rest}").status_code == 404


def test_only_workflow_files_are_written(server: Server) -> None:
    for path in ("notes.txt", "a.yaml.sh", ".bashrc", "run.py"):
        body: dict[str, object] = {"path": path, "document": {"nodes": {}}}
        assert server.browser.put("/api/workflow", json=body).status_code in (403, 422)
        assert not (server.folder / path).exists()


def test_bodies_are_bounded(server: Server) -> None:
    large = b"x" * (33 << 20)
    assert server.browser.post("/api/parse", content=large).status_code == 413

    def without_length() -> object:
        yield from (large[: 1 << 20] for _ in range(33))

    answer = server.browser.post("/api/parse", content=without_length())  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_what_is_nested_too_deeply_is_refused(server: Server) -> None:
    deep = '{"document": ' + "[" * 100_000 + "]" * 100_000 + "}"
    answer = server.browser.post("/api/yaml", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    less = '{"document": {"a": ' + "[" * 900 + "]" * 900 + "}}"
    answer = server.browser.post("/api/yaml", content=less, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422), answer.text


def test_the_server_listens_on_the_loopback_interface_only(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    listening = {
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if f":{port:04X} 00000000" in line
    }
    assert listening == {f"0100007F:{port:04X}"}


def test_a_request_that_is_none_harms_nobody(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    assert server.browser.get("/api/files").status_code == 200

"""The canvas as built by `npm run build` in `frontend/`: found in the wheel, built by itself in a checkout."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from engine.errors import FlowrunError

STATIC = Path(__file__).parent / "static"
SOURCE = Path(__file__).resolve().parents[2] / "frontend"
_PARTS = ("src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts")
_MISSING = """<!doctype html><meta charset="utf-8"><title>flowrun</title>
<body style="font: 16px system-ui; margin: 15vh auto; max-width: 32em">
<h1 style="font-size: 1.25em">The canvas is not built</h1>
<p>The server works, its page is missing. Install Node.js and start <code>flowrun serve</code> again.</p>"""


class _Files(StaticFiles):
    """Files that may not be built yet: then there are none, which is no failure of the server."""

    async def check_config(self) -> None:
        return None


class _Assets(_Files):
    """Files whose names hold a digest of their content: a browser may keep them for good."""

    def file_response(self, *args: object, **options: object) -> Response:
        response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return response


def mount(app: FastAPI) -> None:
    """Serve the canvas at /."""

    @app.get("/", include_in_schema=False)
    def index() -> Response:
        page = STATIC / "index.html"
        return FileResponse(page) if page.is_file() else HTMLResponse(_MISSING, 503)

    app.mount("/assets", _Assets(directory=STATIC / "assets", check_dir=False))
    app.mount("/", _Files(directory=STATIC, check_dir=False))


def build(say: Callable[[str], None]) -> None:
    """Build the canvas where this is a checkout and the build is missing or older than its source.

    Raises:
        FlowrunError: there is no build and none can be made.
    """
    built = STATIC / "index.html"
    if not (SOURCE / "package.json").is_file() or (built.is_file() and built.stat().st_mtime >= _newest()):
        return
    try:
        _build(say)
    except FlowrunError as error:
        if not built.is_file():
            raise
        say(f"The canvas is older than its source. {error}")


def _build(say: Callable[[str], None]) -> None:
    if shutil.which("npm") is None:
        raise FlowrunError(
            "The canvas is not built, and there is no npm to build it.",
            hint="Install Node.js 20 or newer (https://nodejs.org), then try again.",
        )
    say("Building the canvas; the first time it takes about a minute.")
    installed = SOURCE / "node_modules" / ".package-lock.json"
    lock = SOURCE / "package-lock.json"
    if not installed.is_file() or (lock.is_file() and lock.stat().st_mtime > installed.stat().st_mtime):
        _npm("ci", "--no-audit", "--no-fund")
    _npm("run", "build")


def _npm(*words: str) -> None:
    command = ["npm", *words]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip()[-2_000:]
        raise FlowrunError(f"`{' '.join(command)}` failed in {SOURCE.name}:\n{said}")


def _newest() -> float:
    """When the source of the canvas was changed last."""
    places = [SOURCE / part for part in _PARTS]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()]
    return max((file.stat().st_mtime for file in files), default=0.0)

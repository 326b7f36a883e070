"""`flowrun serve`: the server on the loopback interface, from the first link to the last run ended."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import uvicorn

from engine.errors import FlowrunError
from engine.server.app import guarded
from engine.server.guard import Session
from engine.server.parts import Served

PORT = 8420
_PORTS_TRIED = 20


class _Server(uvicorn.Server):
    """Ends the runs before it waits for its connections: those who follow a run would never hang up."""

    def __init__(self, config: uvicorn.Config, served: Served) -> None:
        super().__init__(config)
        self._served = served

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._served.runs.close()
        self._served.pictures.close()
        await super().shutdown(sockets)


def serve(target: Path, port: int | None, say: Callable[[str], None], browser: bool = True) -> None:
    """Serve a folder, or the folder of a workflow file, until Ctrl-C.

    Args:
        port: None takes the first free one from `PORT` on.
        say: prints a line for the user.

    Raises:
        FlowrunError: there is no such folder, or the port is taken.
    """
    if not target.exists():
        raise FlowrunError(f"There is no folder {target}.")
    listening = _listen(port)
    session = Session(listening.getsockname()[1])
    app, served = guarded(target if target.is_dir() else target.parent, session)
    query = "" if target.is_dir() else f"&path={quote(target.name)}"
    say(f"flowrun serves {served.folder.root}. Ctrl-C ends it; Enter prints a new link.")
    link = session.new_link() + query
    say(f"Open it once: {link}")
    if browser:
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    if sys.stdin.isatty():
        threading.Thread(target=_give_links, args=(session, query, say), daemon=True).start()
    # Access lines would print the token.
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    with contextlib.suppress(KeyboardInterrupt):  # raised once more by uvicorn when it has closed in order
        _Server(config, served).run(sockets=[listening])


def _listen(port: int | None) -> socket.socket:
    """A socket on the loopback interface."""
    for candidate in [port] if port is not None else [*range(PORT, PORT + _PORTS_TRIED), 0]:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", candidate))
            listening.listen()  # only now is the port ours: another that has bound it too may not listen any more
        except OSError:
            listening.close()
            continue
        return listening
    raise FlowrunError(f"Port {port} is taken, or may not be used.", hint="Leave --port out to take a free one.")


def _give_links(session: Session, query: str, say: Callable[[str], None]) -> None:
    for _ in sys.stdin:
        say(f"Open it once: {session.new_link()}{query}")

"""Who may talk to the server: the browser that opened its link, from the server's own page, by the server's own name.

1. The Host header must name this server: a foreign name that points here (DNS rebinding) is refused.
2. Every request but the link itself needs the session's cookie.
3. A request that changes something must come from this server's page: Origin is compared; `null` and none are refused.
4. What other pages of this machine embed or fetch is refused by `Sec-Fetch-Site`, where the browser sends it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.server.refusal import Failure, answer

_READS = ("GET", "HEAD")
_CANVAS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CANVAS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_CLOSED = """<!doctype html><meta charset="utf-8"><title>flowrun</title>
<body style="font: 16px system-ui; margin: 15vh auto; max-width: 32em; padding: 0 1em">
<h1 style="font-size: 1.25em">This page opens by its link</h1>
<p>{reason} Go to the terminal in which <code>flowrun serve</code> runs and press Enter: it prints a new link.</p>"""


@dataclass
class Session:
    """The one session of a server: tokens that open it once each, and the secret in the browser's cookie."""

    port: int
    _secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _tokens: set[str] = field(default_factory=set)

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies do not tell ports apart, so the name does."""
        return f"flowrun_{self.port}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The names by which this server may be called."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    def new_link(self) -> str:
        """A link that opens the canvas, once."""
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return f"http://{self.hosts[0]}/open?token={token}"

    def enter(self, token: str, response: Response) -> bool:
        """Use up a token and let the browser in by a cookie; False where there is no such token."""
        if token not in self._tokens:
            return False
        self._tokens.remove(token)
        response.set_cookie(self.cookie, self._secret, httponly=True, samesite="strict", path="/")
        return True

    def knows(self, headers: Headers) -> bool:
        """Whether a request carries the session's cookie."""
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return cookie is not None and secrets.compare_digest(cookie.value.encode(), self._secret.encode())


@dataclass
class Guard:
    """Wraps the application: refuses what the module's rules refuse, and adds the headers that browsers obey."""

    app: ASGIApp
    session: Session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        await (refused or self.app)(scope, receive, send_guarded)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self.session.hosts:
            return _no(403, f"This server is called {self.session.hosts[0]}, not {host!r}.")
        if scope["method"] not in _READS and headers.get("origin") != f"http://{host}":
            return _no(403, "Only the server's own page may change anything.")
        if scope["path"] == "/open":
            return None
        if self.session.knows(headers):
            foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
            return _no(403, "Another page may not ask this server.") if foreign else None
        if scope["path"] == "/":
            return closed("It has not been opened in this browser yet.")
        return _no(401, "Not signed in.", "Open flowrun by the link that `flowrun serve` prints.")


def closed(reason: str) -> HTMLResponse:
    """The page for those without a session."""
    return HTMLResponse(_CLOSED.format(reason=reason), 401)


def _no(status: int, message: str, hint: str = "") -> Response:
    return answer(status, Failure(message=message, hint=hint))

"""Connections to databases by name. What they lead to, and their passwords, stand outside of every workflow.

A name comes from a file, one `name: url` a line (`~/.config/flowrun/connections.yaml`, or the file that the variable
FLOWRUN_CONNECTIONS names; readable for its owner alone), or from the environment: FLOWRUN_CONNECTION_SALES is the
connection `sales`, and goes before the file's.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from engine.errors import ToolError, did_you_mean, listed

FILE = "FLOWRUN_CONNECTIONS"
_PREFIX = "FLOWRUN_CONNECTION_"
_HIDDEN = "***"


@dataclass(frozen=True)
class Connection:
    """A name and what it stands for. The URL is never shown: `hide` takes it out of whatever is said."""

    name: str
    url: str = field(repr=False)

    @property
    def kind(self) -> str:
        """The scheme of the URL, such as postgresql."""
        return self.url.partition(":")[0].lower()

    def hide(self, text: str) -> str:
        """`text` without the URL and its passwords, as they are written and as they are meant."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text

    def _secrets(self) -> set[str]:
        parts = urlsplit(self.url)
        written = [parts.password or ""]
        written += re.findall(r"password=([^&#]*)", parts.query)
        meant = [value for key, value in parse_qsl(parts.query) if "password" in key]
        return {self.url, *written, *map(unquote, written), *meant} - {""}


def connections() -> dict[str, Connection]:
    """All connections by name.

    Raises:
        ToolError: the file is unsafe or not written as it should be; the message shows nothing of what it holds.
    """
    found = _from_file()
    for variable, url in os.environ.items():
        if variable.startswith(_PREFIX) and len(variable) > len(_PREFIX):
            name = variable.removeprefix(_PREFIX)
            same = next((known for known in found if _as_variable(known) == name), name.lower())
            found[same] = url
    return {name: _checked(Connection(name, url)) for name, url in sorted(found.items())}


def connection(name: str) -> Connection:
    """The connection called `name`.

    Raises:
        ToolError: there is none; the message lists those that there are.
    """
    known = connections()
    if name in known:
        return known[name]
    variable = f"{_PREFIX}{_as_variable(name)}"
    hint = did_you_mean(name, known) or f"Add `{name}: postgresql://...` to {file()}, or set {variable}."
    raise ToolError(
        f"There is no connection '{name}' on this machine; there is {listed(known)}.", hint=hint, setting="connection"
    )


def file() -> Path:
    """Where connections are kept; the file need not exist."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config")
    return Path(os.environ.get(FILE) or folder / "flowrun" / "connections.yaml").expanduser()


def _as_variable(name: str) -> str:
    return re.sub(r"\W", "_", name).upper()


def _from_file() -> dict[str, str]:
    path = file()
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"The connections in {path} cannot be read: {type(error).__name__}.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ToolError(
            f"{path} holds passwords, and others on this machine may read it.", hint=f"Run: chmod 600 {path}"
        )
    return _parsed(text, path)


def _parsed(text: str, path: Path) -> dict[str, str]:
    """The lines of the file. Errors tell the place and not the text, which may be a password."""
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}," if mark else ""
        raise ToolError(f"{path}{where} is not YAML.", hint="Write `name: url`, one a line.") from None
    right = isinstance(found, dict) and all(isinstance(part, str) for item in found.items() for part in item)
    if not right:
        raise ToolError(f"{path} does not hold names and URLs.", hint="Write `name: url`, one a line.")
    return dict(found)


def _checked(found: Connection) -> Connection:
    """Refuse a URL in which a password could be taken for something else, and shown in a message as such."""
    after_scheme = found.url.partition("://")[2]
    host = re.split(r"[/?#]", after_scheme, maxsplit=1)[0]
    if not after_scheme:
        raise ToolError(
            f"The connection '{found.name}' is no URL.", hint="It looks like postgresql://user:password@host/database."
        )
    if after_scheme.count("@") != host.count("@") or host.count("@") > 1:
        raise ToolError(
            f"The URL of the connection '{found.name}' has signs that mean something else in a URL.",
            hint="Write @ / : ? # and % of a password as %40 %2F %3A %3F %23 and %25.",
        )
    return found

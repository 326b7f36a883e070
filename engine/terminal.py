"""A run on a terminal: one line a tool while it works, messages and epochs above, a summary at the end.

On a screen the lines move; in a log file a line is written when a tool has finished. Both fit 80 columns.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from engine import events
from engine.aftermath import OUTPUT
from engine.cache.reasons import FIRST_TIME
from engine.results import Result
from engine.sizes import show_size

if TYPE_CHECKING:
    from engine.catalog import Description
    from engine.run import RunResult

_SIGNS = {"waiting": "·", "running": "▸", "done": "✓", "failed": "✗", "skipped": "-", "reused": "="}
_COLOURS = {"running": "cyan", "done": "green", "failed": "red", "skipped": "dim", "waiting": "dim", "reused": "dim"}
_LEVELS = {"info": "dim", "warning": "yellow", "conversion_error": "yellow", "error": "red"}
_HEAD_FIELDS = 6


@dataclass
class _Row:
    tool: str
    state: events.State = "waiting"
    began: float = 0.0
    ended: float = 0.0
    records: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    by_anchor: dict[str, int] = field(default_factory=dict)
    progress: str = ""


class TerminalView:
    """Listens to a run and shows it. Use it as a context, so that the screen is left tidy whatever happens."""

    def __init__(self, console: Console, quiet: bool = False) -> None:
        self.console = console
        self.quiet = quiet
        self.counts: dict[str, int] = {"warning": 0, "conversion_error": 0}
        self._rows: dict[str, _Row] = {}
        self._reused: set[str] = set()
        self._live = Live(console=console, refresh_per_second=8, transient=False, get_renderable=self._table)
        self._moving = console.is_terminal and not quiet

    def __enter__(self) -> TerminalView:
        if self._moving:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._moving:
            self._live.stop()

    def __call__(self, stamped: events.Stamped) -> None:
        """Take an event."""
        what = stamped.what
        if isinstance(what, events.RunStarted):
            self._rows = {name: _Row(tool) for name, tool in what.nodes.items()}
        elif isinstance(what, events.Planned):
            self._plan(what)
        elif isinstance(what, events.NodeState):
            self._change(what, stamped.time)
        elif isinstance(what, events.Counts):
            row = self._rows[what.node]
            row.records[what.anchor] = what.records
            row.by_anchor[what.anchor] = what.bytes
        elif isinstance(what, events.Progress):
            percent = "" if what.fraction is None else f"{what.fraction:.0%} "
            self._rows[what.node].progress = percent + what.text
        elif isinstance(what, events.Epoch) and what.node not in self._reused:
            metrics = "  ".join(f"{name} {value:.4g}" for name, value in what.metrics.items())
            self._say(f"{what.node}: epoch {what.epoch}/{what.epochs}  {metrics}")
        elif isinstance(what, events.Message):
            self._message(what)

    def recall(self, past: Iterable[events.Stamped]) -> None:
        """Take up what another process has shown already, without showing it again."""
        moving, self._moving = self._moving, True
        for stamped in past:
            if isinstance(stamped.what, events.Message):
                self._count(stamped.what)
            elif not isinstance(stamped.what, events.Epoch | events.Planned):
                self(stamped)
        self._moving = moving

    def _plan(self, what: events.Planned) -> None:
        if what.reused:
            self._reused.add(what.node)
        elif what.reason != FIRST_TIME:
            self._say(Text(f"{what.node} runs: {what.reason}", style="dim"))

    @property
    def reused(self) -> str:
        """How much of the work was not done again, in a few words; empty where all was done."""
        return f"{len(self._reused)} of {len(self._rows)} tools reused" if self._reused else ""

    def _change(self, what: events.NodeState, now: float) -> None:
        row = self._rows[what.node]
        row.state = what.state
        if what.state == "running":
            row.began = now
            return
        row.ended = now
        if what.state in ("skipped", "reused"):
            row.progress = what.reason
        if not self._moving:
            self._say(self._line(what.node, row))

    def _count(self, what: events.Message) -> None:
        if what.level in self.counts:
            self.counts[what.level] += 1

    def _message(self, what: events.Message) -> None:
        self._count(what)
        if (self.quiet and what.level != "error") or (what.node in self._reused and what.level == "info"):
            return
        word = "" if what.level == "info" else what.level.replace("_", " ")
        said = ": ".join(part for part in (what.node, word, f"{what.text} {what.hint}".strip()) if part)
        text = Text(said, style=_LEVELS[what.level])
        self.console.print(text, soft_wrap=not self.console.is_terminal)

    def _say(self, text: str | Text) -> None:
        if not self.quiet:
            self.console.print(text, highlight=False, soft_wrap=not self.console.is_terminal)

    def _table(self) -> Group:
        return Group(*(self._line(name, row) for name, row in self._rows.items()))

    def _line(self, name: str, row: _Row) -> Text:
        seconds = (row.ended or time.time()) - row.began if row.began else 0.0
        records = max(row.records.values(), default=0) if len(row.records) < 2 else sum(row.records.values())
        size = sum(row.by_anchor.values())
        rate = f"{records / seconds:,.0f}/s" if records and seconds > 0.5 else ""
        counted = f"{records:>11,} {show_size(size):>9} {rate:>11}" if row.records else " " * 33
        line = f"{_SIGNS[row.state]} {_cut(name, 14):<14} {_cut(row.tool, 16):<16} {counted} {seconds:>7.1f}s"
        text = Text(line, style=_COLOURS[row.state], no_wrap=True, overflow="ellipsis")
        if row.state in ("running", "skipped", "reused") and row.progress:
            text = Text(f"{line[:33]} {_cut(row.progress, 45)}", style=_COLOURS[row.state], no_wrap=True)
        return text


def show_result(console: Console, result: RunResult, view: TerminalView) -> None:
    """The summary: what each Browse holds, the files written, and how it ended."""
    for kept in result.results:
        _show_kept(console, kept)
    for written in result.files:
        facts = f"{written.records:,} {_plural(written.records, 'record')}, {show_size(written.bytes)}"
        console.print(f"wrote {_short(Path(written.path))} ({facts})", soft_wrap=True, highlight=False)
    noted = [f"{count} {_plural(count, level.replace('_', ' '))}" for level, count in view.counts.items() if count]
    word = {"done": "Done", "failed": "Failed", "cancelled": "Cancelled"}[result.outcome]
    failed = ", ".join(problem.node for problem in result.problems)
    ending = f"{word} after {result.seconds:.1f} s" + (f" with {' and '.join(noted)}" if noted else "")
    ending += f", {view.reused}" if view.reused else ""
    ending += f": {failed}." if failed else "."
    if result.peaks:
        node, peak = max(result.peaks.items(), key=lambda item: item[1])
        ending += f" At most {show_size(peak)} of memory ({node})."
    style = "bold green" if result.outcome == "done" else "bold red"
    console.print(ending, style=style, highlight=False)
    output = result.folder / OUTPUT
    traces = [result.folder / f"{problem.node}.traceback.txt" for problem in result.problems]
    if any(path.exists() for path in traces) or (result.problems and output.exists() and output.stat().st_size):
        console.print(f"Details: {_short(result.folder)}", soft_wrap=True, highlight=False)


def _show_kept(console: Console, kept: Result) -> None:
    records, fields = kept.records, len(kept.fields)
    head = f"{kept.node}: {records:,} {_plural(records, 'record')}, {fields} {_plural(fields, 'field')}"
    console.print(Text(head, style="bold"))
    if kept.report is not None:
        console.print(f"  report: {_short(kept.report)}", soft_wrap=True, highlight=False)
        return
    show_records(console, kept)


def show_fields(console: Console, kept: Result) -> None:
    """The fields of a kept stream: name, type, size, and what they mean."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("Field", "Type", "Size", "Meaning", "Description"):
        table.add_column(column, overflow="fold")
    for field_ in kept.fields:
        size = "" if field_.size is None else f"{field_.size:,}" + (f".{field_.scale}" if field_.scale else "")
        table.add_row(escape(field_.name), field_.type, size, field_.meaning or "", escape(field_.description))
    console.print(table)


def show_records(console: Console, kept: Result, records: int = 5) -> None:
    """The first records of a kept stream, as many fields as a terminal takes."""
    shown = kept.fields[:_HEAD_FIELDS]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in shown:
        table.add_column(escape(column.name), no_wrap=True, overflow="ellipsis", max_width=24)
    for row in kept.head.select([column.name for column in shown]).slice(0, records).to_pylist():
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    console.print(table)
    if len(kept.fields) > len(shown):
        rest = ", ".join(column.name for column in kept.fields[len(shown) :])
        console.print(Text(f"  and {rest}", style="dim"))


def _cell(value: object) -> str:
    if value is None:
        return "[null]"
    if isinstance(value, bytes):
        return f"<{show_size(len(value))}>"
    if isinstance(value, float):
        return f"{value:.6g}"
    return _cut(" ".join(str(value).split()), 24)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else word + "s"


def _short(path: Path) -> str:
    """A path as seen from where the user stands, where that is shorter."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def show_tool(console: Console, tool: Description) -> None:
    """A tool, its help, anchors and settings."""
    from rich.markdown import Markdown

    console.push_theme(Theme({"markdown.code": "cyan", "markdown.table.border": "dim"}))
    console.print(Text(f"{tool.id} · {tool.category.title}", style="bold"))
    # In Markdown, a block that is set in begins after an empty line.
    console.print(Markdown(f"{tool.tooltip}\n\n{tool.help}".replace(":\n    ", ":\n\n    "), code_theme="ansi_dark"))
    console.print()
    for side, anchors in (("in", tool.inputs), ("out", tool.outputs)):
        named = ", ".join(anchor.name + (" (optional)" if anchor.optional else "") for anchor in anchors)
        console.print(f"{side + ':':<5}{named or 'nothing'}", markup=False, highlight=False)
    settings = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    settings.add_column(no_wrap=True)
    for row in _setting_rows(tool.settings, tool.settings.get("$defs", {})):
        settings.add_row(*row)
    console.print(settings)


def _setting_rows(schema: Mapping[str, Any], parts: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[Text, Text]]:
    """The settings of a JSON schema, and below each those that it is made of: a name and what it means."""
    for name, facts in schema.get("properties", {}).items():
        below = _parts_of(facts, parts)
        if "const" in facts:  # by which one of several parts is known
            shown, told = f"{name}: {facts['const']}", schema.get("description", "")
        else:
            shown, told = name, _told(facts, below, is_required=name in schema.get("required", []))
        yield Text("  " * depth + shown, style="bold" if depth == 1 else ""), Text(told.replace("\n", " "))
        for part in below:
            yield from _setting_rows(part, parts, depth + 1)


def _told(facts: Mapping[str, Any], below: list[Any], is_required: bool) -> str:
    told: str = facts.get("description", "")
    choices = [str(choice) for part in [facts, *below] for choice in part.get("enum", [])]
    if any(choice not in told for choice in choices):
        told += f" One of {', '.join(choices)}."
    if is_required:
        told += " (required)"
    elif facts.get("default") not in (None, "", [], {}):
        told += f" (default {json.dumps(facts['default'])})"
    return told.lstrip()


def _parts_of(facts: Mapping[str, Any], parts: Mapping[str, Any]) -> list[Any]:
    """The schemas that the values of a setting, or the entries of its list, follow."""
    entries = facts.get("items", {})
    choices = [facts, entries, *entries.get("oneOf", []), *facts.get("anyOf", [])]
    return [parts[choice["$ref"].rpartition("/")[2]] for choice in choices if "$ref" in choice]

"""The command `flowrun`.

`flowrun FILE` runs a workflow; the other commands have names. Exit codes: 0 fine, 1 failed, 2 the workflow is wrong,
130 cancelled. What only a run needs is imported when one begins: a check should answer at once.
"""

from __future__ import annotations

import gc

gc.disable()  # until all is imported: what is made by then stays, and looking it through takes a fifth of the time

import json
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import __version__, events, shortcuts
from engine.cache.cli import app as cache_commands
from engine.catalog import Catalog
from engine.check import Checked
from engine.check import check as check_workflow
from engine.errors import FlowrunError, Problem, WorkflowError, did_you_mean
from engine.files import NewFile
from engine.overrides import overrides
from engine.processes import leave_at_once
from engine.results import HEAD
from engine.sizes import parse_size
from engine.workflow import Workflow

if TYPE_CHECKING:
    from rich.console import Console

    from engine.cluster.connection import Cluster
    from engine.run import Run, RunResult
    from engine.terminal import TerminalView

FAILED, WRONG, CANCELLED = 1, 2, 130
_CODES: dict[events.Outcome, int] = {"done": 0, "failed": FAILED, "cancelled": CANCELLED}

_COLLECT_AFTER = 20_000  # objects; Python's own 700 are reached all the time while tools are imported

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Run a workflow with `flowrun FILE`, or:",
)
app.add_typer(cache_commands, name="cache")


@cache
def _screen() -> Console:
    from rich.console import Console

    return Console(stderr=True)


@cache
def _out() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120)


def _say(console: Console, text: str, style: str = "") -> None:
    """Print a text as it is, however long."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


File = Annotated[Path, typer.Argument(help="A workflow, as YAML.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="NODE.SETTING=VALUE", help="Replace a setting.")]
Until = Annotated[str, typer.Option(metavar="NODE", help="Run only what this node needs, and itself.")]


def main() -> None:
    """Entry point. A first word that is no command is the file to run."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(_COLLECT_AFTER)
    word = next(iter(sys.argv[1:]), "--help")
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    commands |= {group.name for group in app.registered_groups if group.name}
    try:
        if word not in commands and word not in ("--help", "--version"):
            _refuse_misspelt(word, commands)
            sys.argv.insert(1, "run")
        app()
    except FlowrunError as error:
        _say(_screen(), f"error: {error}", "red")
        raise SystemExit(WRONG) from None


def _refuse_misspelt(word: str, commands: Iterable[str]) -> None:
    """Raise an error where a word is a command rather than a file, but for a letter or two."""
    hint = did_you_mean(word, commands)
    if hint and not Path(word).suffix and not Path(word).exists():
        raise WorkflowError(f"There is no command '{word}'.", hint=hint)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False) -> None:
    if version:
        print(__version__)  # noqa: T201
        raise typer.Exit


@app.command()
def run(
    file: File,
    set_: Set = None,
    until: Until = "",
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Reuse results that are still valid.")] = True,
    events_to: Annotated[
        str, typer.Option("--events", metavar="FILE", help="Write events as JSON lines; - is stdout.")
    ] = "",
    memory: Annotated[str, typer.Option(metavar="SIZE", help="Memory that a run may use, as 512MB.")] = "",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads to work in; as many as cores if left out.")
    ] = None,
    on: Annotated[str, typer.Option(metavar="CLUSTER", help="Work on a Ray cluster: ray, or ray://host:port.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Run a workflow. The same as `flowrun FILE`."""
    from engine.isolation import isolate

    process = isolate(lambda text: _say(_screen(), text, "red"))
    from engine.run import Run
    from engine.terminal import TerminalView, show_result

    replaced = overrides(file, set_ or [])
    checked = _check(file, replaced, until)
    if checked.errors:
        _report(checked.problems, checked, quiet)
        raise typer.Exit(WRONG)
    view = TerminalView(_screen(), quiet=quiet or events_to == "-")
    size = parse_size(memory, "--memory") if memory else None
    after = process.after
    if after is not None:
        view.recall(after.heard)
    run = Run(checked, [view, process.hear], size, replaced, cache, threads, after, _cluster(on) if on else None)
    process.begun(run.folder)
    with _json_lines(events_to, run, "w" if after is None else "a"):
        result = _supervise(run, view)
    if not quiet and events_to != "-":
        show_result(_out(), result, view)
    leave_at_once(_CODES[result.outcome])


@app.command()
def check(
    file: File,
    set_: Set = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Look for everything that is wrong, without running."""
    checked = _check(file, overrides(file, set_ or []), "")
    if as_json:
        print(json.dumps([problem.model_dump() for problem in checked.problems], indent=2))  # noqa: T201
    elif not _report(checked.problems, checked, quiet=False):
        ready = len(checked.tools)
        typer.echo(f"{file}: no problems; {ready} tools are ready to run.")
    raise typer.Exit(WRONG if checked.errors else 0)


@app.command()
def tools(
    name: Annotated[str, typer.Argument(help="A tool, to see its settings and help.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the tools, or explain one."""
    from engine.terminal import show_tool

    catalog = Catalog()
    described = [catalog.describe(tool_id) for tool_id in ([name] if name else catalog.ids())]
    if as_json:
        print(json.dumps([tool.model_dump() for tool in described], indent=2))  # noqa: T201
    elif name:
        show_tool(_out(), described[0])
    else:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in ("Tool", "Category", "What it does"):
            table.add_column(column)
        for tool in described:
            table.add_row(tool.id, tool.category.title, tool.tooltip)
        _out().print(table)


@app.command()
def new(file: Annotated[Path, typer.Argument(help="Where to write it; a name ending in .yaml.")]) -> None:
    """Write a small workflow to start from."""
    if file.exists():
        raise WorkflowError(f"{file} exists already.", hint="Choose another name.")
    try:
        file.write_text(shortcuts.STARTER.format(name=file.stem), encoding="utf-8")
    except OSError as error:
        raise WorkflowError(f"Cannot write {file}: {error.strerror}.") from None
    _out().print(f"Wrote {file}. Run it with: flowrun {file}", highlight=False, soft_wrap=True)


@app.command()
def cat(
    file: Annotated[Path, typer.Argument(help="A data file of any format that Input reads.")],
    records: Annotated[int, typer.Option("--records", "-n", min=1, max=HEAD, help="How many records to show.")] = 5,
) -> None:
    """Show the fields and the first records of a data file."""
    from engine.terminal import show_fields, show_records

    with tempfile.TemporaryDirectory() as home:
        result, _ = _run_shortcut(shortcuts.look_into(file, records, Path(home)))
        for kept in result.results:
            show_fields(_out(), kept)
            show_records(_out(), kept, records)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="The file to read.")],
    target: Annotated[Path, typer.Argument(help="The file to write; its name says the format.")],
) -> None:
    """Turn a data file into one of another format."""
    from engine.terminal import show_result

    with tempfile.TemporaryDirectory() as home:
        result, view = _run_shortcut(shortcuts.convert(source, target, Path(home)))
        show_result(_out(), result, view)


def _run_shortcut(workflow: Workflow) -> tuple[RunResult, TerminalView]:
    """Run a workflow that the user never sees; what goes wrong is told without its nodes and lines."""
    from engine.run import Run
    from engine.terminal import TerminalView

    checked = check_workflow(workflow)
    if checked.errors:
        raise WorkflowError(checked.errors[0].message, hint=checked.errors[0].hint)
    view = TerminalView(_screen(), quiet=True)
    result = _supervise(Run(checked, [view]), view)
    if result.outcome != "done":
        raise typer.Exit(_CODES[result.outcome])
    return result, view


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A workflow of Alteryx Designer (.yxmd, .yxmc or .yxwz).")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it; a name ending in .yaml.")],
) -> None:
    """Turn a workflow of Alteryx Designer into one of flowrun."""
    from engine.alteryx import import_file

    if out.exists():
        raise WorkflowError(f"{out} exists already.", hint="Choose another name.")
    imported = import_file(file, out)
    written = NewFile(out)
    try:
        written.temporary.write_text(imported.yaml, encoding="utf-8")
        written.commit()
    except OSError as error:
        raise WorkflowError(f"Cannot write {out}: {error.strerror}.") from None
    finally:
        written.discard()
    for line in [*imported.lines, f"Wrote {out}. See what it still needs with: flowrun check {out}"]:
        _say(_out(), line)


@app.command()
def replay(
    run: Annotated[str, typer.Argument(help="The name of a run, as flowrun prints it, or its folder.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what differs.")] = False,
) -> None:
    """Do a run again and say whether the same records come out. Files are not written."""
    from engine.replay import Recorded
    from engine.server.history import find
    from engine.terminal import TerminalView

    folder = Path(run) if Path(run).is_dir() else find(Path.cwd(), run)
    if folder is None:
        raise WorkflowError(f"There is no run {run} here.", hint="Name its folder in .flowrun/runs.")
    recorded = Recorded(folder)
    view = TerminalView(_screen(), quiet=quiet)
    again = recorded.again([view])
    result = _supervise(again, view)
    if result.outcome != "done":
        raise typer.Exit(_CODES[result.outcome])
    found = recorded.compare(result, again.checked)
    for circumstance in found.circumstances:
        _say(_out(), circumstance, "yellow")
    if found.different:
        text = f"{found.different[0]} sent other records than in {folder.name}; {len(found.different)} of"
        _say(_out(), f"{text} {found.compared} anchors differ.", "bold red")
        raise typer.Exit(FAILED)
    _say(_out(), f"The same records left all of {found.compared} anchors.", "bold green")


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="A folder of workflows, or one workflow.")] = Path(),
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one if left out.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open the canvas in the browser."""
    from engine.server import canvas, main

    canvas.build(_out().print)
    main.serve(folder, port, lambda line: _say(_out(), line), browser)


def _cluster(name: str) -> Cluster:
    from engine.cluster.connection import Cluster

    return Cluster(name)


def _check(file: Path, overrides: Iterable[tuple[str, Any]], until: str) -> Checked:
    try:
        return check_workflow(Workflow.load(file, overrides), until=until)
    except WorkflowError as error:
        if not error.line:
            raise
        problem = Problem(message=error.message, hint=error.hint, file=str(file), line=error.line, column=error.column)
        _print_problem(problem)
        raise typer.Exit(WRONG) from None


def _report(problems: list[Problem], checked: Checked, quiet: bool) -> bool:
    """Print the problems; say whether there were any."""
    shown = [problem for problem in problems if problem.level == "error" or not quiet]
    for problem in shown:
        _print_problem(problem)
    if checked.errors:
        count = len(checked.errors)
        _say(_screen(), f"{count} {'error' if count == 1 else 'errors'}; nothing was run.", "bold red")
    return bool(shown)


def _print_problem(problem: Problem) -> None:
    place = f"{Path(problem.file).name}:{problem.line}:{problem.column}: " if problem.line else ""
    node = f"{problem.node} ({problem.tool}): " if problem.tool else f"{problem.node}: " if problem.node else ""
    text = f"{place}{problem.level}: {node}{problem.message} {problem.hint}".strip()
    _say(_screen(), text, "red" if problem.level == "error" else "yellow")


def _supervise(run: Run, view: TerminalView) -> RunResult:
    """Execute a run until it ends or the user has had enough of it."""
    from engine.supervised import Supervised

    supervised = Supervised(run)
    signal.signal(signal.SIGINT, supervised.stop)
    signal.signal(signal.SIGTERM, supervised.stop)
    with view:
        result = supervised.execute()
    if result is None:
        _say(_screen(), "Cancelled.", "bold red")
        leave_at_once(CANCELLED)
    return result


@contextmanager
def _json_lines(target: str, run: Run, mode: str) -> Iterator[None]:
    """Write every event as a line of JSON to a file, or to standard output."""
    if not target:
        yield
        return
    try:
        file = sys.stdout if target == "-" else Path(target).open(mode, encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise WorkflowError(f"Cannot write {target}: {error.strerror}.") from None

    def write(stamped: events.Stamped) -> None:
        file.write(stamped.model_dump_json() + "\n")
        file.flush()

    run.listen(write)
    try:
        yield
    finally:
        if file is not sys.stdout:
            file.close()


if __name__ == "__main__":
    main()

"""`flowrun cache`: look at what is kept, bound it, or forget it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from engine.cache.folder import CacheFolder
from engine.errors import WorkflowError
from engine.sizes import parse_size, show_size

app = typer.Typer(no_args_is_help=True, help="Look at what runs left for later ones, bound it, or forget it.")

Folder = Annotated[Path, typer.Argument(help="A folder of workflows, or one workflow.")]
_DAY = 86_400


@app.command("list")
def list_(folder: Folder = Path()) -> None:
    """What is kept, the last used first."""
    from rich.console import Console
    from rich.table import Table

    cache = _cache(folder)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("Node", "Tool", "Kept", "Took"):
        table.add_column(column, no_wrap=True, overflow="ellipsis", max_width=24)
    for column in ("Records", "Size"):
        table.add_column(column, justify="right", no_wrap=True)
    for found in cache.entries.all():
        entry = found.entry
        records = max((facts.records for facts in entry.anchors.values()), default=0)
        age = _ago(time.time() - entry.saved)
        table.add_row(entry.node, entry.tool, age, f"{entry.seconds:.1f} s", f"{records:,}", show_size(found.size))
    console = Console()
    console.print(table)
    console.print(_told(cache), highlight=False)


@app.command()
def clear(folder: Folder = Path()) -> None:
    """Forget everything; the next run does all of its work."""
    cache = _cache(folder)
    size = cache.size
    cache.clear()
    typer.echo(f"Cleared {show_size(size)}.")


@app.command()
def size(
    folder: Folder = Path(),
    limit: Annotated[str, typer.Option(metavar="SIZE", help="Keep at most this much, as 20GB.")] = "",
) -> None:
    """How much is kept, and how much may be."""
    cache = _cache(folder)
    if limit:
        cache.limit = parse_size(limit, "--limit")
        cache.tidy()
    typer.echo(_told(cache))


def _cache(folder: Path) -> CacheFolder:
    home = folder.parent if folder.is_file() else folder
    if not home.is_dir():
        raise WorkflowError(f"There is no folder {folder}.")
    return CacheFolder(home.absolute())


def _told(cache: CacheFolder) -> str:
    return f"{show_size(cache.size)} of at most {show_size(cache.limit)}."


def _ago(seconds: float) -> str:
    for length, unit in ((_DAY, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit} ago"
    return "just now"

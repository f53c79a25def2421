"""How the command line shows things: tables that line up, bars for long work, one sentence for an error."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tasks import Countable

Step = TypeVar("Step", bound=Countable)

MOST_ROWS = 1000


def out() -> Console:
    """Standard output; as wide as its lines need where it is not a terminal."""
    return Console() if sys.stdout.isatty() else Console(width=200)


def show_table(title: str, rows: pl.DataFrame) -> None:
    """Print a frame as a table: numbers to the right, instants to the minute, nothing as a dash."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for name, kind in rows.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left", no_wrap=True)
    for row in rows.head(MOST_ROWS).iter_rows():
        table.add_row(*(_shown(value) for value in row))
    out().print(table)
    if len(rows) > MOST_ROWS:
        out().print(f"The first {MOST_ROWS} of {len(rows)} rows. `--format csv` writes them all.")


def with_bar(steps: Iterable[Step], what: str) -> Iterator[Step]:
    """Pass the steps on and show how far they came: a bar on a terminal, nothing otherwise (the log says it)."""
    if not sys.stderr.isatty():
        yield from steps
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(what, total=None)
        for step in steps:
            progress.update(bar, completed=step.done, total=step.total)
            yield step


def say(sentence: str) -> None:
    """Print a sentence."""
    out().print(sentence, highlight=False, soft_wrap=True, markup=False)


def complain(sentence: str) -> None:
    """Print what went wrong to standard error."""
    Console(stderr=True).print(f"Error: {sentence}", highlight=False, soft_wrap=True, markup=False, style="red")


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool | Decimal):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)

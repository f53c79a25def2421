"""The output of the command line: tables, sentences, one sentence for an error."""

import re
import sys
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console, JustifyMethod
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from wattlake.lake.store.rows import Rows

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 1000
FOLDED = ("message", "changed", "evidence")
WIDE = 10_000
SHORTEST_LINE = 30
SMALL = 0.001
NUMBERS = {int, float, Decimal}
COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def out() -> Console:
    """Open standard output; as wide as its lines need where it is not a terminal."""
    return Console() if sys.stdout.isatty() else Console(width=WIDE)


def show_table(title: str, rows: "Rows | pl.DataFrame") -> None:
    """Print rows as a table: numbers right, nothing as a dash, messages over several lines."""
    values = rows.rows if isinstance(rows, Rows) else rows.rows()
    say(f"\n{title}" if values else f"\n{title}: none")
    if not values:
        return
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name, is_number in _columns(rows):
        folds = name in FOLDED
        justify: JustifyMethod = "right" if is_number else "left"
        table.add_column(
            Text(_harmless(name)), justify=justify, no_wrap=not folds, min_width=SHORTEST_LINE if folds else None
        )
    for row in values[:MOST_ROWS]:
        table.add_row(*(Text(_harmless(_shown(value))) for value in row))
    console = _wide_enough(table)
    if console.is_terminal:
        console.print(table)
    else:
        with console.capture() as text:
            console.print(table)
        typer.echo("\n".join(line.rstrip() for line in text.get().splitlines()))
    if len(values) > MOST_ROWS:
        say(f"The first {MOST_ROWS:,} of {len(values):,} rows. `--format csv` writes them all.")


def _columns(rows: "Rows | pl.DataFrame") -> list[tuple[str, bool]]:
    """List the columns of rows, and whether each holds numbers."""
    if not isinstance(rows, Rows):
        return [(name, kind.is_numeric()) for name, kind in rows.schema.items()]
    kinds = [{type(value) for value in values} - {type(None)} for values in zip(*rows.rows, strict=True)]
    return [(name, bool(kind) and kind <= NUMBERS) for name, kind in zip(rows.names, kinds, strict=True)]


def _wide_enough(table: Table) -> Console:
    """Open standard output, wide enough that nothing of a line is cut.

    A line that does not fit the terminal is wrapped there.
    """
    wide, console = Console(width=WIDE), out()
    return console if Measurement.get(wide, wide.options, table).minimum <= console.width else wide


def say(sentence: str) -> None:
    """Print a sentence."""
    out().print(_harmless(sentence), highlight=False, soft_wrap=True, markup=False)


def note(sentence: str) -> None:
    """Print to standard error, on a terminal only, what a person who waits wants to know."""
    if sys.stderr.isatty():
        Console(stderr=True).print(_harmless(sentence), highlight=False, soft_wrap=True, markup=False, style="dim")


def complain(sentence: str) -> None:
    """Print what went wrong to standard error."""
    Console(stderr=True).print(
        f"Error: {_harmless(sentence)}", highlight=False, soft_wrap=True, markup=False, style="red"
    )


def _harmless(text: str) -> str:
    """Escape control characters and those that turn a text's direction.

    The text then does nothing to a terminal.
    """
    return COMMANDING.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, bool | Decimal):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}" if value == 0 or abs(value) >= SMALL else f"{value:.3g}"
    return str(value)

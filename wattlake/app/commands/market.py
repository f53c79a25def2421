"""The commands about the market: market compare."""

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import First, Last, days_between
from wattlake.app.progress import with_bar
from wattlake.app.render import show_table
from wattlake.lake.market.comparison import compare, compared

SHOWN = ("Look at it", 130)


commands = typer.Typer(no_args_is_help=True)


@commands.callback()
def market() -> None:
    """Look at the market: `compare` its mechanisms."""


@commands.command("compare")
def compare_mechanisms(first: First = None, last: Last = None) -> None:
    """Compute every mechanism on the same slots, on the terms of today; stored in gold.market_comparison."""
    days = days_between(first, last)
    if not days:
        raise ValueError("Give the days to compare the mechanisms on: --from and --to.")
    with recorded_command("market compare") as (lake, this):
        for _ in with_bar(compare(lake, days), "compare"):
            pass
        comparison = compared(lake.reader(), days)
        this.message = f"Compared {len(comparison)} mechanisms on {len(days):,} days."
    show_table(f"Mechanisms, {min(days)} to {max(days)}", comparison)

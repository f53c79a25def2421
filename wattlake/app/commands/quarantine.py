"""The commands about readings that were set aside: quarantine, quarantine list, quarantine replay."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.progress import with_bar
from wattlake.app.render import say, show_table
from wattlake.lake.contracts.quarantine import silver_of
from wattlake.lake.reports import quarantine as aside
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Look at it", 120)

commands = typer.Typer(invoke_without_command=True)

TableName = Annotated[
    str | None, typer.Argument(metavar="[TABLE]", help="Such as meter_reading; every table by default.")
]


@commands.callback()
def quarantine(context: typer.Context) -> None:
    """Show how many readings were set aside, by table and reason; `list` shows them, `replay` reads them again."""
    if context.invoked_subcommand:
        return
    counted = aside.counts(Lake(Settings(), read_only=True).reader())
    if counted.is_empty():
        say("Nothing is in quarantine.")
    else:
        show_table(f"{counted['readings'].sum():,} readings were set aside", counted)


@commands.command("list")
def list_readings(
    table: TableName = None,
    reason: Annotated[str | None, typer.Option(help="Only readings whose reason holds this text.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show at most.")] = 50,
) -> None:
    """Show readings that were set aside: why, of which landing, and what the source wrote."""
    tables = (aside.table_named(table),) if table else aside.TABLES
    readings = aside.readings(Lake(Settings(), read_only=True).reader(), tables, reason, limit + 1)
    if readings.is_empty():
        say("No reading like that is in quarantine.")
        return
    show_table("Readings that were set aside", readings.head(limit))
    if len(readings) > limit:
        say(f"There are more; --limit shows up to 1,000, and `wattlake sql` all of {', '.join(tables)}.")


@commands.command()
def replay(table: TableName = None) -> None:
    """Read everything anew of tables with readings in quarantine, and build: after a rule was changed.

    A changed mapping of meter files is taken in by `wattlake ingest smart_meters` first.
    """
    from wattlake.tasks.building import build, written

    with recorded_command("replay") as (lake, this):
        seen = aside.read_up_to(lake.reader())
        before = aside.held(lake.reader(), seen)
        wanted = [aside.table_named(table)] if table else list(before)
        wanted = [name for name in wanted if name in before]
        if wanted:
            lake.write(partial(aside.read_again, tables=wanted), lock="build")
            for wrote in written(list(with_bar(build(lake, this.run_id, datetime.now(UTC)), "replay"))):
                this.wrote(*wrote)
        after = aside.held(lake.reader(), seen)
        released = {name: before[name] - after.get(name, 0) for name in wanted}
        this.message = _said(released, after)
    say(this.message)


def _said(released: dict[str, int], after: dict[str, int]) -> str:
    if not released:
        return "Nothing to read again is in quarantine."
    return " ".join(
        f"{silver_of(table)}: {count:,} readings were released, {after.get(table, 0):,} stay in quarantine."
        if count >= 0
        else f"{silver_of(table)}: {-count:,} readings more are in quarantine, {after[table]:,} in all."
        for table, count in released.items()
    )

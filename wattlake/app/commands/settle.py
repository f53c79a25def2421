"""The commands that settle the trades: settle, settle verify."""

from datetime import UTC, date, datetime
from time import perf_counter
from typing import Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import INSTANT, INSTANT_FORMATS, First, Last, days_between, instant
from wattlake.app.progress import waiting, with_bar
from wattlake.app.render import complain, say
from wattlake.lake.market.ledger import Booked
from wattlake.lake.market.replay import replay
from wattlake.lake.market.settlement import settle as settle_days
from wattlake.lake.market.unsettled import unbooked
from wattlake.lake.market.verification import broken_links
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Fill the lake", 130)

commands = typer.Typer(invoke_without_command=True)

SLOTS_NAMED = 10


@commands.callback()
def settle(
    context: typer.Context,
    first: First = None,
    last: Last = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar=INSTANT,
            formats=INSTANT_FORMATS,
            help="Book nothing: settle from what was fetched by this UTC time, and compare with what was booked.",
        ),
    ] = None,
) -> None:
    """Settle the community's trades and book them: what changed since the last time, or the days given.

    A slot that is booked already and comes out the same is left alone; one that differs is taken back and booked
    again. Then the bills are built. `verify` checks the whole ledger.
    """
    if context.invoked_subcommand:
        return
    days = days_between(first, last)
    if as_of:
        _replay(instant(as_of) or as_of, days)
        return
    with recorded_command("settle") as (lake, this):
        booked, started, now_utc = Booked(), perf_counter(), datetime.now(UTC)
        for step in with_bar(settle_days(lake, now_utc, this.run_id, days), "settle"):
            booked += step.booked
            for table, rows in step.rows.items():
                this.wrote(table, rows, (perf_counter() - started) / len(step.rows))
            started = perf_counter()
        if booked.slots:
            from wattlake.tasks.building import build, written

            for wrote in written(list(with_bar(build(lake, this.run_id, now_utc), "build bills"))):
                this.wrote(*wrote)
        this.message = str(booked)
    say(this.message)


def _replay(as_of: datetime, days: frozenset[date]) -> None:
    from wattlake.tasks.producers import producers

    settings = Settings()
    configure_logging(settings.log_format)
    with waiting("settle"):
        replayed = replay(Lake(settings, read_only=True), producers(), as_of, days)
    say(
        f"From what had been fetched by {as_of:%Y-%m-%d %H:%M} UTC: {replayed.slots:,} slots, "
        f"{replayed.traded_kwh:,.6f} kWh traded for {replayed.bought_eur:,.6f} EUR."
    )
    if not replayed.differing:
        say("That is what was booked by then, to the milliwatt-hour and the micro-euro.")
        return
    named = ", ".join(f"{slot:%Y-%m-%d %H:%M}" for slot in replayed.differing[:SLOTS_NAMED])
    more = f" and {len(replayed.differing) - SLOTS_NAMED:,} more" if len(replayed.differing) > SLOTS_NAMED else ""
    say(f"{len(replayed.differing):,} slots were not booked so by then, or not yet: {named}{more}.")


@commands.command()
def verify() -> None:
    """Compute every hash of the ledger anew, and look for slots that should be settled; exit with 1 where one is wrong.

    A slot in which a member was there is settled, or has a reason: nothing was read, no weather, no price.
    """
    reader = Lake(Settings(), read_only=True).reader()
    with waiting("verify the ledger"):
        broken = [*broken_links(reader), *unbooked(reader)]
    for sentence in broken:
        complain(sentence)
    if broken:
        raise typer.Exit(1)
    links, slots = reader.execute(
        "select (select count(*) from ops.settlement), (select count(*) from gold.settled_slot)"
    ).fetchall()[0]
    say(f"The ledger is whole: {links:,} links with {slots:,} booked slots, every hash as it was booked.")

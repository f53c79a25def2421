"""The commands of the market: settle, settle verify, market compare, bill."""

from datetime import UTC, date, datetime
from time import perf_counter
from typing import Annotated

import typer

from wattlake.app.commands import INSTANT, INSTANT_FORMATS, First, Last, days_between, instant, recorded_command
from wattlake.app.render import complain, say, show_table, with_bar
from wattlake.lake.market.comparison import compare, compared
from wattlake.lake.market.ledger import Booked
from wattlake.lake.market.replay import replay
from wattlake.lake.market.settlement import settle as settle_days
from wattlake.lake.market.unsettled import unbooked
from wattlake.lake.market.verification import broken_links
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

HELP = {"help_option_names": ["-h", "--help"]}
settling = typer.Typer(rich_markup_mode="markdown", context_settings=HELP)
market = typer.Typer(rich_markup_mode="markdown", context_settings=HELP, no_args_is_help=True)

SLOTS_NAMED = 10


@settling.callback(invoke_without_command=True)
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
    found = replay(Lake(settings, read_only=True), producers(), as_of, days)
    say(
        f"From what had been fetched by {as_of:%Y-%m-%d %H:%M} UTC: {found.slots:,} slots, "
        f"{found.traded_wh / 1000:,.3f} kWh traded for {found.bought_micro_eur / 1e6:,.6f} EUR."
    )
    if not found.differing:
        say("That is what was booked by then, to the Wh and the micro-euro.")
        return
    named = ", ".join(f"{slot:%Y-%m-%d %H:%M}" for slot in found.differing[:SLOTS_NAMED])
    more = f" and {len(found.differing) - SLOTS_NAMED:,} more" if len(found.differing) > SLOTS_NAMED else ""
    say(f"{len(found.differing):,} slots were not booked so by then, or not yet: {named}{more}.")


@settling.command()
def verify() -> None:
    """Compute every hash of the ledger anew, and look for slots that should be settled; exit with 1 where one is wrong.

    A slot in which a member was there is settled, or has a reason: nothing was read, no weather, no price.
    """
    reader = Lake(Settings(), read_only=True).reader()
    broken = [*broken_links(reader), *unbooked(reader)]
    for sentence in broken:
        complain(sentence)
    if broken:
        raise typer.Exit(1)
    links, slots = reader.execute(
        "select (select count(*) from ops.settlement), (select count(*) from gold.settled_slot)"
    ).fetchall()[0]
    say(f"The ledger is whole: {links:,} links with {slots:,} booked slots, every hash as it was booked.")


@market.callback()
def about_the_market() -> None:
    """Look at the market: `compare` its mechanisms."""


@market.command("compare")
def compare_mechanisms(first: First = None, last: Last = None) -> None:
    """Compute every mechanism on the same slots, on the terms of today; stored in gold.market_comparison."""
    days = days_between(first, last)
    if not days:
        raise ValueError("Give the days to compare the mechanisms on: --from and --to.")
    with recorded_command("market compare") as (lake, this):
        for _ in with_bar(compare(lake, days), "compare"):
            pass
        found = compared(lake.reader(), days)
        this.message = f"Compared {len(found)} mechanisms on {len(days):,} days."
    show_table(f"Mechanisms, {min(days)} to {max(days)}", found)

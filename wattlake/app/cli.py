"""The ``wattlake`` command: what people start."""

import sys
from collections.abc import Callable
from importlib import metadata
from typing import Annotated

import duckdb
import filelock
import httpx
import polars as pl
import typer

from wattlake.app.commands import (
    ask,
    backfill,
    backtest,
    bill,
    dashboard,
    fleet,
    foresee,
    history,
    look,
    make,
    market,
    quality,
    quarantine,
    restore,
    work,
    world,
)
from wattlake.app.commands.map import map as map_command
from wattlake.app.prefect_server import quieten
from wattlake.app.render import complain
from wattlake.lake.errors import told
from wattlake.lake.reports.bill import NoBillError
from wattlake.lake.store.file_modes import keep_to_owner
from wattlake.lake.store.lake import LakeNotFoundError

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wattlake {metadata.version('wattlake')}, duckdb {duckdb.__version__}")
        raise typer.Exit


@cli.callback()
def wattlake(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """The lakehouse of an energy community.

    Meter files and APIs are landed, built into a star schema with DuckDB, settled, forecast a day ahead and shown
    in a dashboard.
    Settings come from the environment (`WATTLAKE_…`) or the project's `.env`; `.env.example` lists them.

    Try `wattlake demo`, then `wattlake status` and `wattlake dashboard`.
    """


PANELS: dict[str, list[Callable[..., None]]] = {
    "Fill the lake": [
        make.init,
        work.run,
        work.ingest,
        work.build,
        foresee.train,
        foresee.forecast,
        backfill.backfill,
        history.maintain,
        restore.backup,
        restore.restore,
        restore.repair,
        map_command,
    ],
    "Look at it": [
        look.status,
        quality.quality,
        bill.bill,
        fleet.fleet,
        foresee.explain,
        backtest.backtest,
        ask.sql,
        history.history,
        history.verify,
        look.dictionary,
        dashboard.dashboard,
    ],
    "Try it without data": [world.demo, world.simulate, fleet.simulate_fleet, world.sandbox],
}
for panel, commands in PANELS.items():
    for command in commands:
        cli.command(rich_help_panel=panel)(command)
cli.add_typer(quarantine.commands, name="quarantine", rich_help_panel="Look at it")
cli.add_typer(market.settling, name="settle", rich_help_panel="Fill the lake")
cli.add_typer(market.market, name="market", rich_help_panel="Look at it")


def main() -> None:
    """Run the command; what is wrong with the input or the world is told in a sentence, with exit code 2."""
    quieten()
    keep_to_owner()
    try:
        cli()
    except (
        LakeNotFoundError, NoBillError, ValueError, RuntimeError, OSError,
        filelock.Timeout, httpx.HTTPError, pl.exceptions.PolarsError, duckdb.Error,
    ) as error:  # fmt: skip
        if isinstance(error.__cause__, KeyboardInterrupt):  # so does DuckDB tell of Ctrl-C in the middle of a query
            _end("Interrupted. What was committed stays, and the next run goes on from there.", code=130)
        _end(told(error))
    except OverflowError as error:
        _end(f"That lies outside of the calendar, which has the years 1 to 9999 ({error}). Give other days, or fewer.")


def _end(sentence: str, code: int = 2) -> None:
    complain(sentence)
    sys.exit(code)


if __name__ == "__main__":
    main()

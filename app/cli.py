"""The ``wattlake`` command: what people start."""

import os
import sys
from collections.abc import Callable

import duckdb
import filelock
import httpx
import polars as pl
import pydantic
import typer

from app.commands import look, work, world
from app.render import complain
from lake.catalog import LakeNotFoundError

# Prefect speaks at length of the servers it starts, and prints the traceback of every failure; a person at a terminal
# wants to hear of the work, and of a failure in a sentence. What Prefect keeps of a run is the same as ever.
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cli.callback()
def wattlake() -> None:
    """The lakehouse of an energy community.

    Meter files and APIs are landed, built into a star schema with DuckDB, forecast a day ahead and shown in a
    dashboard.
    Settings come from the environment (`WATTLAKE_…`) or the project's `.env`; `.env.example` lists them.

    Try `wattlake demo`, then `wattlake status` and `wattlake dashboard`.
    """


PANELS: dict[str, list[Callable[..., None]]] = {
    "Fill the lake": [work.run, work.ingest, work.build, work.forecast, work.maintain],
    "Look at it": [look.status, look.sql, look.dashboard],
    "Try it without data": [world.demo, world.simulate, world.sandbox],
}
for panel, commands in PANELS.items():
    for command in commands:
        cli.command(rich_help_panel=panel)(command)


def main() -> None:
    """Run the command; what is wrong with the input or the world is told in a sentence, with exit code 2."""
    try:
        cli()
    except pydantic.ValidationError as error:
        wrong = "; ".join(f"WATTLAKE_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
        _end(f"A setting is wrong. {wrong}.")
    except (
        LakeNotFoundError, ValueError, RuntimeError, OSError,
        filelock.Timeout, httpx.HTTPError, pl.exceptions.PolarsError,
    ) as error:  # fmt: skip
        _end(str(error))
    except duckdb.Error as error:
        _end(str(error).split("\n\n")[0].replace("\n", " "))


def _end(sentence: str) -> None:
    complain(sentence)
    sys.exit(2)


if __name__ == "__main__":
    main()

"""The ``wattlake`` command: what people start."""

import sys
from typing import Annotated

import typer

from wattlake.app.command_folder import CommandFolder
from wattlake.app.prefect_server import quieten
from wattlake.app.render import complain
from wattlake.lake.store.file_modes import keep_to_owner

ERRORS = {"duckdb": "Error", "filelock": "Timeout", "httpx": "HTTPError", "polars.exceptions": "PolarsError"}
"""The errors of libraries that are told in a sentence, by the module that has them."""

cli = typer.Typer(
    cls=CommandFolder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        import duckdb

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


def main() -> None:
    """Run the command; tell an error of the input or the world in a sentence, with exit code 2."""
    quieten()
    keep_to_owner()
    try:
        cli()
    except SystemExit:  # It ended as it should; what could have gone wrong need not be imported.
        raise
    except _foreseen() as error:
        from wattlake.lake.errors import told

        if isinstance(error.__cause__, KeyboardInterrupt):  # so does DuckDB tell of Ctrl-C in the middle of a query
            _end("Interrupted. What was committed stays, and the next run goes on from there.", code=130)
        _end(told(error))
    except OverflowError as error:
        _end(f"That lies outside of the calendar, which has the years 1 to 9999 ({error}). Give other days, or fewer.")


def _foreseen() -> tuple[type[Exception], ...]:
    """List the errors that are told in a sentence.

    Only a library that is loaded can have raised one, so none is imported to look.
    """
    from wattlake.lake.reports.bill import NoBillError
    from wattlake.lake.store.lake import LakeNotFoundError

    of_libraries = (getattr(sys.modules[name], error) for name, error in ERRORS.items() if name in sys.modules)
    return (LakeNotFoundError, NoBillError, ValueError, RuntimeError, OSError, *of_libraries)


def _end(sentence: str, code: int = 2) -> None:
    complain(sentence)
    sys.exit(code)


if __name__ == "__main__":
    main()

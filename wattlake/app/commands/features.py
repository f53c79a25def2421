"""The command that writes the features of issued forecasts to a file: features."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import INSTANT, INSTANT_FORMATS, First, Last, check_folder_of, days_between
from wattlake.app.progress import waiting
from wattlake.app.render import say

SHOWN = ("Look at it", 55)


def features(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write them: a .parquet or a .csv file.")],
    first: First = None,
    last: Last = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            metavar=INSTANT,
            formats=INSTANT_FORMATS,
            help="Of each slot only what was known at this UTC time: its newest issue by then; all issues by default.",
        ),
    ] = None,
    members: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Members, with commas between; all by default.")
    ] = None,
) -> None:
    """Write the features of issued forecasts to a file, as the model was given them.

    One row is one member's slot in one issue, of the UTC days from `--from` to `--to`.
    """
    from wattlake.app.spreadsheet import csv_of
    from wattlake.tasks.forecasts.issued_features import issued_features

    _check(out)
    wanted = [name.strip() for name in members.split(",")] if members is not None else None
    with waiting("features"):
        rows = issued_features(lake_as_of(None).reader(), days_between(first, last), wanted, at)
    out.write_bytes(csv_of(rows)) if out.suffix == ".csv" else rows.write_parquet(out)
    issues = rows["issued_at_utc"].n_unique()
    say(f"Wrote {out}: {rows.height:,} rows, of {rows['member_id'].n_unique():,} members in {issues:,} issues.")


def _check(file: Path) -> None:
    """Refuse a file that cannot be written.

    Raises:
        ValueError: it is of another kind, or its folder is not there.
    """
    if file.suffix not in (".parquet", ".csv"):
        raise ValueError(f"{file.name} is neither Parquet nor CSV. Name a file that ends in .parquet or .csv.")
    check_folder_of(file)

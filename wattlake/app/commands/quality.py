"""The command that shows what the checks said: quality."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from wattlake.app.progress import waiting
from wattlake.app.render import complain, say, show_table
from wattlake.lake.quality.report import Finding, failures_of_last_build, findings, last_build, tables_checked
from wattlake.lake.reports.quality_page import page
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Look at it", 20)

KEYS_PRINTED = 5


def quality(
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one page with all of it, for a browser.")
    ] = None,
) -> None:
    """Show what the checks of the builds said last, the worst first; exit with 1 where the last build failed one."""
    lake = Lake(Settings(), read_only=True)
    with waiting("quality"):
        reader = lake.reader()
        last = last_build(reader)
        found = findings(reader)
    if last is None:
        say("No build has checked anything yet. Run `wattlake build`.")
        return
    if html:
        _write(html, page(reader, lake.settings.data, datetime.now(UTC)))
    show_table("Checks by table, as each said last", _by_table(found))
    for one in found:
        if one.is_wrong or one.is_unlikely:
            _tell(one)
    failures = failures_of_last_build(reader)
    if failures:
        said = "; ".join(f"{one.table_name}: {one.check_name}" for one in failures)
        complain(f"The last build, on {last[1]:%Y-%m-%d %H:%M} UTC, was rolled back. It broke {said}.")
        raise typer.Exit(1)
    say(f"\nThe last build, on {last[1]:%Y-%m-%d %H:%M} UTC, passed every check that guards the tables.")


def _by_table(found: list[Finding]) -> pl.DataFrame:
    rows = [
        (
            table,
            len(said),
            sum(one.is_wrong for one in said),
            sum(one.is_unlikely for one in said),
            max((one.checked_at_utc for one in said), default=None),
        )
        for table, said in tables_checked(found)
    ]
    schema = {"table": pl.String, "checks": pl.Int64, "failed": pl.Int64, "warned": pl.Int64, "last_utc": pl.Datetime}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _tell(one: Finding) -> None:
    """One finding in a line, and the first rows that it found."""
    say(
        f"\n{one.severity}  {one.table_name}: {one.check_name}. "
        f"{one.rows_failing:,} of {one.rows_seen:,}, on {one.checked_at_utc:%Y-%m-%d %H:%M} UTC"
    )
    for key in one.keys[:KEYS_PRINTED]:
        say(f"      {json.dumps(key, ensure_ascii=False)}")
    more = min(len(one.keys), one.rows_failing) - KEYS_PRINTED
    if more > 0:
        say(f"      … and {more:,} more, in ops.check_result")


def _write(file: Path, text: str) -> None:
    if not file.parent.is_dir():
        raise ValueError(f"There is no folder `{file.parent}` to write {file.name} to. Make it, or name another.")
    file.write_text(text, encoding="utf-8")
    say(f"Wrote {file}.")

"""The command that shows what the checks said: quality."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._options import check_folder_of
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
        checked = findings(reader)
    if last is None:
        say("No build has checked anything yet. Run `wattlake build`.")
        return
    if html:
        _write(html, page(reader, lake.settings.data, datetime.now(UTC)))
    show_table("Checks by table, as each said last", _by_table(checked))
    for finding in checked:
        if finding.is_wrong or finding.is_unlikely:
            _tell(finding)
    failures = failures_of_last_build(reader)
    if failures:
        broken = "; ".join(f"{finding.table_name}: {finding.check_name}" for finding in failures)
        complain(f"The last build, on {last[1]:%Y-%m-%d %H:%M} UTC, was rolled back. It broke {broken}.")
        raise typer.Exit(1)
    say(f"\nThe last build, on {last[1]:%Y-%m-%d %H:%M} UTC, passed every check that guards the tables.")


def _by_table(checked: list[Finding]) -> pl.DataFrame:
    rows = [
        (
            table,
            len(of_table),
            sum(finding.is_wrong for finding in of_table),
            sum(finding.is_unlikely for finding in of_table),
            max((finding.checked_at_utc for finding in of_table), default=None),
        )
        for table, of_table in tables_checked(checked)
    ]
    schema = {"table": pl.String, "checks": pl.Int64, "failed": pl.Int64, "warned": pl.Int64, "last_utc": pl.Datetime}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _tell(finding: Finding) -> None:
    """One finding in a line, and the first rows that it found."""
    say(
        f"\n{finding.severity}  {finding.table_name}: {finding.check_name}. "
        f"{finding.rows_failing:,} of {finding.rows_seen:,}, on {finding.checked_at_utc:%Y-%m-%d %H:%M} UTC"
    )
    for key in finding.keys[:KEYS_PRINTED]:
        say(f"      {json.dumps(key, ensure_ascii=False)}")
    more = min(len(finding.keys), finding.rows_failing) - KEYS_PRINTED
    if more > 0:
        say(f"      … and {more:,} more, in ops.check_result")


def _write(file: Path, text: str) -> None:
    check_folder_of(file)
    file.write_text(text, encoding="utf-8")
    say(f"Wrote {file}.")

"""The command that lists the solar fleet's cases: fleet."""

from datetime import date, timedelta
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import AsOfOption
from wattlake.app.ready import READY
from wattlake.app.render import say, show_table
from wattlake.lake.sql import Connection, literal
from wattlake.lake.store.rows import read_rows

SHOWN = ("Look at it", 40)


def fleet(
    closed: Annotated[bool, typer.Option("--all", help="Cases that are over, too.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """List what is wrong with the panels of the solar fleet, the worst first, and what was not read by day.

    Exit with 1 where a case is open.
    """
    reader = lake_as_of(as_of).reader()
    ((panels, plants, newest),) = reader.execute(
        "select count(distinct (plant_id, panel_id)), count(distinct plant_id), max(period_start_utc)::date "
        "from warehouse.fact_panel_kpi_daily"
    ).fetchall()
    if not panels:
        say("No plant's files have been built. docs/solar-fleet.md says how to bring them.")
        return
    cases = reader.execute(READY["panel_cases"].read_text(encoding="utf-8")).pl()
    shown = cases if closed else cases.filter("is_open").drop("is_open")
    _show_holes(reader, newest, closed)
    fleet_size = f"{panels:,} panels of {plants:,} {'plant' if plants == 1 else 'plants'}, up to {newest}"
    show_table("Cases, the worst first", shown)
    is_open = cases["is_open"].sum()
    say(f"\n{fleet_size}: {is_open:,} with an open case, losing {_per_day(cases):,.1f} kWh a day.")
    if is_open:
        raise typer.Exit(1)


def _show_holes(reader: Connection, newest: date, with_old: bool) -> None:
    """Show when a plant or its sensor was not read by day: in the last two weeks, or ever."""
    since = date.min if with_old else newest - timedelta(days=13)
    holes = read_rows(
        reader,
        "select plant_id, missing, from_utc, to_utc, missing_minutes from warehouse.plant_hole "
        f"where to_utc >= {literal(since)} order by to_utc desc, plant_id, missing",
    )
    if holes.rows:
        show_table("Not read by day, the newest first", holes)


def _per_day(cases: pl.DataFrame) -> float:
    return float(cases.filter("is_open")["loss_kwh_per_day"].sum() or 0)

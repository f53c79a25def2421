"""The command that lists the solar fleet's cases: fleet."""

from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import AsOfOption
from wattlake.app.ready import READY
from wattlake.app.render import say, show_table

SHOWN = ("Look at it", 40)


def fleet(
    closed: Annotated[bool, typer.Option("--all", help="Cases that are over, too.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """List what is wrong with the panels of the solar fleet, the worst first; exit with 1 where anything is."""
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
    fleet_size = f"{panels:,} panels of {plants:,} {'plant' if plants == 1 else 'plants'}, up to {newest}"
    show_table("Cases, the worst first", shown)
    is_open = cases["is_open"].sum()
    say(f"\n{fleet_size}: {is_open:,} with an open case, losing {_per_day(cases):,.1f} kWh a day.")
    if is_open:
        raise typer.Exit(1)


def _per_day(cases: pl.DataFrame) -> float:
    return float(cases.filter("is_open")["loss_kwh_per_day"].sum() or 0)

"""The commands of the solar fleet: fleet, simulate-fleet."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands import DAY, DAY_FORMATS, AsOfOption, Folder, Seed, lake_as_of
from wattlake.app.ready import READY
from wattlake.app.render import say, show_table


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


def simulate_fleet(
    out: Folder,
    panels: Annotated[int, typer.Option(min=1, max=10_000, help="Inverters of the fleet.")] = 22,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Days of readings.")] = 34,
    plants: Annotated[int, typer.Option(min=1, max=1_000, help="Plants that they are spread over.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="Panels that have each kind of fault.")] = 1,
    seed: Seed = 7,
    until: Annotated[
        datetime | None,
        typer.Option(metavar=DAY, formats=DAY_FORMATS, help="Day the readings end before; today by default."),
    ] = None,
) -> None:
    """Write a simulated solar fleet: files of inverters and of the weather, a register, and faults to be found.

    Point `WATTLAKE_INVERTERS` at what it writes, then `wattlake ingest inverters`, `wattlake build`, `wattlake fleet`.
    """
    from wattlake.app.sandbox import fleet as sandbox

    end: date = until.date() if until else datetime.now(UTC).date()
    made = sandbox.simulate_fleet(panels, days, seed, out, end, plants, faults)
    say(
        f"Wrote {made.readings:,} readings of {panels:,} panels and the register to {made.folder}; "
        f"{out / 'planted_faults.csv'} says which of them have a fault."
    )

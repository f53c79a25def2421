"""``python -m benchmarks.unusual_days``: what the model of days finds that the rules do not.

The tables are made by the build's own SQL and producer, in memory, from files of half-hours in London's format.
"""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer

from harness.lake_steps import plain_tables
from wattlake.app.markdown import renew
from wattlake.app.render import say, show_table
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.producers.unusual_day import produce

TABLES = ("calendar", "energy_flow", "energy_balance_daily", "unusual_load", "flat_line", "anomaly", "unusual_day")
FEWEST = 5
"""Of what stands out on fewer days than this there is one row."""
READINGS = """
    insert into silver.meter_reading by name
    select distinct
        "LCLid" as meter_id, tstp::timestamp as period_start_utc, 30 as period_minutes, 'measured' as provenance,
        try_cast(trim("energy(kWh/hh)") as decimal(18, 6)) as energy_kwh, period_start_utc as known_at_utc
    from read_csv($files, all_varchar = true)
    where energy_kwh is not null
"""
MEMBERS = """
    insert into gold.member_version by name
    select distinct
        meter_id as member_id, meter_id, 'london' as "zone", timestamp '2000-01-01' as valid_from_utc, 0.0 as panel_kwp
    from silver.meter_reading;
    insert into gold.member_meter by name
    select member_id, meter_id, valid_from_utc, "zone", 'consumption' as measures from gold.member_version
"""
FINDINGS = """
    with by_rules as (
        select distinct member_id, date_trunc('day', period_start_utc) as period_start_utc from gold.anomaly
    ),
    found_day as (
        select
            stands_out || if(deviations < 0, ', less', ', more') as kind,
            if(count(*) over (partition by kind) >= $fewest, kind, 'others') as finding,
            consumption_kwh / usual_kwh as usual_ratio,
            by_rules.member_id is not null as is_by_rules
        from gold.unusual_day left join by_rules using (member_id, period_start_utc)
    )
    select
        finding as stands_out,
        count(*) as days,
        count(*) filter (is_by_rules) as also_by_rules,
        round(median(usual_ratio), 2) as median_of_usual
    from found_day group by finding order by finding = 'others', days desc, finding
"""
JUDGED = "select count(*) from gold.energy_balance_daily where consumption_minutes >= 20 * 60 and consumption_kwh > 0"
BY_RULES = "select count(distinct (member_id, date_trunc('day', period_start_utc))) from gold.anomaly"


def unusual_days(
    files: Annotated[Path, typer.Option("--data", help="Folder of CSV files of half-hours, as London's are.")],
    into: Annotated[Path | None, typer.Option(help="Markdown file in which the table is renewed.")] = None,
) -> None:
    """Flag the days of real homes by the model, and say which of them a rule flags, too."""
    with duckdb.connect() as tables:
        build(tables, sorted(str(path) for path in files.glob("*.csv")))
        rows = tables.execute(FINDINGS, {"fewest": FEWEST}).pl()
        (judged, by_rules) = (tables.execute(sql).fetchall()[0][0] for sql in (JUDGED, BY_RULES))
    title = (
        f"Of {judged:,} days of homes in {files.name} the model flags {rows['days'].sum():,}, the rules have a slot on "
        f"{by_rules:,}; both on {rows['also_by_rules'].sum():,}"
    )
    say(title)
    show_table("Days unlike the month before", rows)
    if into:
        renew(into, "unusual days", title, {"what stands out, and the day's energy by the usual one": rows})


def build(tables: Connection, files: list[str]) -> None:
    """Build the tables that days are judged by, month by month."""
    plain_tables(tables)
    tables.execute("set timezone = 'UTC'")
    tables.execute(READINGS, {"files": files})
    tables.execute(MEMBERS)
    span = "select min(period_start_utc), max(period_start_utc) from silver.meter_reading"
    first, last = tables.execute(span).fetchall()[0]
    months = pl.datetime_range(first.replace(day=1, hour=0, minute=0), last, "1mo", eager=True).to_list()
    for name in TABLES:
        for begin, end in pairwise([*months, datetime(2100, 1, 1)]):  # noqa: DTZ001 – as stored
            make(tables, name, begin, end)
            if not models()[f"gold.{name}"].by_period:
                break


def make(tables: Connection, name: str, begin: datetime, end: datetime) -> None:
    """Insert the rows of a table of gold between two instants."""
    sql = fill(models()[f"gold.{name}"].sql, Settings(), {"from_utc": begin, "to_utc": end})
    if name == "unusual_day":
        tables.register("produced", produce(tables.execute(sql).pl()).to_arrow())
        sql = "from produced"
    tables.execute(f"insert into gold.{name} by name {sql}")


if __name__ == "__main__":
    typer.run(unusual_days)

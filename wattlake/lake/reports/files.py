"""Tell of each file what was landed of it, and what a build made of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.sql import Connection, quoted, scalar
from wattlake.lake.store.rows import Rows, read_rows

LISTED_FILES = 20
THINGS_AND_ENERGY = {
    "smart_meters": ("silver.meter_reading", "meter_id", "energy_kwh"),
    "inverters": ("silver.inverter_reading", "panel_id", "energy_of_power(greatest(ac_power_w, 0), period_minutes)"),
}
"""Of sources whose files hold readings: their silver table, the column of what was metered, and its energy in kWh."""

LANDED = """
    select
        source, name as file, regexp_extract(archive_path, '\\.([^/]*)\\.zst$', 1) as format,
        coalesce(mapping, 'none needed') as mapping, rows
    from ops.landing where run_id = ? and source in ({sources}) order by source, landing_id
"""

MADE = """
    with reading as (
        select
            _landing_id as landing_id, count(*) as readings, count(distinct {thing}) as meters,
            min(period_start_utc) as first_utc, max(period_start_utc + to_minutes(period_minutes)) as end_utc,
            sum({energy}) as kwh
        from {silver} where _landing_id > {after} group by _landing_id
    ),

    reason as (
        select _landing_id as landing_id, quarantine_reason, count(*) as readings
        from {quarantine} where _landing_id > {after} group by all
    ),

    aside as (
        select
            landing_id, sum(readings)::bigint as readings,
            string_agg(quarantine_reason || ' ' || readings, ', ' order by readings desc, quarantine_reason) as reasons
        from reason group by landing_id
    )

    select
        landing.name as file, coalesce(landing.mapping, 'none needed') as mapping, reading.meters, reading.first_utc,
        reading.end_utc, round(reading.kwh, 3) as kwh, coalesce(reading.readings, 0) as in_silver,
        coalesce(aside.readings, 0) as set_aside, aside.reasons
    from ops.landing as landing
    left join reading using (landing_id) left join aside using (landing_id)
    where landing.source = {source} and landing.landing_id > {after}
    order by landing.landing_id
"""


def files_landed(connection: Connection, run_id: str, sources: Iterable[str]) -> Rows:
    """List the files that a run landed.

    Args:
        connection: with the lake as its current database.
        run_id: the run.
        sources: those that come as files.

    Returns:
        ``source``, ``file``, ``format``, ``mapping`` and ``rows``, in the order they were landed.
    """
    listed_sources = ", ".join(quoted(source) for source in sources) or quoted("")
    return read_rows(connection, LANDED.format(sources=listed_sources), [run_id])


def read_up_to(connection: Connection) -> dict[str, int]:
    """Give the newest landing that a build has read, of each source whose files hold readings."""
    asked = "select coalesce(max(landing_id), 0) from ops.progress where table_name = ?"
    return {source: scalar(connection, asked, [silver]) for source, (silver, *_) in THINGS_AND_ENERGY.items()}


def made_of_files(connection: Connection, after: Mapping[str, int]) -> dict[str, Rows]:
    """Count what silver has of each file landed after some, and what was set aside.

    Args:
        connection: with the lake as its current database.
        after: the newest landing of each source that is left out; none by default.

    Returns:
        By source: ``file``, ``mapping``, ``meters``, ``first_utc``, ``end_utc``, ``kwh``, ``in_silver``, ``set_aside``
        and ``reasons``, in the order they were landed. What later files replaced is not in silver.
    """
    made = {
        source: read_rows(
            connection,
            MADE.format(
                source=quoted(source),
                silver=silver,
                quarantine=quarantine_of(silver),
                thing=thing,
                energy=energy,
                after=after.get(source, 0),
            ),
        )
        for source, (silver, thing, energy) in THINGS_AND_ENERGY.items()
    }
    return {source: files for source, files in made.items() if files.rows}


def total_of(files: Rows) -> str:
    """Sum up files: how many, and the totals of their rows or readings and energy."""
    sums: dict[str, Any] = {
        name: sum(value for value in files.column(name) if value is not None)
        for name in ("rows", "in_silver", "kwh", "set_aside")
        if name in files.names
    }
    words = {"rows": "rows", "in_silver": "readings in silver", "kwh": "kWh", "set_aside": "set aside"}
    return f"{len(files.rows):,} files: " + ", ".join(f"{value:,} {words[name]}" for name, value in sums.items())

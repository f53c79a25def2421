"""What a lake must keep whatever happens to it, asked of it in a second; and its content, as hashes."""

import hashlib

import zstandard

from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.reports.status import content_hash
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

CALENDAR = ("gold.calendar", "warehouse.dim_time")
"""No landing changes them, and with forty years of slots they take longer than all others."""

LAYERS = ("bronze.", "silver.", "quarantine.", "gold.", "warehouse.")

ONE_SNAPSHOT = """
    select
        (select coalesce(sum(consumption_kwh), 0) from gold.energy_flow),
        (select coalesce(sum(consumption_kwh), 0) from gold.energy_balance_daily),
        (select coalesce(sum(consumption_kwh), 0) from gold.energy_flow where member_id = 'cleo'),
        (select coalesce(sum(energy_kwh), 0) from gold.meter_daily where meter_id = 'MAC3')
"""
"""Three tables in one query: slots add up to days, and cleo's slots to what her meter MAC3 has read."""

PROMISES = {
    "a landing is there twice": """
        select count(*) from (
            select 1 from ops.landing group by source, landing_id having count(*) > 1
            union all
            select 1 from ops.landing group by source, name, sha256 having count(*) > 1
        )
    """,
    "production + deficit = consumption + surplus does not hold in gold.energy_flow": """
        select count(*) from gold.energy_flow where production_kwh + deficit_kwh <> consumption_kwh + surplus_kwh
    """,
    "gold.energy_flow has a key twice": """
        select count(*) - count(distinct (member_id, period_start_utc)) from gold.energy_flow
    """,
    "silver.meter_reading has a key twice": """
        select count(*) - count(distinct (meter_id, period_start_utc)) from silver.meter_reading
    """,
}


def broken_promises(lake: Lake) -> list[str]:
    """What the lake does not keep, a sentence each."""
    connection = lake.reader()
    connection.execute("begin")
    broken = [name for name, sql in PROMISES.items() if connection.execute(sql).fetchall() != [(0,)]]
    broken += mixture(connection) + _unaccounted(connection) + _bronze_and_archive(lake, connection)
    connection.close()
    return broken


def mixture(connection: Connection) -> list[str]:
    """What three tables say that cannot be true of one moment."""
    ((slots, days, of_cleo, of_her_meter),) = connection.execute(ONE_SNAPSHOT).fetchall()
    differing = [] if slots == days else [f"slots say {slots} kWh, days say {days} kWh"]
    if of_cleo != of_her_meter:
        differing.append(f"cleo has {of_cleo} kWh, her meter {of_her_meter} kWh")
    return differing


def content(lake: Lake, layers: tuple[str, ...] = LAYERS) -> dict[str, str]:
    """A hash of every table of some layers but the calendar, and of what was landed under which number.

    Views say nothing more than the tables they are made of, and to hash them takes as long again.
    """
    connection = lake.reader()
    connection.execute("begin")  # In one transaction DuckLake looks up snapshot and tables once.
    names = [name for name in contracts() if name.startswith(layers) and name not in CALENDAR and not is_view(name)]
    hashes = {name: content_hash(connection, name) for name in names}
    landed = connection.execute(
        "select source, landing_id, name, sha256, bytes, rows from ops.landing order by all"
    ).fetchall()
    connection.close()
    return hashes | {"ops.landing": hashlib.sha256(repr(landed).encode()).hexdigest()}


def _unaccounted(connection: Connection) -> list[str]:
    """The silver tables for which readings landed = in silver + superseded + repeated + quarantined does not hold."""
    counted = " union all ".join(
        f"select '{name}' as table_name, (select count(*) from {name}) as kept, "
        f"(select count(*) from {name.replace('silver.', 'quarantine.')}) as set_aside"
        for name in contracts()
        if name.startswith("silver.")
    )
    wrong = connection.execute(
        f"""
        select table_name, kept, set_aside, sum(landed - superseded - repeated - quarantined), sum(quarantined)
        from ({counted}) left join ops.reconciliation using (table_name)
        group by all
        having kept <> coalesce(sum(landed - superseded - repeated - quarantined), 0)
            or set_aside <> coalesce(sum(quarantined), 0)
        """
    ).fetchall()
    return [
        f"{name} holds {kept} and {aside} set aside, not {is_due} and {due}" for name, kept, aside, is_due, due in wrong
    ]


def _bronze_and_archive(lake: Lake, connection: Connection) -> list[str]:
    """What is missing of what was landed: rows of bronze, or the bytes in the archive."""
    broken = []
    storage = Storage(lake.settings)
    landings = connection.execute("select source, landing_id, archive_path, sha256, rows from ops.landing").fetchall()
    for source in sorted({source for source, *_ in landings}):
        counted = dict(connection.execute(f"select _landing_id, count(*) from bronze.{source} group by all").fetchall())
        expected = {landing_id: rows for of, landing_id, _, _, rows in landings if of == source and rows}
        broken += [f"bronze.{source} has the rows {counted}, not {expected}"] if counted != expected else []
    for _, _, path, sha256, _ in landings:
        with zstandard.ZstdDecompressor().stream_reader(storage.read(path)) as original:
            if hashlib.sha256(original.read()).hexdigest() != sha256:
                broken.append(f"{path} is not what was landed")
    return broken

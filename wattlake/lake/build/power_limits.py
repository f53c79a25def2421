"""Set readings aside that are more than their meter's connection can carry.

The register says what a connection carries, for all meters of an entry: of the entries that the newest landing has of a
meter the greatest counts, of today's register for readings of all times. Where it does not say, the setting does.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal

from wattlake.lake.build.duplicates import Readings, Workbench
from wattlake.lake.landing.landed_mappings import LandedMapping, runs_of_landings
from wattlake.lake.mapping.readings import select_readings
from wattlake.lake.models.graph import Model, fill_in, models
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, literal, scalar

TABLE = "silver.meter_reading"
TOLERANCE = Decimal("1.1")
"""A fuse carries a tenth more than it is rated for, for hours; readings that are wrong are far beyond."""


@dataclass(frozen=True)
class PowerLimits:
    """What the connections of meters carry at most, in kW.

    Attributes:
        of_all: of the meters of which the register says nothing; ``None`` where there is no limit.
        by_meter: what the register says.
    """

    of_all: Decimal | None = None
    by_meter: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def are_any(self) -> bool:
        """Say whether any reading can be beyond a limit."""
        return self.of_all is not None or bool(self.by_meter)


NO_LIMITS = PowerLimits()


def read_limits(connection: Connection, mappings: Sequence[LandedMapping], settings: Settings) -> PowerLimits:
    """Read what the connections of meters carry, by the register and the setting."""
    return PowerLimits(settings.connection_kw, _registered_limits(connection, mappings))


def _registered_limits(connection: Connection, mappings: Sequence[LandedMapping]) -> dict[str, Decimal]:
    """Read from the landed register what the connection of each meter carries, in kW.

    It is read from bronze, so that a build and its plan know the same before either has read the register.
    """
    is_said = "select count(*) from bronze.members where connection_kw is not null"
    is_mapped = any(landed.source == "members" for landed in mappings)
    newest = scalar(connection, "select coalesce(max(landing_id), 0) from ops.landing where source = 'members'")
    if not newest or not (is_mapped or scalar(connection, is_said)):
        return {}
    with closing(connection.cursor()) as cursor:
        cursor.execute("use lake")
        limits: dict[str, Decimal | None] = {}
        for (first, last), mapping in runs_of_landings(cursor, mappings, "members", (1, newest)):
            window = {"from_landing": first, "to_landing": last}
            model = models()["silver.member"]
            sql = select_readings(mapping, window) if mapping else fill_in(model.sql, window)
            limits |= dict(cursor.execute(_newest_by_meter(sql)).fetchall())
    return {meter: limit for meter, limit in sorted(limits.items()) if limit is not None}


def set_impossible_aside(bench: Workbench, model: Model, readings: Readings, limits: PowerLimits) -> None:
    """Set aside the readings that are beyond the limit of their meter.

    They are read once more, for their original text.
    """
    if model.table != TABLE or not limits.are_any:
        return
    limit = f"{bench.reading}_limit"
    bench.cursor.execute(
        f"create table {limit} as select unnest(?) as meter_id, unnest(?)::decimal(9, 3) as connection_kw",
        [list(limits.by_meter), [str(kw) for kw in limits.by_meter.values()]],
    )
    of_all = "null" if limits.of_all is None else f"{limits.of_all:f}"
    beyond = f"energy_kwh * 60 > coalesce(connection_kw, {of_all}) * {TOLERANCE} * period_minutes"
    marked = f"from {bench.reading} as reading left join {limit} as registered using (meter_id) where {beyond}"
    ends = bench.cursor.execute(f"select min(_landing_id), max(_landing_id) {marked}").fetchall()[0]
    if ends[0] is None:
        return
    bench.lake.execute(
        f"""
        insert into {bench.aside}
        select _landing_id, {_reason(of_all)}, original
        from ({readings(*ends, "true")}) as reading
        left join {limit} as registered using (meter_id)
        where quarantine_reason is null and {beyond}
        """
    )
    bench.cursor.execute(f"delete from {bench.reading} where rowid in (select reading.rowid {marked})")


def _reason(of_all: str) -> str:
    """Write the SQL of the reason, which names the limit and who said it."""
    of_register = "'more than its connection of ' || cast(connection_kw::double as varchar) || ' kW carries (register)'"
    of_setting = literal(f"more than a connection of {of_all} kW carries (WATTLAKE_CONNECTION_KW)")
    return f"coalesce({of_register}, {of_setting})"


def _newest_by_meter(sql: str) -> str:
    """Write the SELECT of the greatest limit that the newest landing of each meter gives it."""
    return f"""
        with entry as (select * from ({sql}) where quarantine_reason is null)
        select meter_id, max(connection_kw)
        from (
            select unnest([meter_id, production_meter_id]) as meter_id, connection_kw, _landing_id from entry
        )
        where meter_id is not null
        group by meter_id, _landing_id
        qualify _landing_id = max(_landing_id) over (partition by meter_id)
    """

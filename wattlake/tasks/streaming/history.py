"""The lake's readings for a replay, with what the register says of their meters."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wattlake.lake.sql import Connection, literal
from wattlake.lake.times import aware_utc, naive_utc
from wattlake.tasks.streaming.replayed import Meter, Reading

ROWS_AT_ONCE = 10_000


class LakeHistory:
    """A lake's readings, as a replay asks for them."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection that nobody else uses meanwhile."""
        self._connection = connection

    def readings(self, from_utc: datetime, to_utc: datetime) -> Iterator[Reading]:
        """Read a stretch's readings in order of their starts, some thousands at a time."""
        rows = self._connection.execute(f"""
            select
                reading.meter_id,
                owned.measures,
                reading.period_start_utc,
                reading.period_minutes,
                reading.energy_kwh,
                if(reading.provenance = 'simulated', 'simulated', reading.quality)
            from silver.meter_reading as reading
            left join gold.member_meter as owned
                on reading.meter_id = owned.meter_id
                and reading.period_start_utc >= owned.valid_from_utc
                and reading.period_start_utc < coalesce(owned.valid_to_utc, timestamp 'infinity')
            where {_within(from_utc, to_utc)}
            order by reading.period_start_utc, reading.meter_id
            """)
        while some := rows.fetchmany(ROWS_AT_ONCE):
            for meter_id, measures, start, minutes, energy_kwh, quality in some:
                yield Reading(meter_id, measures, aware_utc(start), timedelta(minutes=minutes), energy_kwh, quality)

    def meters(self, from_utc: datetime, to_utc: datetime) -> list[Meter]:
        """List the meters that have readings in a stretch, with the most power that they ever had."""
        rows = self._connection.execute(f"""
            select
                reading.meter_id,
                max_by(owned.measures, owned.valid_from_utc),
                max(cast(reading.energy_kwh * 60 / reading.period_minutes as decimal(18, 6)))
            from silver.meter_reading as reading
            left join gold.member_meter as owned on reading.meter_id = owned.meter_id
            where reading.period_start_utc < {literal(naive_utc(to_utc))}
            group by reading.meter_id
            having count(*) filter ({_within(from_utc, to_utc)}) > 0
            order by reading.meter_id
            """).fetchall()
        return [Meter(*row) for row in rows]

    def shortest_period(self, from_utc: datetime, to_utc: datetime) -> timedelta | None:
        """Give the shortest period that readings of a stretch have; none where there are none."""
        row = self._connection.execute(
            f"select min(period_minutes) from silver.meter_reading as reading where {_within(from_utc, to_utc)}"
        ).fetchone()
        return timedelta(minutes=row[0]) if row and row[0] else None


def _within(from_utc: datetime, to_utc: datetime) -> str:
    start = "reading.period_start_utc"
    return f"{start} >= {literal(naive_utc(from_utc))} and {start} < {literal(naive_utc(to_utc))}"

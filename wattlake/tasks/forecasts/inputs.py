"""The inputs of a forecast: all that is known at a time of issue, and when that is."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl

from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import aware_utc
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.forecaster import Known

READINGS_ARE_LATE_AFTER = timedelta(days=3)

ENDS = """
    select quantile_disc(end_utc, 0.5)
    from (
        select max(period_start_utc + to_minutes(period_minutes)) as end_utc
        from gold.energy_flow
        where consumption_kwh is not null
        group by member_id
    )
"""


@dataclass(frozen=True)
class Situation:
    """All that is known of a target at a time of issue.

    Attributes:
        known: what a forecaster may read.
        number: the day that is to be forecast: of energy the one that begins with the first slot of the horizon, of
            prices the first delivery day that is not published whole.
        register: one row per series: ``series``, ``zone``, ``panel_kwp``, ``is_simulated``.
        first_slot_utc: the first slot of the horizon.
    """

    known: Known
    number: int
    register: pl.DataFrame
    first_slot_utc: datetime

    def without(self, late_slots: int) -> "Situation":
        """Return the same without so many slots before the issue, whose readings come late."""
        return replace(self, known=replace(self.known, days=replace(self.known.days, late_slots=late_slots)))


def time_of_issue(lake: Lake, now_utc: datetime) -> datetime:
    """Find when a forecast is issued: at the full hour, or where readings that are days old end.

    They end where those of half the members have ended: some leave early, and one stray reading is no end.
    """
    end = readings_end(lake.reader())
    hour = now_utc.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if end is None or aware_utc(end) > hour - READINGS_ARE_LATE_AFTER:
        return hour
    return aware_utc(end)


def readings_end(reader: Connection) -> datetime | None:
    """Find where the readings of half the members have ended; UTC without an offset."""
    (end,) = reader.execute(ENDS).fetchall()[0]
    return end


def late_slots(reader: Connection, slot_minutes: int, issue_hour: int) -> int:
    """Count the slots before an issue that are not known yet, as readings end now."""
    end = readings_end(reader)
    if end is None:
        return 0
    hours = timedelta(hours=issue_hour) - timedelta(hours=end.hour, minutes=end.minute)
    return (hours % timedelta(days=1)) // timedelta(minutes=slot_minutes)


def exactly(days: Days, count: int) -> Days:
    """Return so many days: what is missing at the end is not known."""
    return replace(days, values=days.with_days(count).values)

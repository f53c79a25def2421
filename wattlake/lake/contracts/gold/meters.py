"""Meters by day."""

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import MIDNIGHT, Rule, Total
from wattlake.lake.contracts.units import MONTHLY, Kwh, kwh


class MeterDaily(Contract):
    """One meter's readings of one UTC day, whether or not a member owns the meter."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the day")
    readings: int = column("Readings of the day", ge=1)
    measured_minutes: int = column("Minutes of the day the readings cover", "min", ge=0, le=1440)
    energy_kwh: Kwh = kwh("Energy of the day's readings")
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.meter_daily",
            key=("meter_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(
                MIDNIGHT,
                Rule("readings have 1 to 60 minutes", "measured_minutes between readings and 60 * readings"),
            ),
            totals=(Total("silver.meter_reading", (("readings", "count(*)"), ("energy_kwh", "sum(energy_kwh)"))),),
            fresh_within_days=7,
            volume="sum(readings)",
        )

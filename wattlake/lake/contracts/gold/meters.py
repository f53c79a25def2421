"""Meters by day, the gaps in their readings, and the energy these are taken to have held."""

from wattlake.lake.contracts.base import Contract, Utc, column, known_at, provenance, table
from wattlake.lake.contracts.promises import MIDNIGHT, Rule, Total
from wattlake.lake.contracts.units import MONTHLY, READING_MINUTES, YEARLY, Kw, Kwh, kwh

ESTIMATION_METHODS = ("linear", "same weekday before", "same weekday after", "same weekday before and after")


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


class MeterGap(Contract):
    """One stretch of at most a day that no reading of a meter covers, between two that it has."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the gap: the end of the reading before it")
    period_minutes: int = column("Length of the gap", "min", ge=1, le=1440)
    interval_minutes: int = column(
        "Length of the readings that are taken to be missing: the longest that divides both its neighbours'", "min"
    )
    before_kw: Kw = column("Mean power of the reading before the gap", "kW", ge=0)
    after_kw: Kw = column("Mean power of the reading after the gap", "kW", ge=0)
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.meter_gap",
            key=("meter_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=1,
            look_ahead_days=1,
        )


class GapFill(Contract):
    """One interval that no reading covers, between two readings of its meter, with the energy it is taken to have.

    Up to two intervals are filled on the straight line between their neighbours, up to a day by the mean of the
    readings at the same time of the same weekday, on the community's clock, in the four weeks before and the week
    after, as far as these are there. Longer gaps stay. Nothing is ever filled from what was filled.
    """

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    energy_kwh: Kwh = kwh("Energy the interval is taken to have, rounded to a milliwatt-hour")
    estimation_method: str = column("What the estimate was made from", isin=ESTIMATION_METHODS)
    samples: int = column("Readings the estimate was made from", ge=1, le=5)
    known_at_utc: Utc = column("When the world could have known all that the estimate was made from")
    provenance: str = column("Always estimated", isin=["estimated"])

    class Config:
        metadata = table(
            "gold.gap_fill",
            key=("meter_id", "period_start_utc"),
            partitioned_by=YEARLY,
            # Four weeks and one, each an hour longer across a clock change.
            look_back_days=29,
            look_ahead_days=8,
        )

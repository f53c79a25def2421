"""The gaps in meters' readings, and the energy these are taken to have held."""

from wattlake.lake.contracts.base import Contract, Utc, column, known_at, table
from wattlake.lake.contracts.units import READING_MINUTES, YEARLY, Kw, Kwh, kwh

ESTIMATION_METHODS = (
    "linear",
    "same weekday before",
    "same weekday after",
    "same weekday before and after",
    "members alike",
)
LIKE_DAYS = (-28, -21, -14, -7, 7)


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


class PanelsAlike(Contract):
    """What other panels read in an interval that some panels lack, and at one like time.

    The same members' meters in both, those that are there in both, with readings that are not estimated.
    """

    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    days_away: int = column(
        "Days from the interval to the like time, which is the same on the community's clock", isin=LIKE_DAYS
    )
    meters: int = column("Meters that read both", ge=1)
    energy_kwh: Kwh = kwh("What they read in the interval together")
    like_energy_kwh: Kwh = kwh("What they read at the like time together")
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.panels_alike",
            key=("period_start_utc", "period_minutes", "days_away"),
            partitioned_by=YEARLY,
            # Four weeks and one, each an hour longer across a clock change.
            look_back_days=29,
            look_ahead_days=8,
        )


class GapFill(Contract):
    """One interval that no reading covers, and the energy it is taken to have.

    It lies between two readings of its meter.

    Like readings are those at the same time of the same weekday, on the community's clock, in the four weeks before
    and the week after, as far as these are there. Where three other panels or more read then and now, panels are taken
    to have the mean of their like readings times what the others have now by what they had then. Else up to two
    intervals are filled on the straight line between their neighbours, and up to a day by the mean of the like
    readings. Longer gaps stay. Nothing is ever filled from what was filled.
    """

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    energy_kwh: Kwh = kwh("Energy the interval is taken to have, rounded to a milliwatt-hour")
    estimation_method: str = column("What the estimate was made from", isin=ESTIMATION_METHODS)
    samples: int = column("Readings of the meter the estimate was made from", ge=1, le=5)
    linear_kwh: Kwh = kwh("Energy on the straight line between the readings on both sides of the gap")
    weekday_kwh: Kwh = kwh("Mean of the like readings", nullable=True)
    alike_kwh: Kwh = kwh("What members alike say; empty where fewer than three other panels do", nullable=True)
    known_at_utc: Utc = column("When the world could have known all that the estimate was made from")
    provenance: str = column("Always estimated", isin=["estimated"])

    class Config:
        metadata = table(
            "gold.gap_fill",
            key=("meter_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=29,
            look_ahead_days=8,
        )

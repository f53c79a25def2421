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


MEASURES = "What the meter measures, consumption or production; empty where it is no member's"


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


class GapInterval(Contract):
    """One interval that no reading covers, between two readings of its meter."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    intervals: int = column("How many of them the gap has", ge=1)
    measures: str = column(MEASURES, nullable=True, isin=["consumption", "production"])
    linear_kwh: Kwh = kwh("Energy on the straight line between the readings on both sides of the gap")
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.gap_interval",
            key=("meter_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=1,
        )


class MeteredTogether(Contract):
    """What all meters that measure the same read in one interval, added up.

    Only meters of members count, and only readings that are not estimated.
    """

    measures: str = column("consumption or production", isin=["consumption", "production"])
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    meters: int = column("Meters that read it", ge=1)
    energy_kwh: Kwh = kwh("What they read together")
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.metered_together",
            key=("measures", "period_start_utc", "period_minutes"),
            partitioned_by=YEARLY,
        )


class GapCandidate(Contract):
    """One interval that no reading covers, and what each method takes it to have.

    Like readings are those of the meter at the same time of the same weekday, on the community's clock, in the four
    weeks before and the week after, as far as these are there. What members alike say is the mean of these, times what
    the other meters that measure the same have in the interval, by what they had at the same like times.
    """

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    intervals: int = column("How many of them the gap has", ge=1)
    measures: str = column(MEASURES, nullable=True, isin=["consumption", "production"])
    samples: int = column("Like readings there are", nullable=True, ge=1, le=5)
    has_before: bool = column("Whether any of them is of a week before", nullable=True)
    has_after: bool = column("Whether one of them is of the week after", nullable=True)
    linear_kwh: Kwh = kwh("Energy on the straight line between the readings on both sides of the gap")
    weekday_kwh: Kwh = kwh("Mean of the like readings", nullable=True)
    alike_kwh: Kwh = kwh("What members alike say; empty where fewer than three others have a reading", nullable=True)
    linear_known_at_utc: Utc = known_at()
    weekday_known_at_utc: Utc = known_at()
    alike_known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.gap_candidate",
            key=("meter_id", "period_start_utc"),
            partitioned_by=YEARLY,
            # Four weeks and one, each an hour longer across a clock change.
            look_back_days=29,
            look_ahead_days=8,
        )


class GapFill(Contract):
    """One interval that no reading covers, between two readings of its meter, with the energy it is taken to have.

    Up to two intervals are filled on the straight line between their neighbours, up to a day by the mean of the
    readings at the same time of the same weekday, or by what members alike say where that was found to be nearer
    (`gold.gap_candidate` has what each method says). Longer gaps stay. Nothing is ever filled from what was filled.
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
        )

"""Consumption that is unlikely, though possible."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.promises import MIDNIGHT
from wattlake.lake.contracts.units import YEARLY, Kwh, kwh


class UnusualLoad(Contract):
    """One slot in which a member consumed more than its own month before lets expect.

    A slot is judged by the calendar month (UTC) before its own, and only where that has readings of at least 14 days.
    So what comes later never changes how a slot is judged.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    consumption_kwh: Kwh = kwh("What the member consumed")
    usual_kwh: Kwh = kwh("Median of the month before at this local hour, on working days or on days off")
    deviation_kwh: Kwh = kwh("Median absolute deviation of the same slots")
    spike_kwh: Kwh = kwh("Consumption beyond which the slot is a spike")
    quantile_kwh: Kwh = kwh("High quantile of all slots of the member's month before")

    class Config:
        metadata = table(
            "gold.unusual_load",
            key=("member_id", "period_start_utc"),
            partitioned_by=YEARLY,
            # From the first day of one month to the last of the next.
            look_back_days=61,
        )


class FlatLine(Contract):
    """One slot of a stretch of hours in which a member's consumption never moves, without being nil."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    consumption_kwh: Kwh = kwh("What the member consumed, the same in every slot of the stretch")

    class Config:
        metadata = table(
            "gold.flat_line",
            key=("member_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=1,
            look_ahead_days=1,
        )


class UnusualDay(Contract):
    """One whole UTC day of a member that an isolation forest finds unlike the month before.

    Nothing is taken away or mended.
    Each day is known by what it differs in from the member's own usual one of the month before, on working days or on
    days off: its energy, where in the day it lies, its highest and its lowest slot. The forest learns the days of the
    calendar month before alone, so what comes later never changes how a day is judged.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    consumption_kwh: Kwh = kwh("What the member consumed on the day")
    usual_kwh: Kwh = kwh("Mean of the member's days of the month before, of this kind of day")
    score: float = column("How soon the forest isolates the day: towards 1 the sooner", ge=0, le=1)
    threshold_score: float = column("Score of the rarest 0.2 % of the days before, the third at least", ge=0, le=1)
    stands_out: str = column("What is furthest out: level, the hours (UTC) whose share moved, peak or base")
    deviations: float = column("How far out that is, in standard deviations of the month before; negative is less")

    class Config:
        metadata = table(
            "gold.unusual_day",
            key=("member_id", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(MIDNIGHT,),
            # From the first day of one month to the last of the next.
            look_back_days=61,
        )


class Anomaly(Contract):
    """One slot in which a member's consumption is unlikely, though possible, and why.

    Nothing is taken away or mended: the consumption stays as it was read. All slots of a UTC day with readings of at
    least 20 hours that are all nil make a zero day.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    anomaly_reason: str = column("What is unlikely: spike, beyond quantile, flat line, zero day; several are listed")
    consumption_kwh: Kwh = kwh("What the member consumed")
    usual_kwh: Kwh = kwh(
        "Median of the month before at this local hour and kind of day; empty but for spikes and high values",
        nullable=True,
    )
    deviation_kwh: Kwh = kwh("Median absolute deviation of the same slots", nullable=True)
    spike_kwh: Kwh = kwh("Consumption beyond which the slot is a spike", nullable=True)
    quantile_kwh: Kwh = kwh("High quantile of all slots of the member's month before", nullable=True)

    class Config:
        metadata = table("gold.anomaly", key=("member_id", "period_start_utc"), partitioned_by=YEARLY)

"""Consumption that is unlikely, though possible, in kWh."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.units import Kwh, kwh


class FactAnomaly(Contract):
    """One slot in which a member's consumption is unlikely, though possible, and why."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    anomaly_reason: str = column("What is unlikely: spike, beyond quantile, flat line, zero day; several are listed")
    consumption_kwh: Kwh = kwh("What the member consumed")
    usual_kwh: Kwh = kwh(
        "Median of the month before at this hour and kind of day; empty but for spikes and high values", nullable=True
    )

    class Config:
        metadata = table("warehouse.fact_anomaly", key=("user_id", "period_start_utc"), shows="gold.anomaly")


class FactUnusualDay(Contract):
    """One whole UTC day of a member that a model finds unlike the month before."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    consumption_kwh: Kwh = kwh("What the member consumed on the day")
    usual_kwh: Kwh = kwh("Mean of the member's days of the month before, of this kind of day")
    score: float = column("How soon the forest isolates the day: towards 1 the sooner")
    threshold_score: float = column("Score of the rarest 0.2 % of the days before, the third at least")
    stands_out: str = column("What is furthest out: level, the hours (UTC) whose share moved, peak or base")
    deviations: float = column("How far out that is, in standard deviations of the month before; negative is less")

    class Config:
        metadata = table("warehouse.fact_unusual_day", key=("user_id", "period_start_utc"), shows="gold.unusual_day")

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
        metadata = table("warehouse.fact_anomaly", key=("user_id", "period_start_utc"))

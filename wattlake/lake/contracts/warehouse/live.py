"""What a stream says as it comes, as readers of the warehouse see it: provisional."""

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.gold.live import ALERT_RULES, WINDOW_MINUTES
from wattlake.lake.contracts.sources.meter_events import DIRECTIONS
from wattlake.lake.contracts.units import Kwh, kwh


class WarehouseLiveWindow(Contract):
    """What one meter's events add up to in five minutes, until its files are settled."""

    meter_id: str = column("Meter as its messages name it")
    user_id: str = column("Member whose meter it is by the register; empty where nobody's", nullable=True)
    zone: str = column("Zone of the member", nullable=True)
    direction: str = column("What the meter measures", isin=DIRECTIONS)
    period_start_utc: Utc = column("Start of the window")
    period_minutes: int = column("Length of the window", "min", isin=[WINDOW_MINUTES])
    energy_kwh: Kwh = kwh("Energy of the part of the window that is covered")
    mean_power_w: float = column("Mean power over the part that is covered", "W", ge=0)
    max_power_w: float = column("Greatest power in the window", "W", ge=0)
    min_power_w: float = column("Least power in the window", "W", ge=0)
    event_count: int = column("Events whose instant or start is in the window", ge=0)
    covered_seconds: int = column("Seconds of the window that its energy is of", "s", ge=0, le=300)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.live_window", key=("meter_id", "direction", "period_start_utc"))


class WarehouseLiveAlert(Contract):
    """A stretch of time in which what a stream says of a meter, member or zone is wrong."""

    alert_id: str = column("Hash of rule, what it is told of, and start")
    rule: str = column("What was broken", isin=ALERT_RULES)
    severity: str = column("How bad it is", isin=["warn", "error"])
    meter_id: str = column("Meter that it is told of; empty where it is told of a zone", nullable=True)
    user_id: str = column("Member whose meter it is by the register; empty where nobody's", nullable=True)
    zone: str = column("Zone of the member, or that it is told of", nullable=True)
    started_at_utc: Utc = column("Since when it is so, by the times of events")
    ended_at_utc: Utc = column("Until when it was so; empty while it lasts", nullable=True)
    detected_at_utc: Utc = column("When it was found")
    observed_value: float = column("What was seen, in `unit`", nullable=True)
    limit_value: float = column("What was expected at most, or at least, in `unit`", nullable=True)
    unit: str = column("Unit of what was seen and of the limit, such as W", nullable=True)
    evidence: str = column("What was seen, in one sentence")

    class Config:
        metadata = table("warehouse.live_alert", key=("alert_id",))

"""What a stream says as it comes, as readers of the warehouse see it: provisional."""

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.gold.live import LiveAlert, Window5min
from wattlake.lake.contracts.units import Kwh, kwh

OWNER = "Member; of a meter that is nobody's by the register, the meter"


class WarehouseLiveWindow(Contract):
    """What one meter's events add up to in five minutes, until its files are settled."""

    meter_id: str = Window5min.meter_id
    user_id: str = Window5min.member_id
    zone: str = Window5min.zone
    direction: str = Window5min.direction
    period_start_utc: Utc = Window5min.period_start_utc
    period_minutes: int = Window5min.period_minutes
    energy_kwh: Kwh = Window5min.energy_kwh
    mean_power_w: float = Window5min.mean_power_w
    max_power_w: float = Window5min.max_power_w
    min_power_w: float = Window5min.min_power_w
    event_count: int = Window5min.event_count
    covered_seconds: int = Window5min.covered_seconds
    provenance: str = Window5min.provenance

    class Config:
        metadata = table("warehouse.live_window", key=("meter_id", "direction", "period_start_utc"))


class LiveZoneWindow(Contract):
    """One zone's meters in one direction, added up over five minutes, until files are settled."""

    zone: str = column("Zone of the members; empty of meters that are nobody's", nullable=True)
    direction: str = Window5min.direction
    period_start_utc: Utc = Window5min.period_start_utc
    period_minutes: int = Window5min.period_minutes
    energy_kwh: Kwh = kwh("Energy of the parts of the window that are covered, of all its meters")
    mean_power_w: float = column("Mean power over these parts, of all its meters together", "W", nullable=True, ge=0)
    max_meter_power_w: float = column("Greatest power of one of its meters in the window", "W", nullable=True, ge=0)
    min_meter_power_w: float = column("Least power of one of its meters in the window", "W", nullable=True, ge=0)
    event_count: int = Window5min.event_count
    meters: int = column("Meters that told of the window", ge=1)
    covered_ratio: float = column("Part of the window, over these meters, that its energy is of", ge=0, le=1)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.live_zone_window", key=("zone", "direction", "period_start_utc"))


class LiveMemberWindow(Contract):
    """One member's meters in one direction, added up over five minutes, until they are settled."""

    user_id: str = column(OWNER)
    zone: str = Window5min.zone
    direction: str = Window5min.direction
    period_start_utc: Utc = Window5min.period_start_utc
    period_minutes: int = Window5min.period_minutes
    energy_kwh: Kwh = LiveZoneWindow.energy_kwh
    mean_power_w: float = LiveZoneWindow.mean_power_w
    max_meter_power_w: float = LiveZoneWindow.max_meter_power_w
    min_meter_power_w: float = LiveZoneWindow.min_meter_power_w
    event_count: int = Window5min.event_count
    meters: int = LiveZoneWindow.meters
    covered_ratio: float = LiveZoneWindow.covered_ratio
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.live_member_window", key=("user_id", "direction", "period_start_utc"))


class LiveMember(Contract):
    """One member of whom a stream told in its last day: power now, last hour, last word."""

    user_id: str = column(OWNER)
    zone: str = Window5min.zone
    meters: int = column("Meters that told something in the last day", ge=1)
    consumption_w: float = column(
        "Mean power of the newest window, of the meters that were not silent for an hour", "W", nullable=True, ge=0
    )
    production_w: float = column("The same of what is produced", "W", nullable=True, ge=0)
    hour_consumption_kwh: Kwh = kwh("Energy consumed in the newest twelve windows of the stream")
    hour_production_kwh: Kwh = kwh("Energy produced in these windows")
    hour_covered_ratio: float = column("Part of these windows, over the meters, that the energy is of", ge=0, le=1)
    heard_until_utc: Utc = column("The last word: end of the newest window that a meter told of")
    lasting_alerts: int = column("Alerts that last, of the member or a meter", ge=0)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.live_member", key=("user_id",))


class WarehouseLiveAlert(Contract):
    """A stretch of time in which what a stream says of a meter, member or zone is wrong."""

    alert_id: str = LiveAlert.alert_id
    rule: str = LiveAlert.rule
    severity: str = LiveAlert.severity
    meter_id: str = LiveAlert.meter_id
    user_id: str = LiveAlert.member_id
    zone: str = LiveAlert.zone
    started_at_utc: Utc = LiveAlert.started_at_utc
    ended_at_utc: Utc = LiveAlert.ended_at_utc
    detected_at_utc: Utc = LiveAlert.detected_at_utc
    observed_value: float = LiveAlert.observed_value
    limit_value: float = LiveAlert.limit_value
    unit: str = LiveAlert.unit
    evidence: str = LiveAlert.evidence

    class Config:
        metadata = table("warehouse.live_alert", key=("alert_id",))

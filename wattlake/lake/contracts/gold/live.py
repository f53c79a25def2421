"""What a stream adds up to as it comes: windows of five minutes, and alerts."""

from wattlake.lake.contracts.base import Contract, Utc, column, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.sources.meter_events import DIRECTIONS
from wattlake.lake.contracts.sources.smart_meters import QUALITIES
from wattlake.lake.contracts.units import MONTHLY, Kwh, kwh

WINDOW_MINUTES = 5
ALERT_RULES = ["impossible", "missing", "statistical", "frozen", "clock_skew", "weather"]


class Window5min(Contract):
    """One meter's events in one direction in five minutes.

    The energy of a period is cut at the ends of windows, to the milliwatt-hour and so that its parts add up; power
    holds until the next instant, and a running total grows evenly until then, where that is at most a quarter-hour
    later. Where a meter sends several of these, the one counts that covers most of the window; of
    equals energy, then totals. A period that a later message's period overlaps is superseded.
    """

    meter_id: str = column("Meter as its messages name it")
    member_id: str = column("Member whose meter it is by the register; empty where nobody's", nullable=True)
    zone: str = column("Zone of the member", nullable=True)
    direction: str = column("What the meter measures", isin=DIRECTIONS)
    period_start_utc: Utc = column("Start of the window")
    period_minutes: int = column("Length of the window", "min", isin=[WINDOW_MINUTES])
    energy_kwh: Kwh = kwh("Energy of the part of the window that is covered")
    mean_power_w: float = column(
        "Mean power over the part that is covered, or of instants where none is", "W", nullable=True, ge=0
    )
    max_power_w: float = column(
        "Greatest power of an instant, or mean power of a period, in the window", "W", nullable=True, ge=0
    )
    min_power_w: float = column(
        "Least power of an instant, or mean power of a period, in the window", "W", nullable=True, ge=0
    )
    event_count: int = column("Events whose instant or start is in the window", ge=0)
    covered_seconds: int = column("Seconds of the window that its energy is of", "s", ge=0, le=300)
    quality: str = column(
        "What the source says of the numbers, the worst of them; empty where it says nothing",
        nullable=True,
        isin=QUALITIES,
    )
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "gold.window_5min",
            key=("meter_id", "direction", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(SLOTS,),
        )


class LiveAlert(Contract):
    """One stretch of time in which a stream says something odd of one meter or zone."""

    alert_id: str = column("Hash of rule, what it is told of, and start")
    rule: str = column("What was broken", isin=ALERT_RULES)
    severity: str = column("How bad it is", isin=["warn", "error"])
    meter_id: str = column("Meter that it is told of; empty where it is told of a zone", nullable=True)
    member_id: str = column("Member whose meter it is by the register; empty where nobody's", nullable=True)
    zone: str = column("Zone of the member, or that it is told of", nullable=True)
    direction: str = column(
        "What the meter measures; empty where it is told of the meter as a whole", nullable=True, isin=DIRECTIONS
    )
    quantity: str = column("energy, power or total, where it is told of one of these", nullable=True)
    started_at_utc: Utc = column("Since when it is so, by the times of events")
    ended_at_utc: Utc = column("Until when it was so; empty while it lasts", nullable=True)
    detected_at_utc: Utc = column("When it was found")
    observed_value: float = column("What was seen, in `unit`", nullable=True)
    limit_value: float = column("What was expected at most, or at least, in `unit`", nullable=True)
    unit: str = column("Unit of what was seen and of the limit, such as W", nullable=True)
    evidence: str = column("What was seen, in one sentence")
    landing_id: int = landing()

    class Config:
        metadata = table(
            "gold.live_alert",
            key=("alert_id",),
            partitioned_by=("year(started_at_utc)", "month(started_at_utc)"),
            rules=(Rule("alerts end after they begin", "ended_at_utc >= started_at_utc"),),
        )

"""Beyond what a member's energy of five minutes is unlikely."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.sources.meter_events import DIRECTIONS
from wattlake.lake.contracts.units import YEARLY, Kwh, kwh


class LiveLimit(Contract):
    """What one member's energy in five minutes of a quarter of one UTC day hardly ever exceeds.

    It is the high quantile of the 28 days before the day: of the windows of the same quarter of the day, or, where a
    stream is young, of twice the mean of the community's slots. It is found with the first window of a day, and stays.
    """

    member_id: str = column("Member of the community")
    direction: str = column("What is measured", isin=DIRECTIONS)
    period_start_utc: Utc = column("Start of the day")
    day_quarter: int = column("Quarter of the UTC day, from 0", ge=0, le=3)
    limit_kwh: Kwh = kwh("Energy of five minutes that one in a thousand exceeds")
    seen_values: int = column("Values that it is the quantile of", ge=1)
    seen_in: str = column("What these are", isin=["windows", "slots"])

    class Config:
        metadata = table(
            "gold.live_limit",
            key=("member_id", "direction", "period_start_utc", "day_quarter"),
            partitioned_by=YEARLY,
        )

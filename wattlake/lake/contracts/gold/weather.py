"""The weather of each zone by the hour, whoever says it."""

from wattlake.lake.contracts.base import Contract, Utc, known_at, provenance, table
from wattlake.lake.contracts.promises import HOURS
from wattlake.lake.contracts.units import YEARLY
from wattlake.lake.contracts.weather_columns import SUNSHINE, HourInZone, Weather


class _Origin(Contract):
    """The origin of a row."""

    provenance: str = provenance()
    known_at_utc: Utc = known_at()


# Columns stand in the order of the bases from last to first.
class HourlyWeather(_Origin, Weather, HourInZone):
    """One past hour of weather in one zone, by its station, and for the rest by the archive."""

    class Config:
        metadata = table(
            "gold.weather_hourly",
            key=("zone", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(HOURS, SUNSHINE),
        )

"""Hourly weather from Open-Meteo: the archive, and every forecast that ever landed."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, known_at, landing, provenance, table
from wattlake.lake.contracts.promises import HOURS, Rule
from wattlake.lake.contracts.units import YEARLY
from wattlake.lake.contracts.weather_columns import SUNSHINE, HourInZone, Weather


class OpenMeteo(Bronze):
    """One hour of one place in an answer of the archive or of a forecast, as it was written."""

    api: str = bronze(
        "api",
        "What was asked: `archive`, `forecast`, or of previous runs `previous_day1`, 24 hours before",
    )
    zone: str = bronze("zone", "Zone whose centre was asked for")
    latitude: str = bronze("latitude", "Latitude of the model's grid cell, in degrees")
    longitude: str = bronze("longitude", "Longitude of the model's grid cell, in degrees")
    time: str = bronze("time", "End of the hour, in UTC")
    temperature_2m: str = bronze("temperature_2m")
    relative_humidity_2m: str = bronze("relative_humidity_2m")
    cloud_cover: str = bronze("cloud_cover")
    precipitation: str = bronze("precipitation")
    weather_code: str = bronze("weather_code")
    wind_speed_10m: str = bronze("wind_speed_10m")
    shortwave_radiation: str = bronze("shortwave_radiation")
    direct_radiation: str = bronze("direct_radiation")
    diffuse_radiation: str = bronze("diffuse_radiation")
    temperature_2m_unit: str = bronze("temperature_2m_unit", "Unit the answer names for it")
    precipitation_unit: str = bronze("precipitation_unit", "Unit the answer names for it")
    wind_speed_10m_unit: str = bronze("wind_speed_10m_unit", "Unit the answer names for it")
    provenance: str = bronze("provenance", "`simulated` where the sandbox answered, otherwise absent")

    class Config:
        metadata = table("bronze.open_meteo")


class _IssuedHour(HourInZone):
    """The zone and the hour of a row, and the issue of the forecast."""

    issued_at_utc: Utc = column(
        "When the forecast was fetched, to the second; 24 hours before the hour where a past hour was asked for"
    )
    horizon_hours: int = column(
        "Hours from the hour of issue to the hour forecast; negative for hours already past when it was issued", "h"
    )


class _Origin(Contract):
    """The origin of a row."""

    provenance: str = provenance()
    known_at_utc: Utc = known_at()
    landing_id: int = landing()


# Columns stand in the order of the bases from last to first.
class WeatherHourly(_Origin, Weather, HourInZone):
    """One past hour of weather in one zone, as the archive (a reanalysis) estimates it."""

    class Config:
        metadata = table(
            "silver.weather_hourly",
            key=("zone", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(HOURS, SUNSHINE),
            fresh_within_days=9,
            volume="count(*)",
        )


class WeatherForecast(_Origin, Weather, _IssuedHour):
    """One hour of weather in one zone, as expected at one time of issue."""

    class Config:
        metadata = table(
            "silver.weather_forecast",
            key=("zone", "issued_at_utc", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(
                HOURS,
                SUNSHINE,
                Rule(
                    "the horizon is from the hour of issue",
                    "horizon_hours = date_diff('hour', date_trunc('hour', issued_at_utc), period_start_utc)",
                ),
            ),
            fresh_within_days=2,
        )

"""The columns of weather that several tables have: of an hour in a zone."""

from wattlake.lake.contracts.base import Contract, Utc, column
from wattlake.lake.contracts.promises import Rule

SUNSHINE = Rule(
    "direct and diffuse irradiance are about the global",
    "abs(shortwave_w_per_m2 - direct_w_per_m2 - diffuse_w_per_m2) <= 20",
    severity="warn",
)


class HourInZone(Contract):
    """The zone and the hour of a row."""

    zone: str = column("Zone the weather is of")
    period_start_utc: Utc = column("Start of the hour")


class Weather(Contract):
    """The weather of an hour: means and sums over the hour, and the state of the air at its end."""

    temperature_celsius: float = column(
        "Air temperature at 2 m, at the end of the hour", "°C", nullable=True, ge=-90, le=60
    )
    relative_humidity_pct: float = column(
        "Relative humidity at 2 m, at the end of the hour", "%", nullable=True, ge=0, le=100
    )
    cloud_cover_pct: float = column(
        "Part of the sky under cloud, at the end of the hour", "%", nullable=True, ge=0, le=100
    )
    precipitation_mm: float = column("Rain and snow of the hour, as water", "mm", nullable=True, ge=0, le=500)
    weather_code: int = column("WMO code 4677 of the weather, at the end of the hour", nullable=True, ge=0, le=99)
    wind_m_per_s: float = column("Wind speed at 10 m, at the end of the hour", "m/s", nullable=True, ge=0, le=150)
    shortwave_w_per_m2: float = column(
        "Global horizontal irradiance, mean of the hour", "W/m²", nullable=True, ge=0, le=1500
    )
    direct_w_per_m2: float = column(
        "Direct irradiance on the horizontal, mean of the hour", "W/m²", nullable=True, ge=0, le=1500
    )
    diffuse_w_per_m2: float = column(
        "Diffuse irradiance on the horizontal, mean of the hour", "W/m²", nullable=True, ge=0, le=1500
    )

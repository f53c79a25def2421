"""Weather stations: what their files say, and what they measured in each interval."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, known_at, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import YEARLY


class Weather(Bronze):
    """One row of a weather station's file, as it was written."""

    zone: str = bronze("zone", "Zone that the station is in, in the own layout")
    start: str = bronze("start", "Start of the interval in the form of ISO 8601, in the own layout")
    minutes: str = bronze("minutes", "Length of the interval, in the own layout")
    temperature: str = bronze("temperature_celsius", "Temperature of the air in °C, in the own layout")
    humidity: str = bronze("relative_humidity_pct", "Relative humidity in %, in the own layout")
    cloud_cover: str = bronze("cloud_cover_pct", "Part of the sky under cloud in %, in the own layout")
    precipitation: str = bronze("precipitation_mm", "Rain and snow of the interval in mm, in the own layout")
    wind: str = bronze("wind_m_per_s", "Wind speed in m/s, in the own layout")
    shortwave: str = bronze("shortwave_w_per_m2", "Global horizontal irradiance in W/m², in the own layout")
    direct: str = bronze("direct_w_per_m2", "Direct irradiance on the horizontal in W/m², in the own layout")
    diffuse: str = bronze("diffuse_w_per_m2", "Diffuse irradiance on the horizontal in W/m², in the own layout")
    provenance: str = bronze("provenance", "`simulated` or `estimated`, where the row is; otherwise absent")
    line: int = column("Line in its file, of a file that has a mapping", nullable=True)
    cells: str = bronze("cells", "The row of a file that has a mapping, as JSON: column and what it holds")

    class Config:
        metadata = table("bronze.weather")


class WeatherStation(Contract):
    """What one zone's weather station measured in one interval, as its newest valid file says."""

    zone: str = column("Zone that the station is in")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=[1, 5, 10, 15, 30, 60])
    temperature_celsius: float = column("Temperature of the air", "°C", nullable=True, ge=-90, le=60)
    relative_humidity_pct: float = column("Relative humidity", "%", nullable=True, ge=0, le=100)
    cloud_cover_pct: float = column("Part of the sky under cloud", "%", nullable=True, ge=0, le=100)
    precipitation_mm: float = column("Rain and snow of the interval, as water", "mm", nullable=True, ge=0, le=500)
    wind_m_per_s: float = column("Wind speed", "m/s", nullable=True, ge=0, le=150)
    shortwave_w_per_m2: float = column(
        "Global horizontal irradiance, mean of the interval", "W/m²", nullable=True, ge=-20, le=1500
    )
    direct_w_per_m2: float = column(
        "Direct irradiance on the horizontal, mean of the interval", "W/m²", nullable=True, ge=-20, le=1500
    )
    diffuse_w_per_m2: float = column(
        "Diffuse irradiance on the horizontal, mean of the interval", "W/m²", nullable=True, ge=-20, le=1500
    )
    provenance: str = provenance()
    known_at_utc: Utc = known_at()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.weather_station",
            key=("zone", "period_start_utc"),
            partitioned_by=YEARLY,
            has_intervals=True,
            rules=(SLOTS,),
        )

"""The weather among the features of issued forecasts, as it was forecast at the issue."""

from typing import Any

from wattlake.lake.contracts.base import Contract, column


def foreseen(meaning: str, unit: str | None = None) -> Any:  # noqa: ANN401
    """Make a column of weather; empty where no forecast of it was known at the issue."""
    return column(meaning, unit, nullable=True)


def of_code(meaning: str, codes: str) -> Any:  # noqa: ANN401
    """Make a column that is 1 where the weather code is of a group, else 0."""
    return column(f"1 where {meaning} is forecast (WMO code 4677: {codes}), else 0", nullable=True, isin=[0, 1])


class WeatherFeatures(Contract):
    """The weather of the slot's hour in the member's zone, as forecast last by the issue."""

    forecast_temperature_celsius: float = foreseen("Air temperature", "°C")
    forecast_temperature_squared: float = foreseen("Its square")
    forecast_heating_degrees: float = foreseen("How far it is below 15.5 °C", "°C")
    forecast_cooling_degrees: float = foreseen("How far it is above 22 °C", "°C")
    forecast_shortwave_w_per_m2: float = foreseen("Global horizontal irradiance", "W/m²")
    forecast_radiation_temperature: float = foreseen("Irradiance × temperature")
    forecast_cloud_cover_pct: float = foreseen("Part of the sky under cloud", "%")
    forecast_wind_m_per_s: float = foreseen("Wind speed", "m/s")
    forecast_clear_sky_w_per_m2: float = foreseen("Irradiance under a clear sky", "W/m²")
    forecast_relative_humidity_pct: float = foreseen("Relative humidity", "%")
    forecast_temperature_mean_24h_celsius: float = foreseen(
        "Moving mean of temperature over the 24 hours up to the slot's", "°C"
    )
    forecast_temperature_deviation_24h_celsius: float = foreseen(
        "Standard deviation of temperature over the same 24 hours", "°C"
    )
    forecast_humidity_mean_24h_pct: float = foreseen("Moving mean of relative humidity over the same 24 hours", "%")
    forecast_humidity_deviation_24h_pct: float = foreseen(
        "Standard deviation of relative humidity over the same 24 hours", "%"
    )


class CodeFeatures(Contract):
    """The weather code of the slot's hour, and the group that it is of, one column each."""

    forecast_weather_code: int = foreseen("WMO code 4677 of the weather")
    forecast_is_clear: int = of_code("a clear sky", "0–1")
    forecast_is_cloudy: int = of_code("a cloudy sky", "2–3")
    forecast_is_fog: int = of_code("fog", "40–49")
    forecast_is_drizzle: int = of_code("drizzle", "50–59")
    forecast_is_rain: int = of_code("rain", "60–69, 80–84")
    forecast_is_snow: int = of_code("snow", "70–79, 85–86")
    forecast_is_thunderstorm: int = of_code("a thunderstorm", "95–99")

"""What 1 kWp of panels makes of an hour's weather: pvlib's PVWatts chain.

pvlib takes half a second of processor time to load; a build without panels does not wait for it.
"""

import numpy as np
import polars as pl

GAMMA_PER_CELSIUS = -0.0037
SYSTEM_LOSS_PCT = 14
WIND_WHERE_UNKNOWN_M_PER_S = 1.0
AIR_WHERE_UNKNOWN_CELSIUS = 15.0
SUN_TOO_LOW_FOR_DIRECT_DEGREES = 87.0


def produce(weather: pl.DataFrame) -> pl.DataFrame:
    """The mean AC power of an hour per kWp, from weather, or where there is none from the typical year.

    The chain is NREL's PVWatts (Dobos, 2014, PVWatts Version 5 Manual) with the Hay and Davies transposition and
    Faiman's cell temperature, as pvlib implements them, with the sun where it stands in the middle of the hour.

    Args:
        weather: rows of ``sql/gold/pv_output_hourly.sql``; irradiances are hourly means in W/m², angles degrees.

    Returns:
        Rows of ``gold.pv_output_hourly``; none for hours with neither weather nor typical year.
    """
    hours = weather.with_columns(
        weather_w_per_kwp=pl.Series(_output_w_per_kwp(weather), dtype=pl.Float64).fill_nan(None),
    )
    return hours.select(
        "zone",
        "tilt_degrees",
        "azimuth_degrees",
        "period_start_utc",
        output_w_per_kwp=pl.coalesce("weather_w_per_kwp", pl.col("typical_w_per_kwp").cast(pl.Float64)).round(3),
        basis=pl.when(pl.col("weather_w_per_kwp").is_null()).then(pl.lit("typical year")).otherwise(pl.lit("weather")),
        known_at_utc="known_at_utc",
        provenance=pl.lit("simulated"),
    ).drop_nulls("output_w_per_kwp")


def _output_w_per_kwp(weather: pl.DataFrame) -> np.ndarray:
    """AC power per kWp in W, an array as long as the frame; NaN where the irradiance is not known."""
    if weather.is_empty():
        return np.empty(0)
    import pandas as pd
    from pvlib import inverter, irradiance, pvsystem, temperature

    sun = _sun(weather)
    zenith, azimuth = sun["zenith"].to_numpy(), sun["azimuth"].to_numpy()
    direct_horizontal = _numbers(weather, "direct_w_per_m2")
    is_low = zenith > SUN_TOO_LOW_FOR_DIRECT_DEGREES
    direct_normal = np.where(is_low, 0.0, direct_horizontal / np.cos(np.radians(np.where(is_low, 0.0, zenith))))
    on_panel = irradiance.get_total_irradiance(
        _numbers(weather, "tilt_degrees"),
        _numbers(weather, "azimuth_degrees"),
        zenith,
        azimuth,
        direct_normal,
        _numbers(weather, "shortwave_w_per_m2"),
        _numbers(weather, "diffuse_w_per_m2"),
        dni_extra=irradiance.get_extra_radiation(pd.DatetimeIndex(weather["period_start_utc"].to_numpy())).to_numpy(),
        model="haydavies",
    )["poa_global"]
    cell_celsius = temperature.faiman(
        on_panel,
        _numbers(weather, "temperature_celsius", AIR_WHERE_UNKNOWN_CELSIUS),
        _numbers(weather, "wind_m_per_s", WIND_WHERE_UNKNOWN_M_PER_S),
    )
    dc_w = pvsystem.pvwatts_dc(on_panel, cell_celsius, 1000.0, GAMMA_PER_CELSIUS) * (1 - SYSTEM_LOSS_PCT / 100)
    return np.clip(inverter.pvwatts(np.maximum(dc_w, 0.0), 1000.0), 0.0, None)


def _sun(weather: pl.DataFrame) -> pl.DataFrame:
    """Where the sun stands in the middle of each row's hour: ``zenith`` and ``azimuth`` in degrees, row by row."""
    import pandas as pd
    from pvlib import solarposition

    places = weather.select("latitude", "longitude", "period_start_utc").unique()
    seen = [
        hours.with_columns(zenith=pl.Series(sun["zenith"].to_numpy()), azimuth=pl.Series(sun["azimuth"].to_numpy()))
        for (latitude, longitude), hours in places.group_by("latitude", "longitude")
        for sun in [
            solarposition.get_solarposition(
                pd.DatetimeIndex(hours["period_start_utc"].to_numpy(), tz="UTC") + pd.Timedelta(minutes=30),
                latitude,
                longitude,
            )
        ]
    ]
    on = ["latitude", "longitude", "period_start_utc"]
    return weather.select(on).join(pl.concat(seen), on=on, how="left", maintain_order="left")


def _numbers(weather: pl.DataFrame, name: str, where_unknown: float = float("nan")) -> np.ndarray:
    return weather[name].cast(pl.Float64).fill_null(where_unknown).to_numpy()

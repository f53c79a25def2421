"""The sun's position and radiation, and the output of panels.

The clear sky is by pvlib, dimmed by the sandbox's clouds; PVWatts is on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pvlib

from wattlake.app.sandbox.noise import Floats, Integers, Place
from wattlake.app.sandbox.weather import DAY_SECONDS, World, cloud_cover_ratio, temperature_celsius, wind_speed_m_per_s

LINKE_TURBIDITY = 3.6  # a constant, so that no table has to be looked up
HOUR_SAMPLES_SECONDS = (-3150, -2250, -1350, -450)  # middles of the four quarters of the hour that ends at the label
CELL_COEFFICIENT_PER_CELSIUS = -0.004


@dataclass(frozen=True)
class Irradiance:
    """Radiation in W/m2 and the sun's position in degrees, each places x instants.

    `direct` is on the horizontal plane (what Open-Meteo calls direct radiation), `direct_normal` facing the sun.
    """

    shortwave: Floats
    direct: Floats
    diffuse: Floats
    direct_normal: Floats
    zenith_degrees: Floats
    azimuth_degrees: Floats


@dataclass(frozen=True)
class Panels:
    """Panels of one kind: size, tilt, azimuth and losses.

    Size is in kWp, tilt from horizontal, azimuth by the compass (180 = south), losses in percent.
    """

    kwp: float
    tilt_degrees: float
    azimuth_degrees: float
    loss_pct: float = 14.0


def _sun_position(site: Place, unix_seconds: Integers) -> tuple[Floats, Floats, Floats]:
    """Compute zenith and azimuth (degrees) and the extraterrestrial radiation (W/m2).

    All are by Spencer's (1971) series.
    """
    year = unix_seconds.astype("datetime64[s]").astype("datetime64[Y]")
    day_of_year = 1.0 + (unix_seconds - year.astype("datetime64[s]").astype(np.int64)) / DAY_SECONDS
    declination = pvlib.solarposition.declination_spencer71(day_of_year)
    equation_minutes = pvlib.solarposition.equation_of_time_spencer71(day_of_year)
    minutes = unix_seconds % DAY_SECONDS / 60.0
    hour_angle = np.radians((minutes + equation_minutes) / 4.0 - 180.0 + site.longitude)
    latitude = np.radians(site.latitude)
    zenith = pvlib.solarposition.solar_zenith_analytical(latitude, hour_angle, declination)
    azimuth = pvlib.solarposition.solar_azimuth_analytical(latitude, hour_angle, declination, zenith)
    extra = pvlib.irradiance.get_extra_radiation(day_of_year, method="spencer")
    return np.degrees(zenith), np.degrees(azimuth), np.asarray(extra, dtype=np.float64)


def irradiance(world: World, places: Sequence[Place], unix_seconds: Integers) -> Irradiance:
    """Compute the radiation at each instant.

    The clear sky is Ineichen and Perez (2002); clouds take 75 % x cover^3.4 of the whole (Kasten and Czeplak, 1980)
    and their share of the beam.
    """
    cover = cloud_cover_ratio(world, places, unix_seconds)
    parts = np.zeros((6, len(places), unix_seconds.size))
    for row, site in enumerate(places):
        zenith, azimuth, extra = _sun_position(site, unix_seconds)
        airmass = pvlib.atmosphere.get_relative_airmass(zenith)
        with np.errstate(divide="ignore"):  # below the horizon pvlib divides by nothing, and is not listened to
            clear = pvlib.clearsky.ineichen(zenith, airmass, LINKE_TURBIDITY, altitude=0.0, dni_extra=extra)
        height = np.maximum(np.cos(np.radians(zenith)), 0.0)
        up = height > 0.0
        whole = np.where(up, clear["ghi"] * (1.0 - 0.75 * cover[row] ** 3.4), 0.0)
        beam = np.where(up, clear["dni"] * (1.0 - cover[row]), 0.0)
        direct = np.minimum(beam * height, whole)
        parts[:, row] = whole, direct, whole - direct, beam, zenith, azimuth
    return Irradiance(*parts)


def hourly_irradiance(world: World, places: Sequence[Place], unix_seconds: Integers) -> Irradiance:
    """Average the radiation over the hour that ends at each instant.

    Open-Meteo labels radiation by the hour's end. The mean is over the hour's four quarters.
    """
    quarters = [irradiance(world, places, unix_seconds + offset) for offset in HOUR_SAMPLES_SECONDS]
    names = ("shortwave", "direct", "diffuse", "direct_normal", "zenith_degrees", "azimuth_degrees")
    return Irradiance(*(_mean([getattr(quarter, name) for quarter in quarters]) for name in names))


def _mean(parts: list[Floats]) -> Floats:
    return np.asarray(sum(parts) / len(parts), dtype=np.float64)


def plane_of_array_w_per_m2(sky: Irradiance, panels: Panels) -> Floats:
    """Compute the radiation on the panels (W/m2), with an even sky (pvlib's isotropic model)."""
    total = pvlib.irradiance.get_total_irradiance(
        panels.tilt_degrees,
        panels.azimuth_degrees,
        sky.zenith_degrees,
        sky.azimuth_degrees,
        sky.direct_normal,
        sky.shortwave,
        sky.diffuse,
        model="isotropic",
    )
    return np.where(sky.shortwave > 0.0, np.asarray(total["poa_global"], dtype=np.float64), 0.0)


def pv_power_w(world: World, site: Place, panels: Panels, unix_seconds: Integers) -> Floats:
    """Compute the panels' output at each instant (W): PVWatts, Faiman's cell temperature.

    Both are pvlib's.
    """
    sky = irradiance(world, [site], unix_seconds)
    plane = plane_of_array_w_per_m2(sky, panels)[0]
    celsius = temperature_celsius(world, [site], unix_seconds)[0]
    wind = wind_speed_m_per_s(world, [site], unix_seconds)[0]
    cell = pvlib.temperature.faiman(plane, celsius, wind)
    rated_w = panels.kwp * 1000.0
    dc_w = pvlib.pvsystem.pvwatts_dc(plane, cell, rated_w, CELL_COEFFICIENT_PER_CELSIUS)
    return np.clip(np.asarray(dc_w) * (1.0 - panels.loss_pct / 100.0), 0.0, rated_w)

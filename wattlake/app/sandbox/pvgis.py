"""PVGIS' hourly series: its answers.

https://joint-research-centre.ec.europa.eu/photovoltaic-geographical-information-system-pvgis
"""

from typing import Any

import numpy as np

from wattlake.app.sandbox.noise import Floats, Integers, Place
from wattlake.app.sandbox.refusal import Answer, Query, RefusalError, whole_number
from wattlake.app.sandbox.sun import Panels, irradiance, plane_of_array_w_per_m2, pv_power_w
from wattlake.app.sandbox.weather import World, temperature_celsius, wind_speed_m_per_s

FIRST_YEAR = 2005
LAST_YEAR = {"v5_2": 2020, "v5_3": 2023}  # answers are of whole years, hour by hour
DATABASE = {"v5_2": "PVGIS-SARAH2", "v5_3": "PVGIS-SARAH3"}
MINUTE = 10  # the satellite passes, so values are those of ten past the hour
ELEVATION_M = 30.0


def _number(query: Query, name: str, default: float | None, low: float, high: float) -> float:
    """Read a parameter as a number; refuse one that is missing or out of bounds."""
    text = query.get(name)
    if text is None:
        if default is None:
            raise RefusalError(400, {"message": f"{name} Mandatory"})
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        message = f"{name}: Incorrect value. Please, enter a number between {low:g} and {high:g}."
        raise RefusalError(400, {"message": message})
    return number


def _years(query: Query, version: str) -> tuple[int, int]:
    last = LAST_YEAR[version]
    years = []
    for name, default in (("startyear", FIRST_YEAR), ("endyear", last)):
        year = whole_number(query.get(name, str(default)))
        if year is None or not FIRST_YEAR <= year <= last:
            message = f"{name}: Incorrect value. Please, enter an integer between {FIRST_YEAR} and {last}."
            raise RefusalError(400, {"message": message})
        years.append(year)
    if years[1] < years[0]:
        raise RefusalError(400, {"message": "startyear: Incorrect value. It must not be later than endyear."})
    return years[0], years[1]


def seriescalc(query: Query, version: str, seed: int) -> Answer:
    """Answer `GET /api/<version>/seriescalc` of a fixed system; P in W if pvcalculation=1."""
    if query.get("outputformat", "json") != "json":
        raise RefusalError(400, {"message": "outputformat: Incorrect value. The sandbox writes json only."})
    site = Place(_number(query, "lat", None, -90, 90), _number(query, "lon", None, -180, 180))
    start, end = _years(query, version)
    with_power = query.get("pvcalculation", "0") == "1"
    required = None if with_power else 0.0
    kwp = _number(query, "peakpower", required, 0, 1e8)
    loss = _number(query, "loss", required, 0, 100)
    aspect = _number(query, "aspect", 0.0, -180, 180)
    panels = Panels(kwp, _number(query, "angle", 0.0, 0, 90), (aspect + 180.0) % 360.0, loss)
    first, after = (int(np.datetime64(f"{year}-01-01", "s").astype(np.int64)) for year in (start, end + 1))
    instants = np.arange(first + MINUTE * 60, after, 3600, dtype=np.int64)
    rows = _rows(_columns(World(seed), site, panels, instants, with_power), instants)
    inputs = _inputs(site, version, (start, end), panels, aspect, query)
    return {"inputs": inputs, "outputs": {"hourly": rows}, "meta": _meta(with_power)}


def _columns(world: World, site: Place, panels: Panels, instants: Integers, with_power: bool) -> dict[str, Floats]:
    sky = irradiance(world, [site], instants)
    plane = plane_of_array_w_per_m2(sky, panels)[0]
    power = {"P": np.round(pv_power_w(world, site, panels, instants), 1)} if with_power else {}
    return power | {
        "G(i)": np.round(plane, 2),
        "H_sun": np.round(np.where(plane > 0, np.maximum(90.0 - sky.zenith_degrees[0], 0.0), 0.0), 2),
        "T2m": np.round(temperature_celsius(world, [site], instants)[0], 2),
        "WS10m": np.round(wind_speed_m_per_s(world, [site], instants)[0], 2),
        "Int": np.zeros(instants.size),
    }


def _rows(columns: dict[str, Floats], instants: Integers) -> list[dict[str, Any]]:
    labels = np.datetime_as_string(instants.astype("datetime64[s]"), unit="m").tolist()
    times = [label.replace("-", "").replace("T", ":", 1)[:11] + label[-2:] for label in labels]
    names = ("time", *columns)
    lists = [column.tolist() for column in columns.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(times, *lists, strict=True)]


def _inputs(
    site: Place, version: str, years: tuple[int, int], panels: Panels, aspect: float, query: Query
) -> dict[str, Any]:
    angle = {"value": panels.tilt_degrees, "optimal": False}
    mounting = "building-integrated" if query.get("mountingplace") == "building" else "free-standing"
    return {
        "location": {"latitude": site.latitude, "longitude": site.longitude, "elevation": ELEVATION_M},
        "meteo_data": {
            "radiation_db": DATABASE[version],
            "meteo_db": "ERA5",
            "year_min": years[0],
            "year_max": years[1],
            "use_horizon": True,
            "horizon_db": None,
            "horizon_data": "DEM-calculated",
        },
        "mounting_system": {
            "fixed": {"slope": angle, "azimuth": {"value": aspect, "optimal": False}, "type": mounting}
        },
        "pv_module": {
            "technology": query.get("pvtechchoice", "crystSi"),
            "peak_power": panels.kwp,
            "system_loss": panels.loss_pct,
        },
    }


def _told(description: str, units: str | None = None) -> dict[str, Any]:
    return {"description": description} | ({"units": units} if units else {})


def _meta(with_power: bool) -> dict[str, Any]:
    """Describe the fields, in the places where the service does."""
    units_of: dict[str, dict[str, Any]] = {
        "location": {"latitude": "degree", "longitude": "degree", "elevation": "m"},
        "meteo_data": dict.fromkeys(("radiation_db", "meteo_db", "year_min", "year_max", "use_horizon", "horizon_db")),
        "pv_module": {"technology": None, "peak_power": "kW", "system_loss": "%"},
    }
    inputs: dict[str, Any] = {
        group: {"description": group, "variables": {name: _told(name, units) for name, units in names.items()}}
        for group, names in units_of.items()
    }
    inputs["mounting_system"] = {
        "description": "mounting_system",
        "choices": "fixed",
        "fields": {
            "slope": _told("From the horizontal plane", "degree"),
            "azimuth": _told("0 = south, 90 = west, -90 = east", "degree"),
        },
    }
    variables = {"P": _told("Power of the system", "W")} if with_power else {}
    variables |= {
        "G(i)": _told("Irradiance on the plane of the panels", "W/m2"),
        "H_sun": _told("Height of the sun", "degree"),
        "T2m": _told("Air temperature at 2 m", "degree Celsius"),
        "WS10m": _told("Wind speed at 10 m", "m/s"),
        "Int": _told("1 where the radiation was filled in"),
    }
    hourly = {"type": "time series", "timestamp": "hourly averages", "variables": variables}
    return {"inputs": inputs, "outputs": {"hourly": hourly}}

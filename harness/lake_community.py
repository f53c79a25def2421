"""A small community that comes to a lake in three stages, with corrections, gaps and every source."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from harness.lake_steps import METER_HEADER, REGISTER_HEADER, day_of_readings, land, land_rows, stored, written
from wattlake.lake.store.lake import Lake

DAYS = [date(2013, 1, 30) + timedelta(days=number) for number in range(4)]
"""Two in January, two in February."""

REGISTER = [
    "anna,MAC1,,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,",
    "bert,MAC2,,north,51.7,-0.3,,,,consumer,2012-01-01,2013-02-01 12:00:00",
    "cleo,MAC3,MAC4,south,50.8,-0.1,2.5,30,200,prosumer,2012-01-01,",
    "dora,,,south,50.8,-0.1,,,,consumer,2012-01-01,",
]
STRANGER = "MAC9"
"""A meter without a member until the third stage; dora is a member without a meter."""
GAP = slice(48 + 36, 48 + 38)
"""An hour of the stranger's second evening that no reading covers."""

WEATHER_UNITS = {"temperature_2m_unit": "°C", "precipitation_unit": "mm", "wind_speed_10m_unit": "m/s"}


def weather(zone: str, day: date, shortwave: int = 200) -> list[dict[str, str | None]]:
    """A day's archive rows of a zone; labels end their hours."""
    midnight = stored(day.year, day.month, day.day)
    return [
        {
            "api": "archive",
            "zone": zone,
            "time": f"{midnight + timedelta(hours=hour + 1):%Y-%m-%dT%H:%M}",
            "temperature_2m": f"{hour / 2}",
            "wind_speed_10m": "3.5",
            "shortwave_radiation": str(shortwave if 9 <= hour < 16 else 0),
            "direct_radiation": str(shortwave // 2 if 9 <= hour < 16 else 0),
            "diffuse_radiation": str(shortwave // 2 if 9 <= hour < 16 else 0),
            **WEATHER_UNITS,
        }
        for hour in range(24)
    ]


def prices(first: date, days: int, price: float) -> list[dict[str, str | None]]:
    """Hourly prices of some days."""
    begin = int((first - date(1970, 1, 1)) / timedelta(seconds=1))
    return [
        {
            "bidding_zone": "DE-LU",
            "unix_seconds": str(begin + 3600 * hour),
            "price": f"{price - hour % 24}",
            "unit": "EUR/MWh",
        }
        for hour in range(24 * days)
    ]


def typical_year() -> list[dict[str, str | None]]:
    """Two recorded years of panels in the south, for two days of the year."""
    return [
        {"zone": "south", "tilt_degrees": "30.0", "azimuth_degrees": "200.0", "peak_power": "1"}
        | {"time": f"{year}02{day:02}:{hour:02}10", "P": str(300 + year % 100 if 9 <= hour < 15 else 0)}
        for year in (2010, 2011)
        for day in (1, 2)
        for hour in range(24)
    ]


def stage_1(lake: Lake, folder: Path) -> None:
    """The register, all meters' first two days and what the APIs say of them."""
    land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, REGISTER))
    for number, meter in enumerate(["MAC1", "MAC2", "MAC3", "MAC4", STRANGER]):
        readings = [line for day in DAYS[:2] for line in day_of_readings(meter, day, 100 + 20 * number)]
        if meter == STRANGER:
            del readings[GAP]
        land(lake, "smart_meters", written(folder / f"{meter}.csv", METER_HEADER, readings))
    for zone in ("north", "south"):
        rows = [row for day in DAYS[:2] for row in weather(zone, day)]
        land_rows(lake, "open_meteo", f"https://archive.test/v1/archive?zone={zone}", rows)
    land_rows(lake, "energy_charts", "https://price.test/price?start=2013-01-30", prices(DAYS[0], 2, 40))


def stage_2(lake: Lake, folder: Path) -> None:
    """The rest of the readings, with a corrected day and faults; tariffs, a typical year and corrected weather."""
    for number, meter in enumerate(["MAC1", "MAC2", "MAC3", "MAC4"]):
        readings = [line for day in DAYS[1:] for line in day_of_readings(meter, day, 105 + 20 * number)]
        land(lake, "smart_meters", written(folder / f"{meter}-later.csv", METER_HEADER, readings))
    faults = ["MAC1,2013-01-30 00:00:00, Null ", "MAC1,2013-02-01 00:17:00,1", *["MAC2,2013-01-30 00:00:00,9"] * 2]
    faults += ["MAC3,2013-01-31 05:00:00,1", "MAC3,2013-01-31 05:00:00,2"]
    land(lake, "smart_meters", written(folder / "faults.csv", METER_HEADER, faults))
    header = "LCLid,stdorToU,Acorn,Acorn_grouped,file"
    land(lake, "members", written(folder / "households.csv", header, ["MAC2,ToU,ACORN-A,Affluent,block_0"]))
    land_rows(lake, "pvgis", "https://pvgis.test/seriescalc?zone=south", typical_year())
    rows = weather("north", DAYS[0], 300) + weather("north", DAYS[3])
    land_rows(lake, "open_meteo", "https://archive.test/v1/archive?zone=north&again", rows)


def stage_3(lake: Lake, folder: Path) -> None:
    """Anna's new panels, emil who owns the stranger's meter from a noon on, corrected prices, carbon intensity."""
    lines = ["anna,MAC1,,north,51.5,-0.1,6,20,180,prosumer,2013-02-01 12:00:00,"]
    lines += ["emil,MAC9,,north,51.7,-0.3,1,90,90,prosumer,2013-01-31 12:00:00,"]
    land(lake, "members", written(folder / "register-2.csv", REGISTER_HEADER, lines))
    land_rows(lake, "energy_charts", "https://price.test/price?start=2013-01-31", prices(DAYS[1], 3, 50))
    half_hours = [{"from": "2013-01-30T00:00Z", "to": "2013-01-30T00:30Z", "forecast": "300", "actual": None}]
    land_rows(lake, "carbon_intensity", "https://carbon.test/intensity", half_hours)


STAGES: tuple[Callable[[Lake, Path], None], ...] = (stage_1, stage_2, stage_3)


def land_everything(lake: Lake, folder: Path) -> None:
    """All three stages, one after the other."""
    for stage in STAGES:
        stage(lake, folder)

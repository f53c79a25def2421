"""The weather of an hour: what a station measured, and for the rest what the archive estimates."""

from datetime import datetime
from typing import Any

import duckdb

from harness.lake_steps import model_rows, plain_tables, stored
from wattlake.lake.settings import Settings

KNOWN = stored(2025, 6, 2)
ARCHIVE = {"zone": "north", "temperature_celsius": 10.0, "relative_humidity_pct": 50.0, "cloud_cover_pct": 20.0}
ARCHIVE |= {"precipitation_mm": 1.0, "weather_code": 3, "wind_m_per_s": 2.0, "known_at_utc": stored(2025, 6, 6)}
ARCHIVE |= {"shortwave_w_per_m2": 400.0, "direct_w_per_m2": 300.0, "diffuse_w_per_m2": 100.0, "provenance": "estimated"}


def station(start: datetime, minutes: int, **measured: Any) -> dict[str, Any]:
    own = {"zone": "north", "provenance": "measured", "known_at_utc": KNOWN}
    return own | {"period_start_utc": start, "period_minutes": minutes} | measured


def hours(stations: list[dict[str, Any]], archive: list[dict[str, Any]]) -> list[dict[str, Any]]:
    with duckdb.connect() as tables:
        plain_tables(tables, silver__weather_station=stations, silver__weather_hourly=archive)
        return model_rows(tables, "gold.weather_hourly", Settings()).sort("period_start_utc").to_dicts()


def test_an_hour_without_a_station_is_the_archives():
    estimated = ARCHIVE | {"period_start_utc": stored(2025, 6, 1, 10)}
    assert hours([], [estimated]) == [estimated]


def test_parts_of_an_hour_give_its_end_its_means_and_its_sums():
    ten = stored(2025, 6, 1, 10)
    parts = [
        station(ten.replace(minute=minute), 10, temperature_celsius=minute / 10, wind_m_per_s=1.0 + minute,
                precipitation_mm=0.1, shortwave_w_per_m2=value)
        for minute, value in zip(range(0, 60, 10), (-1.0, 100.0, 200.0, 300.0, 400.0, 201.0), strict=True)
    ]  # fmt: skip
    (hour,) = hours(parts, [ARCHIVE | {"period_start_utc": ten}])
    assert hour == ARCHIVE | {
        "period_start_utc": ten,
        "temperature_celsius": 5.0,
        "wind_m_per_s": 51.0,
        "precipitation_mm": 0.6,
        # The global one is the station's, split as the archive has it.
        "shortwave_w_per_m2": 200.0,
        "direct_w_per_m2": 150.0,
        "diffuse_w_per_m2": 50.0,
        "provenance": "estimated",
    }


def test_what_was_not_measured_all_hour_or_at_its_end_is_the_archives():
    ten = stored(2025, 6, 1, 10)
    parts = [station(ten.replace(minute=minute), 15, temperature_celsius=30.0, precipitation_mm=5.0,
                     shortwave_w_per_m2=900.0) for minute in (0, 15, 30)]  # fmt: skip
    (hour,) = hours(parts, [ARCHIVE | {"period_start_utc": ten}])
    assert hour == ARCHIVE | {"period_start_utc": ten}
    assert hours(parts, []) == [], "of such an hour alone nothing is known"


def test_a_station_alone_is_measured_and_by_night_there_is_no_light():
    ten = stored(2025, 6, 1, 10)
    light = {"shortwave_w_per_m2": 400.0, "direct_w_per_m2": 310.0, "diffuse_w_per_m2": 90.0}
    eleven = ten.replace(hour=11)
    night = ARCHIVE | {"shortwave_w_per_m2": 0.0, "direct_w_per_m2": 0.0, "diffuse_w_per_m2": 0.0}
    first, second = hours(
        [station(ten, 60, **light), station(eleven, 60, shortwave_w_per_m2=-3.0)],
        [night | {"period_start_utc": eleven}],
    )
    nothing = dict.fromkeys(ARCHIVE) | {"zone": "north"}
    assert first == nothing | light | {"period_start_utc": ten, "provenance": "measured", "known_at_utc": KNOWN}
    assert second == night | {"period_start_utc": eleven}

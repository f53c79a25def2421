"""What panels make of weather: nothing at night, a plausible noon, and the typical year where weather is missing."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pytest
from pvlib.location import Location

from harness.lake_steps import stored
from wattlake.lake.contracts import columns
from wattlake.tasks.producers import producers
from wattlake.tasks.producers.pv_output_hourly import produce

SOUTH = {"zone": "london", "tilt_degrees": 35.0, "azimuth_degrees": 180.0, "latitude": 51.5, "longitude": -0.1}
SCHEMA = {
    **dict.fromkeys(("zone",), pl.String),
    **dict.fromkeys(("tilt_degrees", "azimuth_degrees", "latitude", "longitude"), pl.Float64),
    "period_start_utc": pl.Datetime("us"),
    **dict.fromkeys(("temperature_celsius", "wind_m_per_s"), pl.Float64),
    **dict.fromkeys(("shortwave_w_per_m2", "direct_w_per_m2", "diffuse_w_per_m2"), pl.Float64),
    "typical_w_per_kwp": pl.Decimal(9, 3),
    "known_at_utc": pl.Datetime("us"),
}


def clear_hours(panel: dict[str, Any] = SOUTH, **other: Any) -> list[dict[str, Any]]:
    """A clear 21 June in London, hour by hour, by pvlib's own clear sky in the middle of each hour."""
    starts = [stored(2013, 6, 21) + timedelta(hours=hour) for hour in range(24)]
    middles = pd.DatetimeIndex(starts, tz="UTC") + pd.Timedelta(minutes=30)
    sky = Location(51.5, -0.1).get_clearsky(middles, model="haurwitz")["ghi"].to_list()
    return [
        panel
        | {"period_start_utc": start, "temperature_celsius": 18.0, "wind_m_per_s": 3.0, "shortwave_w_per_m2": light}
        | {"direct_w_per_m2": 0.85 * light, "diffuse_w_per_m2": 0.15 * light, "known_at_utc": start}
        | other
        for start, light in zip(starts, sky, strict=True)
    ]


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA)


def output(rows: list[dict[str, Any]]) -> list[float]:
    return produce(frame(rows)).sort("period_start_utc")["output_w_per_kwp"].to_list()


def test_night_gives_nothing_and_a_clear_noon_in_june_most_of_the_peak():
    watts = output(clear_hours())
    assert watts[:3] == [0, 0, 0]
    assert watts[21:] == [0, 0, 0]
    assert max(watts) == watts[11] or max(watts) == watts[12]
    assert 600 < max(watts) < 1000
    assert 5000 < sum(watts) < 8000


def test_panels_to_the_east_have_their_day_in_the_morning():
    east, west = (output(clear_hours(SOUTH | {"azimuth_degrees": bearing})) for bearing in (90.0, 270.0))
    assert sum(east[:11]) > 1.5 * sum(west[:11])
    assert sum(west[13:]) > 1.5 * sum(east[13:])


def test_heat_costs_output():
    cool, hot = (output(clear_hours(temperature_celsius=celsius))[12] for celsius in (5.0, 35.0))
    assert 0.85 < hot / cool < 0.93, "30 °C at -0.37 % each"


def test_half_the_light_is_about_half_the_output():
    bright = clear_hours()
    light = ("shortwave_w_per_m2", "direct_w_per_m2", "diffuse_w_per_m2")
    dim = [row | {name: row[name] / 2 for name in light} for row in bright]
    assert output(dim)[12] == pytest.approx(output(bright)[12] / 2, rel=0.08)


def test_the_typical_year_stands_in_for_missing_weather_and_nothing_for_both():
    day = clear_hours()
    dark = {"shortwave_w_per_m2": None, "direct_w_per_m2": None, "diffuse_w_per_m2": None}
    found = produce(frame([day[10], day[11] | dark | {"typical_w_per_kwp": Decimal("321.5")}, day[12] | dark]))
    assert found.select("period_start_utc", "basis").rows() == [
        (day[10]["period_start_utc"], "weather"),
        (day[11]["period_start_utc"], "typical year"),
    ]
    assert found["output_w_per_kwp"][1] == 321.5
    assert found["output_w_per_kwp"][0] > 500
    assert found["provenance"].to_list() == ["simulated", "simulated"]
    assert found["known_at_utc"].to_list() == [day[10]["known_at_utc"], day[11]["known_at_utc"]]


def test_unknown_wind_and_temperature_are_taken_as_mild():
    assert output(clear_hours(temperature_celsius=None, wind_m_per_s=None)) == output(
        clear_hours(temperature_celsius=15.0, wind_m_per_s=1.0)
    )


def test_the_order_of_rows_does_not_matter_and_the_same_rows_give_the_same():
    rows = clear_hours() + clear_hours(SOUTH | {"zone": "leeds", "latitude": 53.8, "azimuth_degrees": 100.0})
    shuffled = random.Random(7).sample(rows, len(rows))
    key = ["zone", "period_start_utc"]
    first = produce(frame(rows))
    assert first.equals(produce(frame(rows)))
    assert first.sort(key).equals(produce(frame(shuffled)).sort(key))


def test_no_rows_give_no_rows_in_the_contracts_columns():
    found = produce(frame([]))
    assert (len(found), found.columns) == (0, list(columns("gold.pv_output_hourly")))


def test_every_producer_makes_a_table_of_gold():
    assert producers().keys() == {"gold.holiday", "gold.pv_output_hourly", "gold.unusual_day"}

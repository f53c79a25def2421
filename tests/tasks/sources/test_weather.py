"""Files of weather stations in their own layout: what silver makes of them, and what is set aside."""

import polars as pl
import pytest

from tests.support import silver
from tests.support.silver import ANSWERS, picked, reasons, utc
from wattlake.tasks.sources import weather


def recorded() -> pl.DataFrame:
    return silver.csv(ANSWERS / "weather.csv")


def test_the_file_has_the_layout():
    assert set(weather.SOURCE.layouts[0]) <= set(recorded().columns)


def test_what_a_station_measured_is_read_and_what_it_did_not_is_null():
    found = silver.rows("weather_station", "weather", recorded())
    names = ("zone", "period_start_utc", "period_minutes", "temperature_celsius", "shortwave_w_per_m2", "wind_m_per_s")
    assert picked(found, *names, "known_at_utc") == [
        ("north", utc(2025, 6, 1, 10), 10, 18.25, 512.3, 3.5, utc(2025, 6, 1, 11)),
        ("north", utc(2025, 6, 1, 10, 10), 10, 18.5, None, 3.25, utc(2025, 6, 1, 11, 10)),
    ]
    assert reasons(found) == [None] * 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"zone": None}, "no zone"),
        ({"start": "noon"}, "unreadable time"),
        ({"minutes": None}, "unclear length of the period"),
        ({"minutes": "20"}, "unclear length of the period"),
        ({"start": "2025-06-01T10:05Z"}, "off the grid of its periods"),
        ({"start": "2027-06-01T10:00Z"}, "later than its file"),
        ({"start": "1999-06-01T10:00Z"}, "outside the years of the calendar"),
        ({"temperature_celsius": " ", "shortwave_w_per_m2": None, "wind_m_per_s": None}, "no values"),
        ({"temperature_celsius": "18,25"}, "unreadable value"),
        ({"temperature_celsius": "1_8"}, "unreadable value"),
        ({"temperature_celsius": "61"}, "impossible value"),
        ({"shortwave_w_per_m2": "5123"}, "impossible value"),
        ({"wind_m_per_s": "nan"}, "impossible value"),
        ({"shortwave_w_per_m2": "-2.5"}, None),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(changed: dict[str, str | None], reason: str | None):
    odd = recorded().row(0, named=True) | changed
    landed = pl.DataFrame([odd], schema=dict.fromkeys(odd, pl.String))
    assert reasons(silver.rows("weather_station", "weather", landed)) == [reason]

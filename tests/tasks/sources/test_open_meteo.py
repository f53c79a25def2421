"""Weather: what is asked of the two APIs, how their answers are read, and what silver makes of them."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.asking import body_of
from tests.support.silver import ANSWERS, picked, question, reasons, request, utc
from wattlake.app.sandbox.server import running
from wattlake.lake.addresses import Address
from wattlake.tasks.sources import Place, Scope, open_meteo

LONDON, MANCHESTER = Place("london", 51.5, -0.12), Place("manchester", 53.48, -2.24)
URLS = {
    "open_meteo_archive": Address("http://archive.test/"),
    "open_meteo_forecast": Address("http://forecast.test"),
    "open_meteo_previous_runs": Address("http://previous.test"),
}
NOW = utc(2026, 8, 5, 10)
ARCHIVE = request(api="archive", zone=("london", "manchester"))
FORECAST = request(api="forecast", zone=("london", "manchester"))
DAY_AHEAD = request(api="previous_day1", zone=("london", "manchester"))


def recorded() -> bytes:
    return (ANSWERS / "open_meteo.json").read_bytes()


def changed(change: Callable[[Any], Any]) -> bytes:
    places = json.loads(recorded())
    return json.dumps(change(places) or places).encode()


def day_ahead() -> bytes:
    """The recorded answer as if what was expected a day before had been asked for."""

    def renamed(part: dict[str, Any]) -> dict[str, Any]:
        return {name if name == "time" else f"{name}_previous_day1": values for name, values in part.items()}

    places = json.loads(recorded())
    return json.dumps(
        [place | {part: renamed(place[part]) for part in ("hourly", "hourly_units")} for place in places]
    ).encode()


def scope(from_day: date, to_day: date, now: datetime = NOW, **given: Any) -> Scope:
    return Scope(
        from_day,
        to_day,
        now,
        **{"places": (LONDON, MANCHESTER), "urls": URLS} | given,
    )


def dates(asked: Scope) -> list[tuple[str, str, str]]:
    return [
        (each.asked["api"][0], each.params["start_date"], each.params["end_date"])
        for each in open_meteo.requests(asked)
    ]


def test_past_days_are_one_archive_request_for_all_zones_that_ends_a_day_late():
    (asked,) = open_meteo.requests(scope(date(2013, 1, 1), date(2013, 12, 31)))
    assert question(asked) == (
        "http://archive.test/v1/archive",
        {
            "latitude": "51.5,53.48",
            "longitude": "-0.12,-2.24",
            "start_date": "2013-01-01",
            "end_date": "2014-01-01",
            "hourly": "temperature_2m,relative_humidity_2m,cloud_cover,precipitation,weather_code,wind_speed_10m,"
            "shortwave_radiation,direct_radiation,diffuse_radiation",
            "timezone": "GMT",
        },
    )
    assert asked.asked == {"api": ("archive",), "zone": ("london", "manchester")}
    assert asked.final_at_utc == utc(2014, 1, 8)


def test_the_days_are_cut_at_new_year():
    assert dates(scope(date(2011, 12, 30), date(2013, 1, 2))) == [
        ("archive", "2011-12-30", "2012-01-01"),
        ("archive", "2012-01-01", "2013-01-01"),
        ("archive", "2013-01-01", "2013-01-03"),
    ]


def test_the_archive_is_never_asked_beyond_today_and_the_forecast_begins_today():
    past = [("archive", "2026-08-01", "2026-08-05"), ("previous_day1", "2026-08-01", "2026-08-05")]
    assert dates(scope(date(2026, 8, 1), date(2026, 8, 4))) == past
    assert dates(scope(date(2026, 8, 1), date(2026, 8, 5))) == [
        *past,
        ("forecast", "2026-08-05", "2026-08-09"),
    ]
    (forecast,) = open_meteo.requests(scope(date(2026, 8, 5), date(2026, 8, 6)))
    assert (str(forecast.url), forecast.final_at_utc) == ("http://forecast.test/v1/forecast", None)


def test_what_was_expected_of_past_days_is_asked_for_since_it_is_kept_and_settled_when_they_are_over():
    *archive, earlier = open_meteo.requests(scope(date(2023, 12, 30), date(2024, 2, 3)))
    assert [each.asked["api"] for each in archive] == [("archive",)] * 2
    assert question(earlier) == (
        "http://previous.test/v1/forecast",
        {
            "latitude": "51.5,53.48",
            "longitude": "-0.12,-2.24",
            "start_date": "2024-02-01",
            "end_date": "2024-02-04",
            "hourly": ",".join(f"{name}_previous_day1" for name in open_meteo.VARIABLES),
            "timezone": "GMT",
        },
    )
    assert earlier.final_at_utc == utc(2024, 2, 4)


def test_without_zones_nothing_is_asked():
    assert open_meteo.requests(scope(date(2013, 1, 1), date(2013, 1, 2), places=())) == []


def test_an_answer_is_read_as_it_was_written():
    landed = open_meteo.read(ARCHIVE, recorded())
    assert set(landed.dtypes) == {pl.String}
    assert landed.height == 6
    assert landed.row(1, named=True) == {
        "api": "archive",
        "zone": "london",
        "latitude": "51.5",
        "longitude": "-0.12",
        "time": "2026-08-03T12:00",
        "temperature_2m": "22.05",
        "relative_humidity_2m": "47",
        "cloud_cover": "25",
        "precipitation": "0.0",
        "weather_code": "1",
        "wind_speed_10m": "7.2",
        "shortwave_radiation": "712.5",
        "direct_radiation": "540.0",
        "diffuse_radiation": "172.5",
        "temperature_2m_unit": "°C",
        "precipitation_unit": "mm",
        "wind_speed_10m_unit": "km/h",
        "provenance": None,
    }
    assert landed["zone"].to_list() == ["london"] * 3 + ["manchester"] * 3
    assert landed["temperature_2m"].to_list() == ["14.2", "22.05", None, "12.9", "19.5", None]


def test_what_was_expected_a_day_before_is_read_under_the_same_names():
    named = pl.lit("previous_day1").alias("api")
    assert open_meteo.read(DAY_AHEAD, day_ahead()).equals(open_meteo.read(ARCHIVE, recorded()).with_columns(named))
    with pytest.raises(ValueError, match="expected an object with `temperature_2m_previous_day1`"):
        open_meteo.read(DAY_AHEAD, recorded())


def test_one_place_is_answered_by_an_object():
    one = json.dumps(json.loads(recorded())[0] | {"provenance": "simulated"}).encode()
    landed = open_meteo.read(request(api="archive", zone="london"), one)
    assert landed.select("zone", "provenance").rows() == [("london", "simulated")] * 3


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"error":true,"reason":"Cannot initialize"}', r"got `.*Cannot initialize.*expected hourly weather"),
        (recorded()[:-40], r"expected whole JSON \(\d+ bytes came"),
        (b"", r"got `an empty body`, expected whole JSON"),
        (changed(lambda places: places[:1]), r"expected 2 place\(s\) \(london, manchester\), but 1 came"),
        (changed(lambda places: places[::-1]), "expected the places in the order of the question"),
        (changed(lambda places: places[1].pop("hourly") and None), "expected an object with `hourly`"),
        (changed(lambda places: places[0]["hourly"].pop("cloud_cover") and None), "an object with `cloud_cover`"),
        (changed(lambda places: places[0]["hourly"].update(time=[])), "`time`, but nothing came"),
        (changed(lambda places: places[0]["hourly"]["cloud_cover"].pop()), "as many values of each"),
        (changed(lambda places: places[0]["hourly"].update(cloud_cover=[[], {}, 1])), "single values in `cloud_cover`"),
        (changed(lambda places: places[0].update(utc_offset_seconds=3600)), "expected times in UTC"),
        (b'[1, "two"]', "expected an object with `hourly`"),
    ],
)
def test_any_other_answer_is_told_in_one_sentence(body: bytes, sentence: str):
    with pytest.raises(ValueError, match=r"^Asked http://service\.test/question, got ") as told:
        open_meteo.read(ARCHIVE, body)
    assert told.match(sentence)


def test_a_value_of_another_kind_is_landed_as_written_and_quarantined():
    body = changed(lambda places: places[0]["hourly"].update(cloud_cover=[True, False, None]))
    landed = open_meteo.read(ARCHIVE, body)
    assert landed["cloud_cover"].to_list()[:3] == ["true", "false", None]
    assert reasons(silver.rows("weather_hourly", "open_meteo", landed.head(2))) == ["unreadable value"] * 2


def test_the_archive_becomes_hours_named_by_their_start_in_si_units():
    found = silver.rows("weather_hourly", "open_meteo", open_meteo.read(ARCHIVE, recorded()))
    assert found[1] == {
        "zone": "london",
        "period_start_utc": utc(2026, 8, 3, 11),
        "temperature_celsius": 22.05,
        "relative_humidity_pct": 47.0,
        "cloud_cover_pct": 25.0,
        "precipitation_mm": 0.0,
        "weather_code": 1,
        "wind_m_per_s": 2.0,
        "shortwave_w_per_m2": 712.5,
        "direct_w_per_m2": 540.0,
        "diffuse_w_per_m2": 172.5,
        "provenance": "estimated",
        "known_at_utc": silver.FETCHED,
        "_landing_id": 1,
        "quarantine_reason": None,
    }
    assert found[0]["period_start_utc"] == utc(2026, 8, 2, 23)
    assert reasons(found) == [None, None, "no values"] * 2


def test_history_counts_as_known_five_days_after_its_hour():
    found = silver.rows("weather_hourly", "open_meteo", open_meteo.read(ARCHIVE, recorded()), fetched=utc(2027, 1, 1))
    assert found[1]["known_at_utc"] == utc(2026, 8, 8, 12)


def test_every_forecast_stays_with_its_time_of_issue():
    landed = open_meteo.read(FORECAST, recorded())
    found = silver.rows("weather_forecast", "open_meteo", landed, fetched=utc(2026, 8, 3, 9, 59, 30, 900_000))
    issued = utc(2026, 8, 3, 9, 59, 30)
    assert picked(found[:3], "period_start_utc", "issued_at_utc", "horizon_hours", "known_at_utc") == [
        (utc(2026, 8, 2, 23), issued, -10, issued),
        (utc(2026, 8, 3, 11), issued, 2, issued),
        (utc(2026, 8, 3, 23), issued, 14, issued),
    ]
    assert found[1]["wind_m_per_s"] == 2.0
    assert reasons(found) == [None, None, "no values"] * 2


def test_what_was_expected_of_a_past_hour_was_known_24_hours_before_it():
    landed = open_meteo.read(DAY_AHEAD, day_ahead())
    found = silver.rows("weather_forecast", "open_meteo", landed, fetched=utc(2026, 9, 1))
    assert picked(found[:2], "period_start_utc", "issued_at_utc", "horizon_hours", "known_at_utc") == [
        (utc(2026, 8, 2, 23), utc(2026, 8, 1, 23), 24, utc(2026, 8, 1, 23)),
        (utc(2026, 8, 3, 11), utc(2026, 8, 2, 11), 24, utc(2026, 8, 2, 11)),
    ]
    assert found[1]["temperature_celsius"] == 22.05
    assert reasons(found) == [None, None, "no values"] * 2


def test_each_landed_row_goes_to_one_of_the_two_tables():
    archive, forecast = (open_meteo.read(each, recorded()) for each in (ARCHIVE, FORECAST))
    earlier = open_meteo.read(DAY_AHEAD, day_ahead())
    unclear = archive.with_columns(api=pl.lit(None, pl.String))
    hourly = silver.rows("weather_hourly", "open_meteo", archive, forecast, unclear, earlier)
    expected = silver.rows("weather_forecast", "open_meteo", archive, forecast, unclear, earlier)
    assert [row["_landing_id"] for row in expected] == [2] * 6 + [4] * 6
    assert [row["_landing_id"] for row in hourly] == [1] * 6 + [3] * 6
    assert reasons(hourly)[6:] == ["neither archive nor forecast"] * 6


@pytest.mark.parametrize("api", ["archive", "forecast"])
@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("zone", " ", "no zone"),
        ("time", "noon", "unreadable time"),
        ("time", "infinity", "unreadable time"),
        ("time", "2026-08-03T12:00+02:00", "unreadable time"),
        ("time", "2026-08-03T12:15", "off the hourly grid"),
        ("cloud_cover", "cloudy", "unreadable value"),
        ("temperature_2m_unit", "°F", "unknown unit"),
        ("precipitation_unit", "inch", "unknown unit"),
        ("wind_speed_10m_unit", None, "unknown unit"),
        ("temperature_2m", "60.1", "impossible value"),
        ("temperature_2m", "nan", "impossible value"),
        ("relative_humidity_2m", "101", "impossible value"),
        ("cloud_cover", "-1", "impossible value"),
        ("precipitation", "501", "impossible value"),
        ("weather_code", "100", "impossible value"),
        ("wind_speed_10m", "541", "impossible value"),
        ("shortwave_radiation", "1501", "impossible value"),
        ("direct_radiation", "-0.1", "impossible value"),
        ("diffuse_radiation", "inf", "impossible value"),
        ("provenance", "guessed", "unknown provenance"),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(api: str, column: str, text: str | None, reason: str):
    landed = open_meteo.read(request(api=api, zone=("london", "manchester")), recorded()).slice(1, 1)
    table = "weather_hourly" if api == "archive" else "weather_forecast"
    assert reasons(silver.rows(table, "open_meteo", landed)) == [None]
    odd = landed.with_columns(pl.lit(text, pl.String).alias(column))
    assert reasons(silver.rows(table, "open_meteo", odd)) == [reason]


def test_wind_in_metres_per_second_stays_as_it_is_and_a_single_null_is_no_fault():
    landed = open_meteo.read(ARCHIVE, recorded()).slice(1, 1)
    odd = landed.with_columns(wind_speed_10m_unit=pl.lit("m/s"), cloud_cover=pl.lit(None, pl.String))
    found = silver.rows("weather_hourly", "open_meteo", odd)
    assert picked(found, "wind_m_per_s", "cloud_cover_pct", "quarantine_reason") == [(7.2, None, None)]


def test_each_hour_of_the_days_comes_from_the_sandbox():
    now = utc(2024, 7, 10, 15)
    with running(now=now) as url:
        asked = scope(date(2024, 7, 6), date(2024, 7, 10), now, urls=dict.fromkeys(URLS, Address(url)))
        answered = [(each, body_of(each.url, each.params)) for each in open_meteo.requests(asked)]
    archive, earlier, forecast = (open_meteo.read(each, body) for each, body in answered)
    hourly = silver.rows("weather_hourly", "open_meteo", archive)
    in_days = [row for row in hourly if utc(2024, 7, 6) <= row["period_start_utc"] < utc(2024, 7, 10)]
    assert len({picked([row], "zone", "period_start_utc")[0] for row in in_days}) == 2 * 4 * 24
    assert set(picked(in_days, "quarantine_reason", "provenance")) == {(None, "simulated")}
    a_day_ahead = silver.rows("weather_forecast", "open_meteo", earlier)
    in_days = [row for row in a_day_ahead if utc(2024, 7, 6) <= row["period_start_utc"] < utc(2024, 7, 10)]
    assert set(picked(in_days, "quarantine_reason", "horizon_hours")) == {(None, 24)}
    assert len({picked([row], "zone", "period_start_utc")[0] for row in in_days}) == 2 * 4 * 24
    expected = silver.rows("weather_forecast", "open_meteo", forecast, fetched=utc(2024, 7, 10, 15))
    ahead = [row for row in expected if row["horizon_hours"] >= 0 and row["zone"] == "london"]
    assert [row["horizon_hours"] for row in ahead if row["quarantine_reason"] is None][:48] == list(range(48))

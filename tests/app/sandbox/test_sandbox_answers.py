from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from wattlake.app.sandbox.server import running

NOW = datetime(2026, 7, 1, 10, 20, tzinfo=UTC)
PLACE = {"latitude": "51.5", "longitude": "-0.1"}
THREE_PLACES = {"latitude": "51.5,-33.87,52.52", "longitude": "-0.1,151.2,13.41"}
ONE_DAY = {"start_date": "2026-06-30", "end_date": "2026-06-30"}
SYSTEM = {"lat": 51.5, "lon": -0.1, "pvcalculation": 1, "peakpower": 1, "loss": 14, "angle": 35, "outputformat": "json"}
END_TOO_LATE = "Parameter 'end_date' is out of allowed range from 1940-01-01 to 2026-07-01"
UNEQUAL_PLACES = "Parameter 'latitude' and 'longitude' must have the same number of elements"
UNKNOWN_UNIT = "Cannot initialize WindspeedUnit from invalid String value bft for key wind_speed_unit"
START_TOO_EARLY = "Parameter 'start_date' is out of allowed range from 2026-03-31 to 2026-07-16"
DAYS_AND_DATES = "Parameter 'past_days' is mutually exclusive with 'start_date' and 'end_date'"
ARCHIVE_TOO_EARLY = "Parameter 'start_date' is out of allowed range from 1940-01-01 to 2026-07-01"
NO_VARIABLE = "Cannot initialize WeatherVariable from invalid String value {} for key hourly"
NO_EARLIER_RUN = NO_VARIABLE.format("temperature_2m_previous_day1")
NO_EIGHTH_DAY = NO_VARIABLE.format("temperature_2m_previous_day8")
RUNS_TOO_EARLY = "Parameter 'start_date' is out of allowed range from 2024-01-01 to 2026-07-16"
BACKWARDS = "End-date must be larger or equals than start-date"
NO_NUMBER = "Past days is invalid. Allowed range 0 to 92. Given ²."
TOO_MANY_DAYS = "Past days is invalid. Allowed range 0 to 92. Given 93."


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with running(seed=7, now=NOW) as address, httpx.Client(base_url=address) as client:
        yield client


def asked_at(now: datetime, path: str, query: dict) -> httpx.Response:
    with running(seed=7, now=now) as address:
        return httpx.get(address + path, params=query)


def refusal(client: httpx.Client, path: str, **query: object) -> dict:
    answer = client.get(path, params=query)
    assert answer.status_code == 400
    body = answer.json()
    assert body.pop("provenance") == "simulated"
    return body


def prices(client: httpx.Client, start: str, end: str) -> dict:
    return client.get("/price", params={"bzn": "DE-LU", "start": start, "end": end}).json()


def test_one_place_is_an_object_and_several_are_a_list_numbered_from_the_second(client):
    one = client.get("/v1/archive", params=PLACE | ONE_DAY | {"hourly": "temperature_2m"}).json()
    many = client.get("/v1/archive", params=THREE_PLACES | ONE_DAY | {"hourly": "temperature_2m"}).json()
    assert one == many[0]
    assert "location_id" not in one
    assert [item["location_id"] for item in many[1:]] == [1, 2]
    assert [item["provenance"] for item in many] == ["simulated"] * 3


def test_places_are_answered_by_their_grid_point(client):
    many = client.get("/v1/archive", params=THREE_PLACES | ONE_DAY).json()
    assert [(round(item["latitude"], 2), round(item["longitude"], 2)) for item in many] == [
        (51.5, -0.1),
        (-33.86, 151.2),
        (52.52, 13.42),
    ]


def test_the_same_question_gets_the_same_bytes(client):
    question = PLACE | ONE_DAY | {"hourly": "temperature_2m,shortwave_radiation"}
    assert client.get("/v1/archive", params=question).content == client.get("/v1/archive", params=question).content


def test_days_asked_apart_are_those_asked_together(client):
    names = "temperature_2m,precipitation,weather_code,shortwave_radiation,direct_radiation,diffuse_radiation"
    question = PLACE | {"hourly": names}
    whole = client.get("/v1/archive", params=question | {"start_date": "2026-06-28", "end_date": "2026-06-30"}).json()
    last = client.get("/v1/archive", params=question | ONE_DAY).json()
    assert {name: values[48:] for name, values in whole["hourly"].items()} == last["hourly"]


def test_wind_is_in_the_unit_that_was_asked_for(client):
    question = PLACE | ONE_DAY | {"hourly": "wind_speed_10m"}
    kmh = client.get("/v1/archive", params=question).json()
    ms = client.get("/v1/archive", params=question | {"wind_speed_unit": "ms"}).json()
    assert (kmh["hourly_units"]["wind_speed_10m"], ms["hourly_units"]["wind_speed_10m"]) == ("km/h", "m/s")
    pairs = zip(kmh["hourly"]["wind_speed_10m"], ms["hourly"]["wind_speed_10m"], strict=True)
    assert all(fast == pytest.approx(3.6 * slow, abs=0.25) for fast, slow in pairs)


def test_the_archive_is_null_after_now(client):
    dates = {"start_date": "2026-07-01", "end_date": "2026-07-01"}
    values = client.get("/v1/archive", params=PLACE | dates | {"hourly": "temperature_2m"}).json()["hourly"]
    assert values["time"][0] == "2026-07-01T00:00" and len(values["time"]) == 24
    assert [value is None for value in values["temperature_2m"]] == [False] * 11 + [True] * 13


def test_a_forecast_reaches_as_far_as_asked_and_ends_in_nulls_at_the_horizon(client):
    question = PLACE | {"hourly": "temperature_2m"}
    week = client.get("/v1/forecast", params=question).json()["hourly"]
    longest = client.get("/v1/forecast", params=question | {"forecast_days": "16", "past_days": "2"}).json()["hourly"]
    assert (week["time"][0], week["time"][-1]) == ("2026-07-01T00:00", "2026-07-07T23:00")
    assert (longest["time"][0], longest["time"][-1]) == ("2026-06-29T00:00", "2026-07-16T23:00")
    assert None not in week["temperature_2m"]
    assert longest["temperature_2m"][-11:] == [None] * 11 and longest["temperature_2m"][-12] is not None


def test_a_forecast_is_the_archive_for_the_past_and_differs_for_the_future():
    question = PLACE | {"hourly": "temperature_2m", "start_date": "2026-06-30", "end_date": "2026-07-03"}
    later = datetime(2026, 7, 8, tzinfo=UTC)
    forecast = asked_at(NOW, "/v1/forecast", question).json()["hourly"]["temperature_2m"]
    archive = asked_at(later, "/v1/archive", question).json()["hourly"]["temperature_2m"]
    assert forecast[:24] == archive[:24]
    assert sum(expected != happened for expected, happened in zip(forecast[48:], archive[48:], strict=True)) > 40


def test_what_was_expected_days_before_errs_more_the_longer_before_and_is_null_where_it_is_not_known_yet(client):
    names = ("temperature_2m_previous_day1", "temperature_2m_previous_day5")
    dates = {"start_date": "2025-01-01", "end_date": "2025-12-31"}
    earlier = client.get("/v1/forecast", params=PLACE | dates | {"hourly": ",".join(names)}).json()
    truth = client.get("/v1/archive", params=PLACE | dates | {"hourly": "temperature_2m"}).json()["hourly"]
    error_1, error_5 = (np.std(np.subtract(earlier["hourly"][name], truth["temperature_2m"])) for name in names)
    assert 0.4 < error_1 < error_5 - 0.5
    assert earlier["hourly_units"] == {"time": "iso8601"} | dict.fromkeys(names, "°C")

    ahead = {"start_date": "2026-07-01", "end_date": "2026-07-03"}
    one = client.get("/v1/forecast", params=PLACE | ahead | {"hourly": names[0]}).json()["hourly"][names[0]]
    assert [value is None for value in one] == [False] * 25 + [True] * 47


@pytest.mark.parametrize(
    ("path", "change", "reason"),
    [
        ("/v1/archive", {"hourly": "temperature_2m_previous_day1"}, NO_EARLIER_RUN),
        ("/v1/forecast", {"hourly": "cloud_cover_previous_day1", "start_date": "2023-12-31"}, RUNS_TOO_EARLY),
        ("/v1/forecast", {"hourly": "temperature_2m_previous_day8"}, NO_EIGHTH_DAY),
        ("/v1/archive", {"start_date": None}, "Parameter 'start_date' is required but missing"),
        ("/v1/archive", {"end_date": "2026-07-02"}, END_TOO_LATE),
        ("/v1/archive", {"start_date": "30.6.2026"}, "Invalid date format. Make sure to use 'YYYY-MM-DD'"),
        ("/v1/archive", {"end_date": "2026-06-31"}, "Invalid date format. Make sure to use 'YYYY-MM-DD'"),
        ("/v1/archive", {"end_date": "2026-06-01"}, "End-date must be larger or equals than start-date"),
        ("/v1/archive", {"timezone": "Europe/London"}, "Invalid timezone"),
        ("/v1/archive", {"longitude": "1,2"}, UNEQUAL_PLACES),
        ("/v1/archive", {"latitude": "north"}, "Parameter 'latitude' and 'longitude' must be numbers"),
        ("/v1/archive", {"latitude": "91"}, "Latitude must be in range of -90 to 90°. Given: 91.0."),
        ("/v1/archive", {"longitude": "181"}, "Longitude must be in range of -180 to 180°. Given: 181.0."),
        ("/v1/archive", {"longitude": "nan"}, "Longitude must be in range of -180 to 180°. Given: nan."),
        ("/v1/archive", {"start_date": "0001-01-01"}, ARCHIVE_TOO_EARLY),
        ("/v1/archive", {"start_date": "0000-00-00"}, "Invalid date format. Make sure to use 'YYYY-MM-DD'"),
        ("/v1/archive", {"start_date": "2026-W01-1"}, "Invalid date format. Make sure to use 'YYYY-MM-DD'"),
        ("/v1/archive", {"end_date": "9999-12-31"}, END_TOO_LATE),
        ("/v1/archive", {"wind_speed_unit": "bft"}, UNKNOWN_UNIT),
        ("/v1/forecast", {"start_date": None, "end_date": None, "forecast_days": "0"}, BACKWARDS),
        ("/v1/forecast", {"start_date": None, "end_date": None, "past_days": "²"}, NO_NUMBER),
        ("/v1/forecast", {"start_date": "2026-03-30"}, START_TOO_EARLY),
        ("/v1/forecast", {"past_days": "1"}, DAYS_AND_DATES),
        ("/v1/forecast", {"start_date": None, "end_date": None, "past_days": "93"}, TOO_MANY_DAYS),
    ],
)
def test_open_meteo_refuses_what_it_cannot_answer(client, path, change, reason):
    query = {name: value for name, value in (PLACE | ONE_DAY | change).items() if value is not None}
    assert refusal(client, path, **query) == {"error": True, "reason": reason}


@pytest.mark.parametrize(
    ("day", "count"),
    [("2024-03-31", 23), ("2024-05-04", 24), ("2024-10-27", 25), ("2025-10-26", 100), ("2026-03-29", 92)],
)
def test_a_day_of_prices_is_a_local_day(client, day, count):
    answer = prices(client, day, day)
    minutes = 60 if count < 50 else 15
    steps = {later - sooner for sooner, later in zip(answer["unix_seconds"], answer["unix_seconds"][1:], strict=False)}
    assert len(answer["price"]) == len(answer["unix_seconds"]) == count
    assert steps == {minutes * 60}


def test_prices_become_quarter_hourly_in_october_2025(client):
    answer = prices(client, "2025-09-30", "2025-10-01")
    assert len(answer["price"]) == 24 + 96
    assert answer["unit"] == "EUR / MWh"
    assert prices(client, "2025-09-30", "2025-09-30")["unit"] == "EUR/MWh"
    assert answer["unix_seconds"][24] == int(datetime(2025, 9, 30, 22, tzinfo=UTC).timestamp())


def test_prices_asked_apart_are_those_asked_together(client):
    whole, last = prices(client, "2025-09-28", "2025-10-02"), prices(client, "2025-10-01", "2025-10-02")
    assert whole["price"][-192:] == last["price"]


def test_prices_go_negative_on_sunny_days_more_often_at_weekends(client):
    answer = prices(client, "2025-01-01", "2025-09-28")
    moments = [datetime.fromtimestamp(second, UTC) for second in answer["unix_seconds"]]
    negative = [moment for moment, price in zip(moments, answer["price"], strict=True) if price < 0]
    assert 0.02 < len(negative) / len(moments) < 0.2
    assert sum(moment.weekday() >= 5 for moment in negative) / len(negative) > 2 / 7
    assert sum(7 <= moment.hour <= 15 for moment in negative) / len(negative) > 0.7
    assert 40 < sum(answer["price"]) / len(moments) < 130


def test_prices_are_known_until_today_or_after_the_auction_until_tomorrow():
    question = {"start": "2026-07-01", "end": "2026-07-05"}
    before, after = (asked_at(datetime(2026, 7, 1, hour, tzinfo=UTC), "/price", question) for hour in (10, 11))
    assert (len(before.json()["price"]), len(after.json()["price"])) == (96, 192)
    assert asked_at(NOW, "/price", {"start": "2026-07-09"}).status_code == 404


@pytest.mark.parametrize("query", [{"bzn": "XX"}, {"start": "tomorrow"}])
def test_energy_charts_refuses_what_it_cannot_read(client, query):
    assert client.get("/price", params=query).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "1000-01-01", "2004-12-31", "9999-12-31"])
def test_days_without_a_market_have_no_prices_and_no_carbon_intensity(client, day):
    answer = client.get("/price", params={"start": day, "end": day})
    assert (answer.status_code, answer.json()["detail"]) == (404, "No content available for the requested period")
    intensity = client.get(f"/intensity/{day}T00:00Z/{day}T01:00Z")
    if day < "2005":
        message = "Please enter a start datetime from 2005-01-01 on."
        assert intensity.status_code == 400
        assert intensity.json()["error"] == {"code": "400 Bad Request", "message": message}
    else:
        assert intensity.json()["data"] == []


def test_prices_begin_with_the_market(client):
    answer = prices(client, "0001-01-01", "2005-01-01")
    assert answer["unix_seconds"][0] == int(datetime(2004, 12, 31, 23, tzinfo=UTC).timestamp())
    assert len(answer["price"]) == 24


def test_a_year_of_pvgis_has_every_hour_at_ten_past(client):
    answer = client.get("/api/v5_3/seriescalc", params=SYSTEM | {"startyear": 2020, "endyear": 2020}).json()
    rows = answer["outputs"]["hourly"]
    assert len(rows) == 8784
    assert (rows[0]["time"], rows[-1]["time"]) == ("20200101:0010", "20201231:2310")
    assert 850 < sum(row["P"] for row in rows) / 1000 < 1150
    assert answer["inputs"]["pv_module"] == {"technology": "crystSi", "peak_power": 1.0, "system_loss": 14.0}
    assert answer["inputs"]["mounting_system"]["fixed"]["type"] == "free-standing"


def test_pvgis_repeats_where_the_panels_are_mounted(client):
    question = SYSTEM | {"startyear": 2020, "endyear": 2020, "aspect": -90, "mountingplace": "building"}
    assert client.get("/api/v5_3/seriescalc", params=question).json()["inputs"]["mounting_system"] == {
        "fixed": {
            "slope": {"value": 35.0, "optimal": False},
            "azimuth": {"value": -90.0, "optimal": False},
            "type": "building-integrated",
        }
    }


def test_pvgis_power_grows_with_the_system_and_shrinks_with_loss(client):
    def yearly_w(**change: float) -> float:
        question = SYSTEM | {"startyear": 2013, "endyear": 2013} | change
        rows = client.get("/api/v5_2/seriescalc", params=question).json()["outputs"]["hourly"]
        return sum(row["P"] for row in rows)

    base = yearly_w()
    assert yearly_w(peakpower=4) == pytest.approx(4 * base, rel=1e-3)
    assert yearly_w(loss=57) == pytest.approx(base / 2, rel=1e-3)
    assert yearly_w(aspect=-90) < base > yearly_w(aspect=90)


def test_pvgis_has_no_power_where_none_was_asked_for(client):
    question = {"lat": 51.5, "lon": -0.1, "startyear": 2013, "endyear": 2013}
    assert set(client.get("/api/v5_3/seriescalc", params=question).json()["outputs"]["hourly"][0]) == {
        "time", "G(i)", "H_sun", "T2m", "WS10m", "Int",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "change", "message"),
    [
        ("v5_3", {"peakpower": None}, "peakpower Mandatory"),
        ("v5_3", {"lat": None}, "lat Mandatory"),
        ("v5_3", {"endyear": 2024}, "endyear: Incorrect value. Please, enter an integer between 2005 and 2023."),
        ("v5_3", {"startyear": "²"}, "startyear: Incorrect value. Please, enter an integer between 2005 and 2023."),
        ("v5_3", {"startyear": 2004}, "startyear: Incorrect value. Please, enter an integer between 2005 and 2023."),
        ("v5_2", {"endyear": 2021}, "endyear: Incorrect value. Please, enter an integer between 2005 and 2020."),
        (
            "v5_3",
            {"startyear": 2015, "endyear": 2014},
            "startyear: Incorrect value. It must not be later than endyear.",
        ),
        ("v5_3", {"angle": "steep"}, "angle: Incorrect value. Please, enter a number between 0 and 90."),
        ("v5_3", {"outputformat": "csv"}, "outputformat: Incorrect value. The sandbox writes json only."),
    ],
)
def test_pvgis_refuses_what_it_cannot_answer(client, version, change, message):
    query = {name: value for name, value in (SYSTEM | change).items() if value is not None}
    assert refusal(client, f"/api/{version}/seriescalc", **query) == {"message": message}


def test_carbon_intensity_knows_the_past_and_expects_the_future(client):
    entries = client.get("/intensity/2026-07-01T08:00Z/2026-07-01T12:00Z").json()["data"]
    assert [entry["from"] for entry in entries] == [
        f"2026-07-01T{hour:02}:{minute:02}Z" for hour in range(7, 12) for minute in (0, 30)
    ][1:]
    assert [entry["intensity"]["actual"] is None for entry in entries] == [False] * 5 + [True] * 4
    assert all(5 <= entry["intensity"]["forecast"] < 500 for entry in entries)


def test_carbon_intensity_ends_where_the_forecast_ends(client):
    entries = client.get("/intensity/2026-07-03T00:00Z/2026-07-09T00:00Z").json()["data"]
    assert entries[-1]["to"] == "2026-07-03T10:30Z"
    assert client.get("/intensity/2026-08-03T00:00Z/2026-08-09T00:00Z").json()["data"] == []


def test_carbon_intensity_follows_the_wind_and_sun(client):
    entries = client.get("/intensity/2026-06-01T00:00Z/2026-06-15T00:00Z").json()["data"]
    noon, evening = (
        [entry["intensity"]["actual"] for entry in entries if entry["from"][11:16] == time]
        for time in ("12:00", "19:00")
    )
    assert sum(noon) < sum(evening)


@pytest.mark.parametrize(
    "path", ["2026-06-01T00:00Z/2026-06-15T00:30Z", "2026-06-02T00:00Z/2026-06-01T00:00Z", "now/then"]
)
def test_carbon_intensity_refuses_long_reversed_and_unreadable_ranges(client, path):
    body = refusal(client, f"/intensity/{path}")
    assert body["error"]["code"] == "400 Bad Request"
    assert set(body["error"]) == {"code", "message"}

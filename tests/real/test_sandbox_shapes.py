import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from wattlake.app.sandbox.server import running

NOW = datetime(2026, 8, 5, 12, tzinfo=UTC)
MISSPELT = {"latitude": "51.5", "longitude": "-0.1", "hourly": "tempeture_2m"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with running(now=NOW) as address, httpx.Client(base_url=address) as client:
        yield client


def recorded(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text())


def keys(item: dict, *without: str) -> list[str]:
    return [key for key in item if key not in ("provenance", *without)]


@pytest.mark.parametrize(
    ("name", "latitudes", "longitudes"),
    [("forecast_one_place", "52.52", "13.41"), ("forecast_three_places", "48.66,48.92,52.5", "9,11.4,13.41")],
)
def test_a_forecast_has_the_keys_units_and_places_of_a_recorded_one(client, shared_data, name, latitudes, longitudes):
    real = recorded(shared_data, f"open_meteo/{name}.json")
    names = "temperature_2m,cloud_cover,precipitation,wind_speed_10m,shortwave_radiation,direct_radiation"
    query = {"latitude": latitudes, "longitude": longitudes, "hourly": names}
    ours = client.get("/v1/forecast", params=query).json()
    assert isinstance(ours, list) == isinstance(real, list)
    answers = (answer if isinstance(answer, list) else [answer] for answer in (ours, real))
    for mine, theirs in zip(*answers, strict=True):
        assert keys(mine) == keys(theirs)
        assert mine["hourly_units"].items() <= theirs["hourly_units"].items()
        assert set(mine["hourly"]) <= set(theirs["hourly"])
        assert (mine["latitude"], mine["longitude"]) == (theirs["latitude"], theirs["longitude"])
        for variable, values in mine["hourly"].items():
            assert len(values) == len(theirs["hourly"][variable]) == 168
            assert type(values[12]) is type(theirs["hourly"][variable][12])


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("open_meteo_400_bad_variable", "/v1/forecast", MISSPELT),
        ("pvgis_400_peakpower", "/api/v5_3/seriescalc", {"lat": 51, "lon": 0, "pvcalculation": 1, "loss": 14}),
    ],
)
def test_errors_are_worded_as_recorded(client, shared_data, name, path, query):
    answer = client.get(path, params=query)
    assert answer.status_code == 400
    assert answer.json() == recorded(shared_data, f"errors/{name}.json") | {"provenance": "simulated"}


@pytest.mark.parametrize("window", ["minutely", "hourly", "daily"])
def test_limits_are_worded_as_recorded(client, shared_data, window):
    client.put("/sandbox/faults", json={"rules": [{"kind": "rate_limit", "window": window, "requests": 1}]})
    answer = client.get("/v1/forecast")
    assert answer.status_code == 429
    assert answer.json() == recorded(shared_data, f"errors/open_meteo_429_{window}.json") | {"provenance": "simulated"}


def test_a_day_of_prices_differs_from_the_recorded_one_in_nothing_but_its_prices(client, shared_data):
    real = recorded(shared_data, "energy_charts/price_DE-LU_2024-05-04.json")
    ours = client.get("/price", params={"bzn": "DE-LU", "start": "2024-05-04", "end": "2024-05-04"}).json()
    assert keys(ours) == keys(real)
    assert {key: ours[key] for key in keys(ours, "price")} == {key: real[key] for key in keys(real, "price")}
    assert len(ours["price"]) == len(real["price"])


def test_a_pvgis_series_has_the_shape_of_the_recorded_one(client, shared_data):
    real = recorded(shared_data, "pvgis/seriescalc_5_2_excerpt.json")
    query = {"lat": 45, "lon": 8, "startyear": 2013, "endyear": 2014, "pvcalculation": 1, "peakpower": 10, "loss": 5}
    ours = client.get("/api/v5_2/seriescalc", params=query | {"outputformat": "json"}).json()
    assert keys(ours) == keys(real)
    for place in (("inputs", "location"), ("inputs", "meteo_data"), ("inputs", "pv_module"), ("meta", "inputs")):
        assert ours[place[0]][place[1]].keys() == real[place[0]][place[1]].keys()
    told, known = (answer["meta"]["outputs"]["hourly"]["variables"] for answer in (ours, real))
    assert {name: meaning.get("units") for name, meaning in told.items()} == {
        name: meaning.get("units") for name, meaning in known.items()
    }
    rows = real["outputs"]["hourly"]
    assert [row["time"] for row in ours["outputs"]["hourly"][: len(rows)]] == [row["time"] for row in rows]
    assert [list(row) for row in ours["outputs"]["hourly"][: len(rows)]] == [list(row) for row in rows]


def test_a_day_of_carbon_intensity_differs_from_the_recorded_one_in_nothing_but_its_numbers(client, shared_data):
    real = recorded(shared_data, "carbon_intensity/national_2026-08-03.json")["data"]
    path = f"/intensity/{real[0]['to']}/{real[-1]['to']}"
    ours = client.get(path).json()
    assert keys(ours) == ["data"]
    assert [(entry["from"], entry["to"]) for entry in ours["data"]] == [(entry["from"], entry["to"]) for entry in real]
    assert {tuple(entry["intensity"]) for entry in ours["data"]} == {tuple(entry["intensity"]) for entry in real}
    indexes = {entry["intensity"]["index"] for entry in ours["data"]}
    assert indexes <= {"very low", "low", "moderate", "high", "very high"}

"""The sources read what the real services answered and real files hold: ../shared/data, where that is present."""

import csv
import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from tests.support import silver
from tests.support.silver import picked, reasons, request, utc
from wattlake.tasks.sources import carbon_intensity, energy_charts, members, open_meteo, pvgis, smart_meters


def with_all_variables(body: bytes) -> bytes:
    """A recorded forecast that was asked for other variables, with the ones it lacks put in as nulls."""
    answer = json.loads(body)
    for place in answer if isinstance(answer, list) else [answer]:
        for name in open_meteo.VARIABLES:
            place["hourly"].setdefault(name, [None] * len(place["hourly"]["time"]))
    return json.dumps(answer, ensure_ascii=False).encode()


def test_a_forecast_for_three_places_is_a_list_whose_first_place_has_no_number(shared_data: Path):
    body = with_all_variables((shared_data / "open_meteo" / "forecast_three_places.json").read_bytes())
    landed = open_meteo.read(request(api="forecast", zone=("a", "b", "c")), body)
    found = silver.rows("weather_forecast", "open_meteo", landed, fetched=utc(2025, 11, 26, 6, 10))
    assert Counter(picked(found, "zone", "quarantine_reason")) == {(zone, None): 168 for zone in "abc"}
    names = ("period_start_utc", "horizon_hours", "temperature_celsius", "wind_m_per_s", "cloud_cover_pct")
    assert picked(found, *names)[168] == (utc(2025, 11, 25, 23), -7, 1.2, 1.889, 100.0)


def test_a_forecast_for_one_place_is_an_object(shared_data: Path):
    body = with_all_variables((shared_data / "open_meteo" / "forecast_one_place.json").read_bytes())
    landed = open_meteo.read(request(api="forecast", zone="berlin"), body)
    found = silver.rows("weather_forecast", "open_meteo", landed)
    assert Counter(reasons(found)) == {None: 168}
    written = json.loads(body)["hourly"]
    assert [row["shortwave_w_per_m2"] for row in found] == written["shortwave_radiation"]
    assert [row["wind_m_per_s"] for row in found] == [round(kmh / 3.6, 3) for kmh in written["wind_speed_10m"]]


def test_a_forecast_of_other_variables_is_refused(shared_data: Path):
    body = (shared_data / "open_meteo" / "forecast_one_place.json").read_bytes()
    with pytest.raises(ValueError, match="expected an object with `relative_humidity_2m`"):
        open_meteo.read(request(api="forecast", zone="berlin"), body)


def test_a_day_of_prices_is_24_local_hours(shared_data: Path):
    body = (shared_data / "energy_charts" / "price_DE-LU_2024-05-04.json").read_bytes()
    found = silver.rows("spot_price", "energy_charts", energy_charts.read(request(bidding_zone="DE-LU"), body))
    assert Counter(picked(found, "period_minutes", "quarantine_reason")) == {(60, None): 24}
    assert picked(found[:1], "period_start_utc", "spot_eur_per_mwh") == [(utc(2024, 5, 3, 22), Decimal("90.8"))]
    assert [row["spot_eur_per_mwh"] for row in found] == json.loads(body, parse_float=Decimal)["price"]


def test_eighteen_months_of_prices_are_whole_and_keep_their_negative_ones(shared_data: Path):
    with (shared_data / "energy_charts" / "price_DE-LU_hourly_2024-01_2025-06.csv").open() as file:
        written = [(int(row["unix_seconds"]), row["price_eur_per_mwh"]) for row in csv.DictReader(file)]
    seconds, texts = zip(*written, strict=True)
    answer = {"unix_seconds": seconds, "price": [float(text) for text in texts], "unit": "EUR / MWh"}
    landed = energy_charts.read(request(bidding_zone="DE-LU"), json.dumps(answer).encode())
    found = silver.rows("spot_price", "energy_charts", landed)
    assert Counter(picked(found, "period_minutes", "quarantine_reason")) == {(60, None): len(written)}
    by_time = sorted(picked(found, "period_start_utc", "spot_eur_per_mwh"))
    assert [price for _, price in by_time] == [Decimal(text) for text in texts]
    steps = {later - earlier for (earlier, _), (later, _) in pairwise(by_time)}
    assert steps == {timedelta(hours=1)}


def test_a_day_of_carbon_intensity_is_48_half_hours(shared_data: Path):
    body = (shared_data / "carbon_intensity" / "national_2026-08-03.json").read_bytes()
    found = silver.rows("carbon_intensity", "carbon_intensity", carbon_intensity.read(request(), body))
    assert Counter(reasons(found)) == {None: 48}
    names = ("period_start_utc", "forecast_gco2_per_kwh", "actual_gco2_per_kwh")
    assert picked(found, *names)[0] == (utc(2026, 8, 3, 23), 146.0, 158.0)


def test_a_system_of_ten_kwp_becomes_output_per_kwp(shared_data: Path):
    body = (shared_data / "pvgis" / "seriescalc_5_2_excerpt.json").read_bytes()
    landed = pvgis.read(request(zone="turin", tilt_degrees="30", azimuth_degrees="180"), body)
    found = silver.rows("pv_typical", "pvgis", landed)
    assert Counter(reasons(found)) == {None: 10}
    assert picked(found[-2:], "period_start_utc", "output_w_per_kwp") == [
        (utc(2013, 1, 1, 8), 118.72),
        (utc(2013, 1, 1, 9), 395.01),
    ]


def test_every_quoted_error_is_told_in_one_sentence(shared_data: Path):
    for path in sorted((shared_data / "errors").glob("*.json")):
        source = pvgis if path.name.startswith("pvgis") else open_meteo
        said = next(text for text in json.loads(path.read_bytes()).values() if isinstance(text, str))
        with pytest.raises(ValueError, match=r"^Asked .*, got .*, expected") as told:
            source.read(request(api="forecast", zone="berlin"), path.read_bytes())
        assert said in str(told.value)


def test_all_households_have_a_tariff(shared_data: Path):
    landed = silver.csv(shared_data / "smart_meters" / "informations_households.csv")
    assert set(members.SOURCE.layouts[1]) <= set(landed.columns)
    found = silver.rows("household", "members", landed)
    assert Counter(picked(found, "tariff", "quarantine_reason")) == {("Std", None): 4443, ("ToU", None): 1123}
    assert silver.rows("member", "members", landed) == []


def test_the_real_meter_files_are_read_to_the_milliwatt_hour(shared_data: Path):
    files = smart_meters.SOURCE.files(shared_data / "smart_meters" / "halfhourly_dataset")
    assert len(files) == 40
    landed = silver.csv(files[0])
    assert set(smart_meters.SOURCE.layouts[0]) <= set(landed.columns)
    found = silver.rows("meter_reading", "smart_meters", landed)
    with files[0].open() as file:
        written = [round(Decimal(row["energy(kWh/hh)"].strip()), 6) for row in csv.DictReader(file)]
    assert pl.DataFrame(found)["energy_kwh"].sum() == sum(written)
    assert set(reasons(found)) == {None}

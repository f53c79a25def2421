"""Hourly output of 1 kWp: what is asked, how answers are read, and what silver makes of them."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.asking import body_of
from tests.support.silver import ANSWERS, picked, question, reasons, request, utc
from wattlake.app.sandbox.server import running
from wattlake.lake.addresses import Address
from wattlake.tasks.sources import Array, Scope, pvgis

ASKED = request(zone="london", tilt_degrees="30", azimuth_degrees="90")
EAST = Array("london", 51.5, -0.12, 30.0, 90.0)
SOUTH_WEST = Array("leeds", 53.8, -1.55, 22.5, 225.0)


def recorded() -> bytes:
    return (ANSWERS / "pvgis.json").read_bytes()


def changed(**outputs: Any) -> bytes:
    answer = json.loads(recorded())
    return json.dumps(answer | {"outputs": answer["outputs"] | outputs}).encode()


def scope(*arrays: Array, url: str = "http://pvgis.test/") -> Scope:
    days = date(1999, 1, 1), date(1999, 12, 31)
    return Scope(*days, utc(2026, 8, 5), arrays=arrays, urls={"pvgis": Address(url)})


def test_each_distinct_array_is_asked_once_for_years_the_service_has_whatever_the_days():
    first, second = pvgis.requests(scope(EAST, SOUTH_WEST, EAST))
    assert question(first) == (
        "http://pvgis.test/api/v5_3/seriescalc",
        {
            "lat": "51.5",
            "lon": "-0.12",
            "startyear": "2022",
            "endyear": "2023",
            "pvcalculation": "1",
            "peakpower": "1",
            "loss": "14",
            "mountingplace": "building",
            "angle": "30",
            "aspect": "-90",
            "outputformat": "json",
        },
    )
    assert first.asked == {"zone": ("london",), "tilt_degrees": ("30",), "azimuth_degrees": ("90",)}
    assert (second.params["angle"], second.params["aspect"]) == ("22.5", "45")
    assert {first.final_at_utc, second.final_at_utc} == {utc(1970, 1, 1)}


def test_an_answer_is_read_as_it_was_written():
    landed = pvgis.read(ASKED, recorded())
    assert landed.height == 2
    assert landed.row(1, named=True) == {
        "zone": "london",
        "tilt_degrees": "30",
        "azimuth_degrees": "90",
        "radiation_db": "PVGIS-SARAH3",
        "peak_power": "2.0",
        "system_loss": "14.0",
        "time": "20220621:1110",
        "P": "1411.5",
        "G(i)": "918.4",
        "H_sun": "61.7",
        "T2m": "21.3",
        "WS10m": "2.8",
        "Int": "0.0",
        "provenance": None,
    }


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"message": "peakpower Mandatory"}', "got `.*peakpower Mandatory.*expected an hourly series"),
        (changed(hourly=[]), r"at least one entry in `outputs\.hourly`, but nothing came"),
        (changed(hourly=[{"time": "20220621:1110"}]), "expected an object with `P`"),
        (b'{"outputs": {"hourly": [{}]}}', r"expected an object with `inputs\.meteo_data\.radiation_db`"),
        (b"null", r"expected an object with `outputs\.hourly`"),
        (recorded()[:-100], "expected whole JSON"),
    ],
)
def test_any_other_answer_is_told_in_one_sentence(body: bytes, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        pvgis.read(ASKED, body)


def test_output_is_per_kwp_and_the_satellite_s_minute_becomes_its_hour():
    found = silver.rows("pv_typical", "pvgis", pvgis.read(ASKED, recorded()))
    assert found[1] == {
        "zone": "london",
        "tilt_degrees": 30.0,
        "azimuth_degrees": 90.0,
        "period_start_utc": utc(2022, 6, 21, 11),
        "output_w_per_kwp": 705.75,
        "provenance": "estimated",
        "_landing_id": 1,
        "quarantine_reason": None,
    }
    assert picked(found[:1], "period_start_utc", "output_w_per_kwp") == [(utc(2022, 6, 21), 0.0)]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("zone", None, "no zone"),
        ("tilt_degrees", "91", "impossible tilt"),
        ("azimuth_degrees", "west", "impossible azimuth"),
        ("time", "2022-06-21 11:10", "unreadable time"),
        ("time", "infinity", "unreadable time"),
        ("peak_power", "0", "unreadable peak power"),
        ("peak_power", "nan", "unreadable peak power"),
        ("P", None, "no values"),
        ("P", "bright", "unreadable output"),
        ("P", "3000.1", "impossible output"),
        ("P", "-1", "impossible output"),
        ("provenance", "guessed", "unknown provenance"),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(column: str, text: str | None, reason: str):
    landed = pvgis.read(ASKED, recorded()).tail(1)
    odd = landed.with_columns(pl.lit(text, pl.String).alias(column))
    assert reasons(silver.rows("pv_typical", "pvgis", odd)) == [reason]


def test_two_whole_years_come_from_the_sandbox():
    with running() as url:
        (asked,) = pvgis.requests(scope(SOUTH_WEST, url=url))
        found = silver.rows("pv_typical", "pvgis", pvgis.read(asked, body_of(asked.url, asked.params)))
    assert len({row["period_start_utc"] for row in found}) == 2 * 365 * 24
    assert {(row["quarantine_reason"], row["provenance"]) for row in found} == {(None, "simulated")}
    yearly_kwh = sum(row["output_w_per_kwp"] for row in found) / 2 / 1000
    assert 500 < yearly_kwh < 1400

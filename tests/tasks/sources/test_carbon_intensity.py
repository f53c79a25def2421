"""Carbon intensity: what is asked, how answers are read, and what silver makes of them."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.asking import body_of
from tests.support.silver import ANSWERS, picked, reasons, request, utc
from wattlake.app.sandbox.server import running
from wattlake.lake.addresses import Address
from wattlake.tasks.sources import Scope, carbon_intensity

ASKED = request()
NOW = utc(2026, 8, 5, 6, 30)


def recorded() -> bytes:
    return (ANSWERS / "carbon_intensity.json").read_bytes()


def scope(from_day: date, to_day: date, now: datetime = NOW, url: str = "http://carbon.test/") -> Scope:
    return Scope(from_day, to_day, now, urls={"carbon_intensity": Address(url)})


def test_the_days_are_asked_in_spans_of_at_most_fourteen():
    asked = carbon_intensity.requests(scope(date(2026, 6, 1), date(2026, 6, 30)))
    assert [str(each.url) for each in asked] == [
        "http://carbon.test/intensity/2026-06-01T00:00Z/2026-06-15T00:00Z",
        "http://carbon.test/intensity/2026-06-15T00:00Z/2026-06-29T00:00Z",
        "http://carbon.test/intensity/2026-06-29T00:00Z/2026-07-01T00:00Z",
    ]
    assert [each.final_at_utc for each in asked] == [utc(2026, 6, 17), utc(2026, 7, 1), utc(2026, 7, 3)]


def test_the_future_is_asked_as_far_as_it_is_forecast():
    (asked,) = carbon_intensity.requests(scope(date(2026, 8, 5), date(2026, 8, 31)))
    assert str(asked.url).endswith("/2026-08-05T00:00Z/2026-08-07T00:00Z")
    assert carbon_intensity.requests(scope(date(2026, 8, 7), date(2026, 8, 31))) == []


def test_an_answer_is_read_as_it_was_written():
    landed = carbon_intensity.read(ASKED, recorded())
    assert landed.columns == ["from", "to", "forecast", "actual", "index", "provenance"]
    assert landed.rows() == [
        ("2026-08-04T23:30Z", "2026-08-05T00:00Z", "112", "118", "moderate", None),
        ("2026-08-05T00:00Z", "2026-08-05T00:30Z", "96", "101", "low", None),
        ("2026-08-05T06:30Z", "2026-08-05T07:00Z", "131", None, "moderate", None),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"data": []}', "at least one entry in `data`, but nothing came"),
        (b'{"error": {"code": "400 Bad Request", "message": "too long"}}', "too long.*expected an object with `data`"),
        (b'{"data": {}}', "expected a list in `data`"),
        (b'{"data": [{"from": "2026-08-04T23:30Z"}]}', "expected an object with `to`"),
        (b'{"data": [{"from": "a", "to": "b", "intensity": {}}]}', r"expected an object with `intensity\.forecast`"),
        (recorded()[:-9], "expected whole JSON"),
    ],
)
def test_any_other_answer_is_told_in_one_sentence(body: bytes, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        carbon_intensity.read(ASKED, body)


def test_half_hours_have_what_was_expected_and_what_came_where_that_is_known():
    found = silver.rows("carbon_intensity", "carbon_intensity", carbon_intensity.read(ASKED, recorded()))
    assert found[0] == {
        "region": "GB",
        "period_start_utc": utc(2026, 8, 4, 23, 30),
        "period_minutes": 30,
        "forecast_gco2_per_kwh": 112.0,
        "actual_gco2_per_kwh": 118.0,
        "provenance": "estimated",
        "known_at_utc": silver.FETCHED,
        "_landing_id": 1,
        "quarantine_reason": None,
    }
    assert picked(found, "actual_gco2_per_kwh", "quarantine_reason") == [(118.0, None), (101.0, None), (None, None)]


def test_history_counts_as_known_a_day_after_its_half_hour():
    landed = carbon_intensity.read(ASKED, recorded())
    found = silver.rows("carbon_intensity", "carbon_intensity", landed, fetched=utc(2027, 1, 1))
    assert found[0]["known_at_utc"] == utc(2026, 8, 6)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"from": "half past eleven"}, "unreadable time"),
        ({"from": "infinity"}, "unreadable time"),
        ({"to": None}, "unreadable time"),
        ({"to": "2026-08-05T00:30Z"}, "not a half-hour"),
        ({"from": "2026-08-04T23:45Z", "to": "2026-08-05T00:15Z"}, "off the half-hour grid"),
        ({"forecast": None, "actual": None}, "no values"),
        ({"forecast": "many"}, "unreadable value"),
        ({"actual": "few"}, "unreadable value"),
        ({"forecast": "-1"}, "impossible value"),
        ({"actual": "2001"}, "impossible value"),
        ({"provenance": "guessed"}, "unknown provenance"),
        ({"from": "2026-08-04T23:30:00Z", "to": "2026-08-05T00:00:00Z", "provenance": "simulated"}, None),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(change: dict[str, Any], reason: str | None):
    landed = carbon_intensity.read(ASKED, recorded()).head(1)
    odd = landed.with_columns(pl.lit(text, pl.String).alias(name) for name, text in change.items())
    assert reasons(silver.rows("carbon_intensity", "carbon_intensity", odd)) == [reason]


def test_each_half_hour_of_the_days_comes_from_the_sandbox():
    with running(now=NOW) as url:
        asked = carbon_intensity.requests(scope(date(2026, 7, 20), date(2026, 8, 6), url=url))
        landed = [carbon_intensity.read(each, body_of(each.url, each.params)) for each in asked]
    found = silver.rows("carbon_intensity", "carbon_intensity", *landed)
    assert set(picked(found, "quarantine_reason", "provenance")) == {(None, "simulated")}
    starts = {row["period_start_utc"]: row["actual_gco2_per_kwh"] for row in found}
    assert set(starts) >= {utc(2026, 7, 20) + timedelta(minutes=30 * number) for number in range(18 * 48)}
    assert {start >= utc(2026, 8, 5, 6, 30) for start, actual in starts.items() if actual is None} == {True}

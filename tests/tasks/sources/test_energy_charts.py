"""Day-ahead prices: what is asked, how answers are read, and what silver makes of them."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.asking import body_of
from tests.support.silver import ANSWERS, picked, question, reasons, request, utc
from wattlake.app.sandbox.server import running
from wattlake.lake.addresses import Address
from wattlake.tasks.sources import Scope, energy_charts

ASKED = request(bidding_zone="DE-LU")
URLS = {"energy_charts": "http://prices.test/"}
NOW = utc(2026, 8, 5, 10)


def recorded() -> bytes:
    return (ANSWERS / "energy_charts.json").read_bytes()


def changed(**change: Any) -> bytes:
    return json.dumps(json.loads(recorded()) | change).encode()


def scope(from_day: date, to_day: date, now: datetime = NOW, url: str = URLS["energy_charts"]) -> Scope:
    return Scope(from_day, to_day, now, urls={"energy_charts": Address(url)})


def prices(seconds: list[int], zone: str = "DE-LU") -> pl.DataFrame:
    answer = changed(unix_seconds=seconds, price=list(range(len(seconds))))
    return energy_charts.read(request(bidding_zone=zone), answer)


def test_a_request_ends_a_day_late_because_local_days_are_ahead_of_utc():
    (asked,) = energy_charts.requests(scope(date(2025, 3, 1), date(2025, 3, 31)))
    assert question(asked) == ("http://prices.test/price", {"bzn": "DE-LU", "start": "2025-03-01", "end": "2025-04-01"})
    assert asked.asked == {"bidding_zone": ("DE-LU",)}
    assert asked.final_at_utc == utc(2025, 4, 2)


def test_long_spans_are_cut_at_new_year_and_end_tomorrow_where_prices_end():
    asked = energy_charts.requests(scope(date(2025, 12, 31), date(2026, 12, 31)))
    assert [(each.params["start"], each.params["end"]) for each in asked] == [
        ("2025-12-31", "2026-01-01"),
        ("2026-01-01", "2026-08-07"),
    ]
    assert energy_charts.requests(scope(date(2026, 8, 7), date(2026, 8, 9))) == []


def test_an_answer_is_read_as_it_was_written():
    assert energy_charts.read(ASKED, recorded()).rows() == [
        ("DE-LU", "1754258400", "92.5", "EUR / MWh", None),
        ("DE-LU", "1754262000", "0.0", "EUR / MWh", None),
        ("DE-LU", "1754265600", "-12.345", "EUR / MWh", None),
    ]
    assert energy_charts.read(ASKED, changed(provenance="simulated"))["provenance"].to_list() == ["simulated"] * 3


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (changed(unix_seconds=[], price=[]), "at least one entry in `unix_seconds`, but nothing came"),
        (b"", "got `an empty body`, expected whole JSON"),
        (b"{}", "expected an object with `unix_seconds`"),
        (b"[]", "expected an object with `unix_seconds`"),
        (recorded()[:80], "expected whole JSON"),
        (changed(price=[1.0]), "as many values of each, but there are .* 3 of `unix_seconds`, 1 of `price`"),
        (changed(price="high"), "expected a list in `price`"),
    ],
)
def test_any_other_answer_is_told_in_one_sentence(body: bytes, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        energy_charts.read(ASKED, body)


def test_hourly_and_negative_prices_become_decimals_per_period():
    found = silver.rows("spot_price", "energy_charts", energy_charts.read(ASKED, recorded()))
    assert found[2] == {
        "bidding_zone": "DE-LU",
        "period_start_utc": utc(2025, 8, 4, 0),
        "period_minutes": 60,
        "spot_eur_per_mwh": Decimal("-12.3450"),
        "provenance": "measured",
        "known_at_utc": utc(2025, 8, 3, 13),
        "_landing_id": 1,
        "quarantine_reason": None,
    }
    assert picked(found, "period_start_utc", "period_minutes", "spot_eur_per_mwh", "quarantine_reason")[:2] == [
        (utc(2025, 8, 3, 22), 60, Decimal("92.5000"), None),
        (utc(2025, 8, 3, 23), 60, Decimal("0.0000"), None),
    ]


def test_a_price_is_known_when_its_local_delivery_day_is_published_and_at_the_latest_when_fetched():
    summer_midnight = int(utc(2025, 8, 3, 22).timestamp())
    landed = prices([summer_midnight - 3600, summer_midnight])
    assert picked(silver.rows("spot_price", "energy_charts", landed), "known_at_utc") == [
        (utc(2025, 8, 2, 13),),
        (utc(2025, 8, 3, 13),),
    ]
    early = utc(2025, 8, 2, 12, 50)
    found = silver.rows("spot_price", "energy_charts", landed, fetched=early)
    assert picked(found, "known_at_utc") == [(early,), (early,)]


def test_both_spellings_of_the_unit_are_one_unit_and_others_are_quarantined():
    for unit, reason in (("EUR/MWh", None), ("EUR / MWh", None), ("EUR/kWh", "unknown unit"), (None, "unknown unit")):
        landed = energy_charts.read(ASKED, changed(unit=unit))
        assert reasons(silver.rows("spot_price", "energy_charts", landed)) == [reason] * 3


def test_the_length_of_a_period_comes_from_the_spacing_even_where_it_changes_or_has_a_hole():
    start = int(utc(2025, 9, 30, 20).timestamp())
    seconds = [start, start + 3600, *(start + 7200 + 900 * quarter for quarter in (0, 1, 2, 5, 6))]
    found = silver.rows("spot_price", "energy_charts", prices(seconds))
    assert picked(found, "period_minutes") == [(60,), (60,), (15,), (15,), (15,), (15,), (15,)]
    assert reasons(found) == [None] * 7


def test_zones_and_landings_are_no_neighbours():
    start = int(utc(2025, 8, 4).timestamp())
    landings = [prices([start, start + 3600]), prices([start + 1800, start + 3600], "AT"), prices([start + 1800])]
    found = silver.rows("spot_price", "energy_charts", *landings)
    by_landing = sorted(picked(found, "_landing_id", "period_minutes", "quarantine_reason"), key=lambda row: row[0])
    assert by_landing == [
        *[(1, 60, None)] * 2,
        *[(2, 30, None)] * 2,
        (3, None, "unclear length of the period"),
    ]


def test_a_period_that_a_hole_makes_longer_than_it_is_is_set_aside():
    start = int(utc(2025, 8, 4).timestamp())
    found = silver.rows("spot_price", "energy_charts", prices([start + 1800 * half for half in (0, 1, 3, 5, 6)]))
    assert picked(found, "period_minutes", "quarantine_reason") == [
        *[(30, None)] * 2,
        (60, "off the grid of its periods"),
        *[(30, None)] * 2,
    ]


def test_a_time_repeated_in_an_answer_does_not_spoil_its_length():
    start = int(utc(2025, 8, 4).timestamp())
    found = silver.rows("spot_price", "energy_charts", prices([start, start + 3600, start + 3600, start + 7200]))
    assert picked(found, "period_minutes", "quarantine_reason") == [(60, None)] * 4


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("bidding_zone", "", "no bidding zone"),
        ("unix_seconds", "noon", "unreadable time"),
        ("unix_seconds", "9223372036854775807", "unreadable time"),
        ("unix_seconds", "1754262001", "off the quarter-hour grid"),
        ("price", None, "no values"),
        ("price", "high", "unreadable price"),
        ("price", "nan", "unreadable price"),
        ("price", "10000.01", "impossible price"),
        ("provenance", "guessed", "unknown provenance"),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(column: str, text: str | None, reason: str):
    landed = energy_charts.read(ASKED, recorded()).with_row_index()
    odd = landed.with_columns(pl.when(pl.col("index") == 1).then(pl.lit(text)).otherwise(column).alias(column))
    found = silver.rows("spot_price", "energy_charts", odd.drop("index"))
    assert [each for each in reasons(found) if each != "unclear length of the period"].count(reason) == 1


@pytest.mark.parametrize(
    ("day", "minutes", "count"),
    [
        (date(2025, 3, 30), 60, 23),
        (date(2025, 6, 1), 60, 24),
        (date(2024, 10, 27), 60, 25),
        (date(2026, 3, 29), 15, 92),
        (date(2026, 7, 1), 15, 96),
        (date(2025, 10, 26), 15, 100),
    ],
)
def test_days_of_the_clock_change_have_as_many_periods_as_they_are_long(day: date, minutes: int, count: int):
    with running(now=utc(2026, 8, 5)) as url:
        body = body_of(f"{url}/price", {"bzn": "DE-LU", "start": f"{day}", "end": f"{day}"})
    found = silver.rows("spot_price", "energy_charts", energy_charts.read(ASKED, body))
    assert Counter(picked(found, "period_minutes", "quarantine_reason", "provenance")) == {
        (minutes, None, "simulated"): count
    }
    starts = [row["period_start_utc"] for row in found]
    assert starts == [starts[0] + number * timedelta(minutes=minutes) for number in range(count)]


def test_each_utc_hour_of_the_days_comes_from_the_sandbox():
    with running(now=utc(2025, 7, 1)) as url:
        (asked,) = energy_charts.requests(scope(date(2025, 3, 28), date(2025, 3, 31), utc(2025, 7, 1), url))
        landed = energy_charts.read(asked, body_of(asked.url, asked.params))
    found = {row["period_start_utc"] for row in silver.rows("spot_price", "energy_charts", landed)}
    assert found >= {utc(2025, 3, 28) + timedelta(hours=hour) for hour in range(4 * 24)}

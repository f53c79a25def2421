"""Prices and warnings are read value for value, and what is wrong in one is named."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.gateway_messages import PAGE
from tests.support.guides import blocks
from tests.support.mutants import JSON, mutants
from tests.support.stream_messages import message
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming.messages import Price, WeatherAlert
from wattlake.tasks.streaming.other_topics import Others, read_alerts, read_prices
from wattlake.tasks.streaming.refusals import UnreadableMessageError

SHOWN = {topic: json.loads(block) for topic, block in blocks("json", PAGE.read_text("utf-8"))}
PRICE, STORM = SHOWN["spot-prices"], SHOWN["weather-alerts"]


def test_the_price_of_the_page_is_a_price_of_silver() -> None:
    (price,) = read_prices(message(PRICE))
    assert price == Price("DE-LU", "2026-12-01T10:00:00Z", "60", "-4.25", "EUR/MWh")
    (row,) = silver.rows("listed_price", "prices", pl.DataFrame([price._asdict()]))
    assert row["quarantine_reason"] is None
    assert (row["bidding_zone"], row["period_minutes"], float(row["spot_eur_per_mwh"])) == ("DE-LU", 60, -4.25)
    assert row["period_start_utc"] == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_the_warning_of_the_page() -> None:
    starts, ends, sent = (datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (15, 21, 9))
    expected = WeatherAlert("2026-11-30-storm-1", "north", "error", "Gusts of 110 km/h", starts, ends, sent)
    assert read_alerts(message(STORM)) == [expected]
    later = STORM | {"severity": "Moderate", "ends_utc": None}
    assert read_alerts(message([STORM, later])) == [expected, expected._replace(severity="warn", ends_utc=None)]


@pytest.mark.parametrize(
    ("record", "change", "reason"),
    [
        (PRICE, {"bidding_zone": ""}, "bidding_zone is missing; a text was expected."),
        (PRICE, {"period_minutes": "an hour"}, "period_minutes is an hour; a whole number was expected."),
        (PRICE, {"price_eur_per_mwh": None}, "price_eur_per_mwh is missing; a number was expected."),
        (PRICE, {"period_start_utc": "2026-12-01"}, "period_start_utc is 2026-12-01; a time such as"),
        (STORM, {"severity": "red"}, "severity is red; one of minor, moderate, unknown, warn, severe, extreme, error"),
        (STORM, {"ends_utc": "2026-11-30T14:00:00Z"}, "ends_utc is 2026-11-30T14:00:00Z; a time after starts_utc"),
        (STORM, {"headline": "\x1b[31m"}, "headline is \\x1b[31m; a text of at most 200 printable signs"),
    ],
)
def test_a_field_that_is_wrong_is_named(record: dict[str, Any], change: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableMessageError) as error:
        (read_prices if record is PRICE else read_alerts)(message(record | change))
    assert str(error.value).startswith(reason)


def test_other_topics_are_read_as_ever() -> None:
    others = Others(Topics(spot_prices="prices/+", weather_alerts="weather"))
    read = others.reading(lambda message: [message.topic])  # type: ignore[list-item]
    assert read(message(PRICE, "prices/ch")) == read_prices(message(PRICE))
    assert read(message(STORM, "weather")) == read_alerts(message(STORM))
    assert read(message(STORM, "prices")) == ["prices"]
    with pytest.raises(UnreadableMessageError, match="bidding_zone is missing"):
        read(message(STORM, "prices/ch"))


def test_spoiled_messages_are_read_or_refused_in_a_line() -> None:
    refused = 0
    for record, read in ((PRICE, read_prices), (STORM, read_alerts)):
        for mutant in mutants("others", [json.dumps(record).encode()] * 200, JSON):
            try:
                read(message(mutant.content))
            except UnreadableMessageError as error:
                refused += 1
                assert str(error).isprintable()
                assert len(str(error)) < 300
    assert 100 < refused < 400

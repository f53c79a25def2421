"""Files of prices in their own layout: which there are, what silver makes of them, and what is set aside."""

from decimal import Decimal

import polars as pl
import pytest

from tests.support import silver
from tests.support.silver import ANSWERS, picked, reasons, utc
from wattlake.tasks.sources import prices


def recorded() -> pl.DataFrame:
    return silver.csv(ANSWERS / "prices.csv")


def test_the_file_has_the_layout():
    assert set(prices.SOURCE.layouts[0]) <= set(recorded().columns)


def test_prices_of_every_unit_become_euros_per_megawatt_hour_of_the_spacing_of_their_file():
    found = silver.rows("listed_price", "prices", recorded())
    assert picked(found, "bidding_zone", "period_start_utc", "period_minutes", "spot_eur_per_mwh", "known_at_utc") == [
        ("DE-LU", utc(2025, 9, 30, 22), 60, Decimal("91.5"), utc(2025, 9, 30, 13)),
        ("DE-LU", utc(2025, 9, 30, 23), 60, Decimal("-91.5"), utc(2025, 9, 30, 13)),
        ("DE-LU", utc(2025, 10, 1, 0), 60, Decimal("91.5"), utc(2025, 9, 30, 13)),
    ]
    assert reasons(found) == [None] * 3


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"bidding_zone": " "}, "no bidding zone"),
        ({"start": "noon"}, "unreadable time"),
        ({"start": "2025-03-30 02:30 (a time that the clock skipped)"}, "a time that the clock skipped"),
        ({"start": "noon (it says)"}, "unreadable time"),
        ({"start": "2025-09-30T22:07Z"}, "off the quarter-hour grid"),
        ({"start": "2025-09-30T22:15Z", "minutes": "30"}, "off the grid of its periods"),
        ({"start": "1999-09-30T22:00Z"}, "outside the years of the calendar"),
        ({"price": ""}, "no values"),
        ({"price": "9,15"}, "unreadable price"),
        ({"price": "1_0"}, "unreadable price"),
        ({"price": "nan"}, "unreadable price"),
        ({"price": "10001"}, "impossible price"),
        ({"price": "11", "unit": "EUR/kWh"}, "impossible price"),
        ({"unit": "GBP/MWh"}, "unknown unit"),
        ({"unit": None}, "unknown unit"),
        ({"minutes": "5"}, "unclear length of the period"),
        ({"provenance": "guessed"}, "unknown provenance"),
        ({"minutes": "15", "unit": "EUR / MWh", "price": " -9.5 "}, None),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(changed: dict[str, str | None], reason: str | None):
    odd = {"minutes": "60", "provenance": None} | recorded().row(0, named=True) | changed
    schema = dict.fromkeys(odd, pl.String)
    assert reasons(silver.rows("listed_price", "prices", pl.DataFrame([odd], schema=schema))) == [reason]

"""What zones come to slot by slot, worked out by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from harness.lake_steps import fill_table, model_rows, plain_tables, stored
from wattlake.lake.contracts import columns
from wattlake.lake.settings import Settings

NIGHT, NOON, EVENING = stored(2013, 6, 1, 1), stored(2013, 6, 1, 12), stored(2013, 6, 1, 23)
"""By the clock of London the last is an hour of the second of June."""


def position(member: str, slot: datetime, zone: str, entry: int = 1, **given: int) -> dict[str, Any]:
    """A booking of a member's slot in which nothing happened but what is given."""
    numbers = {name: 0 for name in columns("gold.settled_position") if name.endswith(("_kwh", "_eur"))}
    of_whom = {"settlement_id": 1, "entry": entry, "period_start_utc": slot, "member_id": member, "zone": zone}
    return numbers | of_whom | {"is_provisional": False, "provenance": "measured"} | given


def trade(slot: datetime, seller: str, entry: int = 1) -> dict[str, Any]:
    numbers = {"energy_kwh": 3 * entry, "price_eur_per_kwh": 100, "amount_eur": entry}
    return (
        numbers
        | {"settlement_id": 1, "entry": entry, "period_start_utc": slot, "seller_id": seller}
        | {"buyer_id": "ben"}
    )


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two days of Ada, who moves from the north to the south at noon, and of Ben in the west."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        for slot, day in ((NIGHT, 1), (NOON, 1), (EVENING, 2)):
            local = {"local_date": date(2013, 6, day), "local_start": slot + timedelta(hours=1)}
            fill_table(connection, "gold.calendar", [{"period_start_utc": slot, "period_minutes": 60} | local])
        for day in (1, 2):
            of_day = {"local_date": date(2013, 6, day), "period_start_utc": stored(2013, 6, day) - timedelta(hours=1)}
            placed = [{"member_id": "ada", "zone": "south"} | of_day, {"member_id": "ben", "zone": "west"} | of_day]
            fill_table(connection, "gold.market_daily", placed)
        yield connection


def found(tables: duckdb.DuckDBPyConnection, *names: str) -> list[tuple[Any, ...]]:
    rows = model_rows(tables, "gold.zone_slot", Settings())
    return rows.select("zone", "period_start_utc", *names).sort("zone", "period_start_utc").rows()


def test_a_member_counts_to_the_zone_it_is_in_at_the_end_of_the_local_day(tables):
    slots = [(NIGHT, "north"), (NOON, "south"), (EVENING, "south")]
    fill_table(tables, "gold.settled_position", [position("ada", slot, zone, bought_kwh=2) for slot, zone in slots])
    assert found(tables, "members", "bought_kwh") == [("south", slot, 1, 2) for slot, _ in slots]


def test_a_zone_without_a_trade_has_none_and_one_with_some_counts_what_its_members_sell(tables):
    fill_table(tables, "gold.settled_position", [position("ada", NOON, "south"), position("ben", NOON, "west")])
    fill_table(tables, "gold.settled_position", [position("ada", NIGHT, "north"), position("ben", NIGHT, "west")])
    fill_table(tables, "gold.settled_trade", [trade(NOON, "ada")])
    assert found(tables, "trades") == [("south", NIGHT, 0), ("south", NOON, 1), ("west", NIGHT, 0), ("west", NOON, 0)]


def test_what_was_taken_back_does_not_count_and_a_slot_of_which_nothing_is_left_is_none(tables):
    fill_table(
        tables,
        "gold.settled_position",
        [
            position("ada", NOON, "south", sold_kwh=3, sold_eur=9),
            position("ada", NOON, "south", entry=-1, sold_kwh=-3, sold_eur=-9),
            position("ada", NIGHT, "south", sold_kwh=3, sold_eur=9),
            position("ada", NIGHT, "south", entry=-1, sold_kwh=-3, sold_eur=-9),
            position("ada", NIGHT, "south", settlement_id=2, sold_kwh=2, sold_eur=6),
        ],
    )
    fill_table(tables, "gold.settled_trade", [trade(NOON, "ada"), trade(NOON, "ada", -1)])
    assert found(tables, "sold_kwh", "saving_eur") == [("south", NIGHT, 2, 6)]

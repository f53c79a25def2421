"""Slots of small communities as the market takes them, cleared in a plain DuckDB."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from hypothesis import strategies as st

from harness.lake_steps import stored
from tests.support.units import SIX, in_units, of_units
from wattlake.lake.market.clearing import clear, hash_slots, open_slots
from wattlake.lake.market.terms import Terms, terms_of
from wattlake.lake.models.macros import create_macros
from wattlake.lake.settings import Settings

START = stored(2024, 6, 1)
ZONES = {"north": (51.5, -0.1), "south": (50.8, -0.1), "west": (51.4, -2.6)}


@dataclass(frozen=True)
class Member:
    """A member's energy in one slot, in whole milliwatt-hours."""

    member_id: str
    zone: str
    consumption: int
    production: int
    sharing_weight: str = "1"


@dataclass(frozen=True)
class Slot:
    """One slot: what the grid charges and pays, in micro-euros for a kilowatt-hour, and the members' energy."""

    buy: int
    sell: int
    members: tuple[Member, ...]


def terms(**given: Any) -> Terms:
    """Today's terms but for what is given."""
    return terms_of(Settings(**given))


@contextmanager
def opened(slots: Sequence[Slot], of_terms: Terms, is_reversed: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB with some slots, an hour each, ready to be cleared."""
    positions = [
        (
            START + timedelta(hours=number), member.member_id, member.zone, Decimal(member.sharing_weight),
            *map(of_units, (
                member.consumption, member.production, min(member.consumption, member.production),
                max(member.production - member.consumption, 0), max(member.consumption - member.production, 0),
            )),
            False, "measured",
        )
        for number, slot in enumerate(slots)
        for member in slot.members
    ]  # fmt: skip
    positions = positions[::-1] if is_reversed else positions
    schema = {
        "period_start_utc": pl.Datetime("us"), "member_id": pl.String, "zone": pl.String,
        "sharing_weight": pl.Decimal(9, 3), "consumption_kwh": SIX, "production_kwh": SIX,
        "self_consumption_kwh": SIX, "surplus_kwh": SIX, "deficit_kwh": SIX, "is_provisional": pl.Boolean,
        "provenance": pl.String,
    }  # fmt: skip
    grid = [
        (START + timedelta(hours=number), of_units(slot.buy), of_units(slot.sell)) for number, slot in enumerate(slots)
    ]
    priced = {
        "period_start_utc": pl.Datetime("us"),
        "buy_eur_per_kwh": SIX,
        "sell_eur_per_kwh": SIX,
    }
    with duckdb.connect() as connection:
        create_macros(connection)
        connection.register("given_positions", pl.DataFrame(positions, schema=schema, orient="row").to_arrow())
        connection.register("given_grid", pl.DataFrame(grid, schema=priced, orient="row").to_arrow())
        connection.execute("create temp table position as from given_positions")
        connection.execute("create temp table grid as from given_grid")
        connection.execute(
            "create schema gold; create table gold.zone (zone varchar, latitude double, longitude double)"
        )
        for zone, (latitude, longitude) in ZONES.items():
            connection.execute("insert into gold.zone values (?, ?, ?)", [zone, latitude, longitude])
        open_slots(connection, of_terms)
        yield connection


def cleared(
    slots: Sequence[Slot], mechanism: str, of_terms: Terms, is_reversed: bool = False
) -> dict[str, pl.DataFrame]:
    """What a mechanism makes of slots, in whole units: ``outcome``, ``trade``, ``slot`` and the slots' hashes."""
    with opened(slots, of_terms, is_reversed) as connection:
        slot_hash = hash_slots(connection, clear(connection, of_terms, mechanism))
        return {
            "outcome": in_units(connection.execute("from outcome order by period_start_utc, member_id").pl()),
            "trade": in_units(connection.execute("from trade order by period_start_utc, seller_id, buyer_id").pl()),
            "slot": in_units(connection.execute("from slot order by period_start_utc").pl()),
            "slot_hash": connection.execute(f"select period_start_utc, sha256 from {slot_hash} order by all").pl(),
        }


def communities() -> st.SearchStrategy[Slot]:
    """Random slots: up to nine members in three zones; prices of every kind, negative ones and none to gain from."""
    energy = st.one_of(
        st.integers(0, 5), st.integers(0, 3000), st.integers(0, 3_000_000), st.sampled_from((0, 0, 1_000_000_000))
    )
    member = st.tuples(st.sampled_from(tuple(ZONES)), energy, energy, st.sampled_from(("0", "1", "1", "0.5", "2.125")))
    buy = st.one_of(st.integers(50_000, 450_000), st.integers(-20_000, 20_000))
    sell = st.one_of(st.integers(0, 150_000), st.integers(-60_000, 60_000), st.just(0))
    return st.builds(
        lambda buy, sell, members: Slot(buy, sell, tuple(Member(f"m{n}", *drawn) for n, drawn in enumerate(members))),
        buy,
        sell,
        st.lists(member, min_size=1, max_size=9),
    )

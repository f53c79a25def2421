"""Clearing: the market of some days, computed in temporary tables by the models of ``sql/gold/market``.

A mechanism is one model: a SELECT of claims. A claim says what a member may sell or buy in a slot at most
(``most_wh``), how much is shared among the claims of its side (``shared_wh``), by which ``weight``, and at which price.
Four of them share in proportion (``pro_rata``); an auction would give each award as a claim with its own price. All
else is common to all: whole Wh by largest remainder, pairs, amounts.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from lake.connection import Connection, scalar
from lake.gold import ONE_DAY, within
from lake.market.terms import Terms
from lake.models import SQL_FOLDER, fill_in, models

MECHANISMS = (
    "mid_market_rate",
    "supply_demand_ratio",
    "bill_sharing",
    "static_coefficients",
    "dynamic_coefficients",
)
SLOTS_AT_ONCE = 1_000_000
"""So many members' slots are cleared at once, if they are more than a day's: that takes about 2 GB."""

Window = tuple[datetime, datetime]
"""Instants without an offset, in UTC, half-open."""


def parts(connection: Connection, window: Window) -> Iterator[Window]:
    """A window of whole days in parts, one after the other, none of them more than fits well into memory."""
    slots = scalar(connection, f"select count(*) from gold.energy_flow where {within(window)}")
    days = (window[1] - window[0]).days
    step = ONE_DAY * min(days, max(1, days * SLOTS_AT_ONCE // max(slots, 1)))
    begin = window[0]
    while begin < window[1]:
        yield begin, min(begin + step, window[1])
        begin += step


def prepare(connection: Connection, terms: Terms, window: Window) -> None:
    """Make what all mechanisms start from, of the days of a window."""
    given = terms | {"from_utc": window[0], "to_utc": window[1]}
    _make(connection, "grid", fill_in(models()["gold.grid_slot"].sql, given | {"carbon_gco2_per_kwh": 0}))
    _make(connection, "position", fill_in(step_sql("position"), given))
    open_slots(connection, terms)


def open_slots(connection: Connection, terms: Terms) -> None:
    """Make ``slot``, ``pro_rata`` and ``zone_place`` from ``position``, ``grid`` and ``gold.zone``."""
    for step in ("slot", "pro_rata", "zone_place"):
        _make(connection, step, fill_in(step_sql(step), terms))


def clear(connection: Connection, terms: Terms, mechanism: str) -> None:
    """Let a mechanism settle what was prepared: makes ``trade``, and ``outcome`` of every position with prices."""
    _make(connection, "claims", fill_in(step_sql(mechanism), terms))
    connection.execute("create or replace temp view claim as select * from claims where not is_seller")
    _make(connection, "bought", step_sql("apportioned"))
    connection.execute(f"create or replace temp view claim as {step_sql('seller_claim')}")
    _make(connection, "sold", step_sql("apportioned"))
    for step in ("part", "stretch", "trade", "outcome"):
        _make(connection, step, step_sql(step))


def hash_slots(connection: Connection) -> None:
    """Make ``slot_hash``: the hash of each slot's canonical rows in ``slot``, ``outcome`` and ``trade``."""
    _make(connection, "slot_hash", step_sql("slot_hash"))


@cache
def step_sql(name: str) -> str:
    """The SELECT of a step."""
    return (SQL_FOLDER / "gold" / "market" / f"{name}.sql").read_text(encoding="utf-8")


def _make(connection: Connection, name: str, sql: str) -> None:
    connection.execute(f"create or replace temp table {name} as {sql}")

"""Clear the market of some days: compute prices, energy and trades of each slot.

The models of ``sql/steps/market`` compute it in temporary tables.

A mechanism is one model: a SELECT of claims. A claim says what a member may sell or buy in a slot at most
(``most_units``), how much is shared among the claims of its side (``shared_units``), by which ``weight``, and at which
price. Four of them share in proportion (``pro_rata``); an auction would give each award as a claim with its own price.
All else is common to all: whole milliwatt-hours by largest remainder, pairs, amounts.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from wattlake.lake.market.steps import step_sql
from wattlake.lake.market.terms import Terms
from wattlake.lake.models.graph import fill_in, models
from wattlake.lake.models.rewriting import reading_from
from wattlake.lake.quality.written import within
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.times import ONE_DAY

MECHANISMS = (
    "mid_market_rate",
    "supply_demand_ratio",
    "bill_sharing",
    "static_coefficients",
    "dynamic_coefficients",
)
SLOTS_AT_ONCE = 2_000_000
"""At most so many members' slots are cleared at once, but a day at least: that takes 2 GB."""

Window = tuple[datetime, datetime]
"""Instants without an offset, in UTC, half-open."""


class Cleared(NamedTuple):
    """The relations that hold what some slots come to.

    Attributes:
        slot: a row for each slot, with its prices and sums.
        outcome: a row for each member's slot, with its energy and money.
        trade: a row for each sale of one member to another in a slot.
    """

    slot: str
    outcome: str
    trade: str


def parts(connection: Connection, window: Window, table: str = "gold.energy_flow") -> Iterator[Window]:
    """Split a window of whole days into parts that fit well into memory.

    A part is a day at least; its rows, each a member's slot, are on average ``SLOTS_AT_ONCE`` at most.
    """
    slots = scalar(connection, f"select count(*) from {table} where {within(window)}")
    days = (window[1] - window[0]).days
    step = ONE_DAY * min(days, max(1, days * SLOTS_AT_ONCE // max(slots, 1)))
    begin = window[0]
    while begin < window[1]:
        yield begin, min(begin + step, window[1])
        begin += step


def prepare(connection: Connection, terms: Terms, window: Window) -> str:
    """Make the tables that all mechanisms start from, for the days of a window.

    Returns:
        The relation of the members' energy.
    """
    given = terms | {"from_utc": window[0], "to_utc": window[1]}
    # Numbers in the order of the names: joins and sorts take them faster than text.
    connection.execute(
        "create or replace temp type member_name as enum "
        "(select distinct member_id from gold.member_version order by member_id)"
    )
    _make(connection, "grid", fill_in(models()["gold.grid_slot"].sql, given | {"carbon_gco2_per_kwh": 0}))
    _make(connection, "position", fill_in(step_sql("position"), given))
    open_slots(connection, terms)
    return "position"


def open_slots(connection: Connection, terms: Terms) -> None:
    """Make ``slot`` and ``zone_place`` from ``position``, ``grid`` and ``gold.zone``."""
    for step in ("slot", "zone_place"):
        _make(connection, step, fill_in(step_sql(step), terms))


def clear(connection: Connection, terms: Terms, mechanism: str) -> Cleared:
    """Settle the prepared slots by a mechanism; return the relations of its results."""
    _make(
        connection,
        "part",
        step_sql("part"),
        pro_rata=step_sql("pro_rata"),
        claims=fill_in(step_sql(mechanism), terms),
        bought=_apportioned("select * from claims where not is_seller"),
        sold=_apportioned(step_sql("seller_claim")),
    )
    _make(connection, "trade", step_sql("trade"), stretch=step_sql("stretch"))
    connection.execute(f"create or replace temp view outcome as {step_sql('outcome')}")
    return Cleared(slot="slot", outcome="outcome", trade="trade")


def hash_slots(connection: Connection, cleared: Cleared) -> str:
    """Make a table with the hash of each slot's canonical rows; return its name."""
    _make(connection, "slot_hash", reading_from(step_sql("slot_hash"), cleared._asdict()))
    return "slot_hash"


def _apportioned(claim: str) -> str:
    return f"with claim as ({claim}) from ({step_sql('apportioned')})"


def _make(connection: Connection, name: str, sql: str, **steps: str) -> None:
    """Make a table of a SELECT and the steps before it.

    Steps stay within the statement: writing them to tables takes longer than computing them, and DuckDB reads with one
    thread only what the same transaction wrote.
    """
    before = ", ".join(f"{step} as materialized ({made})" for step, made in steps.items())
    connection.execute(f"create or replace temp table {name} as {f'with {before} from ({sql})' if steps else sql}")

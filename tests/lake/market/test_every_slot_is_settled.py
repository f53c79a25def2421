"""Every slot in which a member's energy is known, read or estimated, is settled: random gaps, members, mechanisms."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.lake_steps import model_rows, plain_tables, stored
from tests.support.gold_steps import BEGIN, END, WITHOUT_WEATHER, build_gold, give, give_readings, member, reading
from tests.support.market_slots import terms
from wattlake.lake.market.clearing import MECHANISMS, clear, prepare
from wattlake.lake.market.steps import step_sql
from wattlake.lake.market.unsettled import slots_between
from wattlake.lake.models.graph import fill_in
from wattlake.lake.settings import Settings

START, HOURS = stored(2013, 6, 4), 72
PANELS = {"panel_kwp": 3.0, "tilt_degrees": 30.0, "azimuth_degrees": 180.0, "member_type": "prosumer"}
KINDS: dict[str, dict[str, Any]] = {
    "consumer": {},
    "prosumer with a production meter": PANELS | {"production_meter_id": "P"},
    "prosumer whose panels have no meter": PANELS,
    "solar park": PANELS | {"production_meter_id": "P", "meter_id": None},
}
FIXED = terms(retail_eur_per_kwh="0.3", feed_in_eur_per_kwh="0.08", slot_minutes=60)
"""Prices that no market has to be asked for."""

gap = st.tuples(st.integers(1, HOURS - 2), st.sampled_from((1, 2, 3, 23, 24, 30)))
gaps = st.lists(gap, max_size=2).map(
    lambda found: {hour for first, hours in found for hour in range(first, min(first + hours, HOURS - 1))}
)
community = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), gaps, gaps), min_size=1, max_size=4)


def community_of(kinds: list[tuple[str, set[int], set[int]]], tables: duckdb.DuckDBPyConnection) -> None:
    """Members of these kinds, three days of their hourly readings but for the gaps, and gold made of it all."""
    plain_tables(tables)
    for number, (kind, unread, unproduced) in enumerate(kinds):
        meters = {"meter_id": f"C{number}"} | KINDS[kind]
        if "production_meter_id" in meters:
            meters["production_meter_id"] = f"P{number}"
        entry = member(f"m{number}", meters.pop("meter_id"), **meters)
        give(tables, "member_version", [entry])
        for meter, gap_hours in (("meter_id", unread), ("production_meter_id", unproduced)):
            if entry.get(meter):
                hours = [hour for hour in range(HOURS) if hour not in gap_hours]
                at = [(START + timedelta(hours=hour), 100 + 7 * hour % 50) for hour in hours]
                give_readings(tables, [reading(entry[meter], start, wh, 60) for start, wh in at])
    give(tables, "zone", [{"zone": "north", "latitude": 51.5, "longitude": -0.1}])
    hours = [START + timedelta(hours=hour) for hour in range(HOURS)]
    give(tables, "pv_output_hourly", [output(hour) for hour in hours])
    common = {"is_weekend": False, "is_holiday": False, "period_minutes": 60}
    give(tables, "calendar", [{"period_start_utc": hour, "local_hour": hour.hour} | common for hour in hours])
    build_gold(tables, *WITHOUT_WEATHER)


def output(hour: datetime) -> dict[str, Any]:
    row = {"zone": "north", "tilt_degrees": 30.0, "azimuth_degrees": 180.0, "period_start_utc": hour}
    return row | {"output_w_per_kwp": 10.0 * hour.hour, "basis": "weather", "known_at_utc": hour}


def known_slots(tables: duckdb.DuckDBPyConnection, kinds: list[tuple[str, set[int], set[int]]]) -> Mapping[Any, Any]:
    """Consumption and production in mWh, and whether any is estimated, of the slots where all of a member is known."""
    readings = tables.execute(
        "select meter_id, period_start_utc, units(energy_kwh) from silver.meter_reading"
    ).fetchall()
    filled = tables.execute("select meter_id, period_start_utc, units(energy_kwh) from gold.gap_fill").fetchall()
    energy = {(meter, at): units for meter, at, units in readings + filled}
    estimated = {(meter, at) for meter, at, _ in filled}
    slots = {}
    for number, (kind, _, _) in enumerate(kinds):
        for at in (START + timedelta(hours=hour) for hour in range(HOURS)):
            consumed = 0 if kind == "solar park" else energy.get((f"C{number}", at))
            computed = 30_000 * at.hour if kind == "prosumer whose panels have no meter" else 0
            metered = energy.get((f"P{number}", at))
            produced = metered if "production_meter_id" in KINDS[kind] else computed
            if consumed is not None and produced is not None:
                is_estimated = not estimated.isdisjoint({(f"C{number}", at), (f"P{number}", at)})
                slots[f"m{number}", at] = (consumed, produced, is_estimated)
    return slots


@pytest.mark.parametrize("mechanism", MECHANISMS)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(kinds=community)
def test_every_slot_whose_energy_is_known_is_settled_and_no_other(
    mechanism: str, kinds: list[tuple[str, set[int], set[int]]]
):
    with duckdb.connect() as tables:
        community_of(kinds, tables)
        prepare(tables, FIXED, (BEGIN, END))
        clear(tables, FIXED, mechanism)
        rows = tables.execute(
            "select member_id, period_start_utc, units(consumption_kwh), units(production_kwh), is_provisional, "
            "provenance from outcome"
        ).fetchall()
        known = known_slots(tables, kinds)
    assert len(rows) == len(known)
    assert {(str(name), at): tuple(energy) for name, at, *energy, _ in rows} == known
    assert all((provenance == "estimated") == is_provisional for *_, is_provisional, provenance in rows)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(kinds=community)
@example(kinds=[("consumer", {30}, set())])
def test_every_slot_whose_energy_is_known_waits_to_be_settled_and_every_other_says_what_it_lacks(
    kinds: list[tuple[str, set[int], set[int]]],
):
    with duckdb.connect() as tables:
        community_of(kinds, tables)
        tables.execute("update gold.calendar set local_date = cast(period_start_utc as date)")
        give(tables, "grid_slot", [priced(hour) for hour in range(HOURS)])
        rows = tables.execute(slots_between(START, START + timedelta(hours=HOURS))).fetchall()
        known = known_slots(tables, kinds)
    assert {(str(name), at) for name, at, _, reason in rows if reason == "to be settled"} == known.keys()
    lacking = {reason for name, at, _, reason in rows if (str(name), at) not in known}
    assert lacking <= {"consumption not read", "production not read", "no meter"}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    versions=st.lists(st.frozensets(st.sampled_from("ABC"), max_size=3), max_size=4),
    others=st.frozensets(st.sampled_from("ABC")),
)
@example(versions=[frozenset("AB"), frozenset("B"), frozenset()], others=frozenset("A"))
def test_settled_are_the_members_of_the_newest_version_of_each_slot(
    versions: list[frozenset[str]], others: frozenset[str]
):
    """A slot is booked again and again, each time for other members; another one is booked once."""
    entries = [(member, 1, START + timedelta(hours=1)) for member in others]
    for before, members in pairwise([frozenset[str](), *versions]):
        entries += [(member, -1, START) for member in before] + [(member, 1, START) for member in members]
    with duckdb.connect() as tables:
        tables.execute("create schema gold")
        tables.execute("create table gold.settled_position (member_id text, entry int, period_start_utc timestamp)")
        tables.executemany("insert into gold.settled_position values (?, ?, ?)", entries or [(None, 0, None)])
        window = {"from_utc": START, "to_utc": START + timedelta(hours=2)}
        settled = tables.execute(fill_in(step_sql("settled"), window)).fetchall()
    newest = versions[-1] if versions else ()
    assert sorted(settled) == sorted(
        [(member, START) for member in newest] + [(member, START + timedelta(hours=1)) for member in others]
    )


def priced(hour: int) -> dict[str, Any]:
    slot = {"period_start_utc": START + timedelta(hours=hour), "period_minutes": 60}
    return slot | {"buy_eur_per_kwh": 0.3, "sell_eur_per_kwh": 0.08}


def test_panels_without_a_meter_produce_while_consumption_is_estimated_and_stand_apart_from_it():
    with duckdb.connect() as tables:
        community_of([("prosumer whose panels have no meter", {30}, set())], tables)
        found = tables.execute(
            """
            select
                consumption_kwh, production_kwh, self_consumption_kwh, surplus_kwh, deficit_kwh,
                consumption_estimated_kwh > 0, production_estimated_kwh, production_provenance
            from gold.energy_flow where period_start_utc = ?
            """,
            [START + timedelta(hours=30)],
        ).fetchall()
    assert found == [(None, Decimal("0.18"), None, None, None, True, None, "simulated")]


def test_a_day_on_which_every_meter_was_silent_has_its_prices_and_its_sun():
    silent = [START + timedelta(days=1, hours=hour) for hour in range(24)]
    filled = {"meter_id": "C0", "period_minutes": 60, "energy_kwh": 100, "provenance": "estimated"}
    prices = Settings(retail_eur_per_kwh="0.3", feed_in_eur_per_kwh="0.08", slot_minutes=60)
    with duckdb.connect() as tables:
        community_of([("prosumer whose panels have no meter", set(), set())], tables)
        tables.execute("delete from gold.meter_daily")
        give(tables, "gap_fill", [filled | {"period_start_utc": hour} for hour in silent])
        window = {"from_utc": START, "to_utc": START + timedelta(days=3)}
        grid = model_rows(tables, "gold.grid_slot", prices, window)
        sun = model_rows(tables, "gold.pv_output_hourly", prices, window)
    assert sorted(grid.drop_nulls("buy_eur_per_kwh")["period_start_utc"]) == silent
    assert sorted(sun["period_start_utc"]) == silent

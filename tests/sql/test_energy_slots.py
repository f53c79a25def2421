"""From readings to slots and days: not a milliwatt-hour is lost, whatever the lengths, and each goes to its member."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.lake_steps import fill_table, model_rows, plain_tables, stored
from tests.support.full import IS_FULL
from tests.support.units import in_units, of_units, stored_in_units
from wattlake.lake.models.graph import models
from wattlake.lake.settings import Settings

START = datetime(2013, 1, 31, 22, tzinfo=UTC)
"""Two hours before a new month."""

PANELS = {"zone": "north", "latitude": 51.5, "longitude": -0.1, "panel_kwp": 4.0, "tilt_degrees": 35.0}
PANELS |= {"azimuth_degrees": 180.0, "member_type": "prosumer", "provenance": "measured"}
NO_PANELS = PANELS | {"panel_kwp": 0.0, "tilt_degrees": None, "azimuth_degrees": None, "member_type": "consumer"}


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake's tables, empty, in a plain DuckDB."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        yield connection


def member(name: str, meter: str | None, **other: Any) -> dict[str, Any]:
    return NO_PANELS | {"member_id": name, "meter_id": meter, "valid_from_utc": stored(2012, 1, 1)} | other


def reading(meter: str, minutes_after_start: int, units: int, minutes: int = 30, **other: Any) -> dict[str, Any]:
    start = START.replace(tzinfo=None) + timedelta(minutes=minutes_after_start)
    known = start + timedelta(minutes=150)
    row = {"meter_id": meter, "period_start_utc": start, "period_minutes": minutes, "_landing_id": 1}
    row |= {"energy_kwh": of_units(units)}
    return row | {"provenance": "measured", "known_at_utc": known} | other


def output(minutes_after_start: int, w_per_kwp: float) -> dict[str, Any]:
    start = START.replace(tzinfo=None) + timedelta(minutes=minutes_after_start)
    return {
        **{"zone": "north", "tilt_degrees": 35.0, "azimuth_degrees": 180.0, "period_start_utc": start},
        **{"output_w_per_kwp": w_per_kwp, "basis": "weather", "known_at_utc": start, "provenance": "simulated"},
    }


def flow(tables: duckdb.DuckDBPyConnection, slot_minutes: int = 60) -> list[dict[str, Any]]:
    tables.execute(f"insert into gold.member_meter by name {models()['gold.member_meter'].sql}")
    rows = in_units(model_rows(tables, "gold.energy_flow", Settings(slot_minutes=slot_minutes)))
    return rows.sort("member_id", "period_start_utc").to_dicts()


def build_days(tables: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tables.execute("delete from gold.energy_flow")
    fill_table(tables, "gold.energy_flow", stored_in_units(rows))
    days = in_units(model_rows(tables, "gold.energy_balance_daily", Settings()))
    return days.sort("member_id", "period_start_utc").to_dicts()


energy = st.integers(0, 5000) | st.integers(0, 5_000_000)
meters = st.dictionaries(st.integers(0, 23), energy, max_size=12)


@pytest.mark.parametrize("slot_minutes", [15, 30, 60])
@pytest.mark.parametrize("reading_minutes", [1, 5, 10, 12, 15, 20, 30, 60])
@settings(max_examples=20 if IS_FULL else 3, deadline=None, derandomize=True)
@given(consumed=meters, produced=meters, has_meter=st.booleans(), power=st.integers(0, 1000))
def test_energy_is_conserved_and_every_identity_holds(
    reading_minutes: int,
    slot_minutes: int,
    consumed: dict[int, int],
    produced: dict[int, int],
    has_meter: bool,
    power: int,
):
    with duckdb.connect() as tables:
        plain_tables(
            tables,
            gold__member_version=[member("anna", "C", **PANELS, production_meter_id="P" if has_meter else None)],
            silver__meter_reading=[
                reading(meter, at * reading_minutes, wh, reading_minutes)
                for meter, found in (("C", consumed), ("P", produced))
                for at, wh in found.items()
            ],
            gold__pv_output_hourly=[output(60 * hour, power) for hour in range(24)],
        )
        rows = flow(tables, slot_minutes)
        days = build_days(tables, rows)
    starts = [row["period_start_utc"] for row in rows]
    assert len(starts) == len(set(starts))
    assert all((start - stored(2013, 1, 1)) % timedelta(minutes=slot_minutes) == timedelta(0) for start in starts)
    assert sum(row["consumption_kwh"] or 0 for row in rows) == sum(consumed.values())
    assert sum(row["consumption_minutes"] for row in rows) == reading_minutes * len(consumed)
    if has_meter:
        assert sum(row["production_kwh"] or 0 for row in rows) == sum(produced.values())
    else:
        assert {row["production_kwh"] for row in rows} <= {1000 * power * 4 * slot_minutes // 60}
    for row in rows:
        production, consumption = row["production_kwh"], row["consumption_kwh"]
        if production is not None and consumption is not None:
            assert row["self_consumption_kwh"] == min(production, consumption)
            assert row["surplus_kwh"] == production - row["self_consumption_kwh"]
            assert row["deficit_kwh"] == consumption - row["self_consumption_kwh"]
        else:
            assert row["surplus_kwh"] is None
            assert row["deficit_kwh"] is None
    for name in ("consumption_kwh", "production_kwh", "self_consumption_kwh", "surplus_kwh", "deficit_kwh"):
        assert sum(day[name] for day in days) == sum(row[name] or 0 for row in rows)
    assert sum(day["slots"] for day in days) == len(rows)


def test_a_long_reading_is_split_evenly_in_whole_milliwatt_hours(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.member_version", [member("bert", "C")])
    fill_table(tables, "silver.meter_reading", [reading("C", 0, 10, 60)])
    assert [row["consumption_kwh"] for row in flow(tables, 15)] == [2, 3, 2, 3]


def test_a_reading_over_a_slots_border_is_cut_there(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.member_version", [member("bert", "C")])
    fill_table(tables, "silver.meter_reading", [reading("C", 20 * at, 11, 20) for at in range(3)])
    found = [(row["consumption_kwh"], row["consumption_minutes"]) for row in flow(tables, 15)]
    assert found == [(8, 15), (3 + 5, 15), (6 + 2, 15), (9, 15)]


@pytest.mark.parametrize("slot_minutes", [15, 30, 60])
def test_what_was_filled_is_cut_at_slots_borders_too(tables: duckdb.DuckDBPyConnection, slot_minutes: int):
    start = START.replace(tzinfo=None)
    filled = {"meter_id": "C", "estimation_method": "linear", "samples": 2, "provenance": "estimated"}
    filled |= {"period_minutes": 12, "known_at_utc": start}
    parts = [filled | {"period_start_utc": start + timedelta(minutes=12 * at)} for at in range(5)]
    fill_table(tables, "gold.gap_fill", [row | {"energy_kwh": of_units(7)} for row in parts])
    fill_table(tables, "gold.member_version", [member("bert", "C")])
    tables.execute(f"insert into gold.member_meter by name {models()['gold.member_meter'].sql}")
    rows = in_units(model_rows(tables, "gold.energy_estimate", Settings(slot_minutes=slot_minutes))).to_dicts()
    assert sum(row["consumption_estimated_kwh"] for row in rows) == 35
    assert {row["consumption_estimated_minutes"] for row in rows} == {slot_minutes}
    assert len(rows) == 60 // slot_minutes


def test_a_whole_slot_of_a_member_with_panels_but_no_meter_on_them(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.member_version", [member("anna", "C", **PANELS)])
    fill_table(tables, "silver.meter_reading", [reading("C", 0, 300), reading("C", 30, 200, provenance="simulated")])
    fill_table(tables, "gold.pv_output_hourly", [output(0, 200.4), output(60, 999)])
    assert flow(tables) == [
        {
            "member_id": "anna",
            "period_start_utc": stored(2013, 1, 31, 22),
            "period_minutes": 60,
            "zone": "north",
            "consumption_minutes": 60,
            "consumption_kwh": 500,
            "production_kwh": 801_600,
            "self_consumption_kwh": 500,
            "surplus_kwh": 801_100,
            "deficit_kwh": 0,
            "consumption_estimated_minutes": 0,
            "consumption_estimated_kwh": None,
            "production_estimated_kwh": None,
            "estimation_method": None,
            "consumption_provenance": "simulated",
            "production_provenance": "simulated",
            "known_at_utc": stored(2013, 2, 1, 1),
        }
    ]


def test_what_is_not_known_is_empty_and_what_cannot_be_is_nothing(tables: duckdb.DuckDBPyConnection):
    members = [member("anna", "A", **PANELS), member("bert", "B"), member("cleo", "C", production_meter_id="P")]
    fill_table(tables, "gold.member_version", members)
    fill_table(tables, "silver.meter_reading", [reading(meter, 0, 100) for meter in "AB"] + [reading("P", 0, 40)])
    found = {row["member_id"]: row for row in flow(tables)}
    picked = ("consumption_kwh", "production_kwh", "self_consumption_kwh", "surplus_kwh", "deficit_kwh")
    assert {name: tuple(found[name][column] for column in picked) for name in found} == {
        "anna": (100, None, None, None, None),  # panels, but neither weather nor typical year
        "bert": (100, 0, 0, 0, 100),
        "cleo": (None, 40, None, None, None),
    }
    assert (found["bert"]["production_provenance"], found["cleo"]["production_provenance"]) == (None, "measured")


def test_readings_go_to_the_member_that_had_the_meter_then(tables: duckdb.DuckDBPyConnection):
    moved, left = stored(2013, 1, 31, 23), stored(2013, 2, 1, 0)
    fill_table(
        tables,
        "gold.member_version",
        [
            member("anna", "M", valid_to_utc=moved),
            member("anna", "N", valid_from_utc=moved, zone="south"),
            member("bert", "M", valid_from_utc=moved, valid_to_utc=left),
        ],
    )
    readings = [reading(meter, 30 * number, 1) for meter in "MN" for number in range(6)]
    fill_table(tables, "silver.meter_reading", readings)
    assert [
        (row["member_id"], row["period_start_utc"].hour, row["zone"], row["consumption_kwh"]) for row in flow(tables)
    ] == [("anna", 22, "north", 2), ("anna", 23, "south", 2), ("anna", 0, "south", 2), ("bert", 23, "north", 2)]


def test_a_register_entry_lasts_until_the_next_or_until_the_member_leaves(tables: duckdb.DuckDBPyConnection):
    entry = NO_PANELS | {"_landing_id": 1, "meter_id": "M"}
    begin, change, left = stored(2012, 1, 1), stored(2013, 1, 1), stored(2013, 6, 1)
    fill_table(
        tables,
        "silver.member",
        [
            entry | {"member_id": "anna", "valid_from_utc": begin},
            entry | {"member_id": "anna", "valid_from_utc": change, "left_utc": left},
            entry | {"member_id": "bert", "valid_from_utc": begin, "left_utc": stored(2012, 6, 1)},
            entry | {"member_id": "bert", "valid_from_utc": change, "meter_id": "N"},
        ],
    )
    household = {"meter_id": "N", "tariff": "ToU", "acorn": "ACORN-A", "acorn_group": "Affluent", "_landing_id": 1}
    fill_table(tables, "silver.household", [household | {"provenance": "measured"}])
    found = model_rows(tables, "gold.member_version", Settings()).sort("member_id", "valid_from_utc")
    assert found.select("member_id", "valid_from_utc", "valid_to_utc", "tariff").rows() == [
        ("anna", begin, change, None),
        ("anna", change, left, None),
        ("bert", begin, stored(2012, 6, 1), None),
        ("bert", change, None, "ToU"),
    ]


def test_members_and_meters_that_do_not_go_together_are_reported(tables: duckdb.DuckDBPyConnection):
    moved = stored(2012, 6, 1)
    members = [
        member("anna", "M", production_meter_id="P"), member("bert", None), member("cleo", "SILENT"),
        member("dora", "HERS"), member("emil", "X", production_meter_id="HERS"),
        member("fred", "HOUSE", valid_to_utc=moved), member("gina", "HOUSE", valid_from_utc=moved),
        member("hugo", "LATE", valid_from_utc=stored(2013, 1, 2, 12)),
        # Taken back: it was theirs for no time.
        member("ida", "HOUSE", valid_from_utc=moved, valid_to_utc=moved),
        member("jack", "NOON", valid_from_utc=stored(2013, 1, 1, 12), valid_to_utc=stored(2013, 1, 1, 12)),
    ]  # fmt: skip
    fill_table(tables, "gold.member_version", members)
    fill_table(tables, "gold.member_meter", model_rows(tables, "gold.member_meter", Settings()).to_dicts())
    day = {
        "period_start_utc": stored(2013, 1, 1),
        "readings": 48,
        "measured_minutes": 1440,
        "energy_kwh": Decimal("1.5"),
    }
    days = [
        day | {"meter_id": meter, "provenance": "measured"}
        for meter in ("M", "P", "HERS", "X", "HOUSE", "NOON", "LATE", "STRANGER")
    ]
    later = [
        one | {"period_start_utc": stored(2013, 1, 2), "readings": 2, "energy_kwh": Decimal("0.006")}
        for one in days[-2:]
    ]
    fill_table(tables, "gold.meter_daily", [*days, *later])
    found = model_rows(tables, "warehouse.register_gap", Settings()).sort("gap", "user_id", "meter_id").rows()
    assert [(*row[:4], str(row[4])) for row in found] == [
        ("member without meter", "bert", None, 0, "0.000000"),
        ("meter of two members", "dora", "HERS", 48, "1.500000"),
        ("meter of two members", "emil", "HERS", 48, "1.500000"),
        ("meter without member", None, "STRANGER", 50, "1.506000"),
        ("meter without member for a time", None, "LATE", 48, "1.500000"),
        ("meter without member for a time", None, "NOON", 48, "1.500000"),
        ("meter without readings", "cleo", "SILENT", 0, "0.000000"),
    ]


def test_a_meters_day_counts_readings_minutes_and_energy(tables: duckdb.DuckDBPyConnection):
    readings = [reading("M", 0, 5), reading("M", 90, 7), reading("M", 120, 11, provenance="simulated")]
    fill_table(tables, "silver.meter_reading", readings)
    found = in_units(model_rows(tables, "gold.meter_daily", Settings())).sort("period_start_utc").rows()
    assert found == [
        ("M", stored(2013, 1, 31), 2, 60, 12, "measured"),
        ("M", stored(2013, 2, 1), 1, 30, 11, "simulated"),
    ]

"""Checks: each kind finds the fault that is planted for it, and no other check does."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import duckdb
import pytest

from lake.catalog import Lake
from lake.quality import CheckResult, GateError, check, failed, reconcile, reconcile_source, record
from tests.lake_steps import NOW, fill_table, plain_tables, select, stored

START = stored(2013, 1, 1)
READING = {"meter_id": "MAC1", "period_start_utc": START, "period_minutes": 30, "energy_wh": 5}
READING |= {"provenance": "measured", "known_at_utc": START, "_landing_id": 1}
FLOW = {"member_id": "anna", "period_start_utc": START, "period_minutes": 60, "zone": "n", "consumption_minutes": 60}
FLOW |= {"consumption_wh": 10, "production_wh": 4, "self_consumption_wh": 4, "surplus_wh": 0, "deficit_wh": 6}
FLOW |= {"known_at_utc": START}
FORECAST = {"member_id": "anna", "target": "production", "issued_at_utc": START, "period_start_utc": START}
FORECAST |= {"period_minutes": 60, "horizon_hours": 0.0, "forecaster": "f", "forecaster_version": "1"}
FORECAST |= {"expected_wh": 5, "lower_wh": 4, "upper_wh": 6, "samples": 1, "provenance": "estimated"}

FAULTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "energy_wh is given": ("silver.meter_reading", READING, {"energy_wh": None}),
    "energy_wh ge 0": ("silver.meter_reading", READING, {"energy_wh": -1}),
    "energy_wh le 1000000": ("silver.meter_reading", READING, {"energy_wh": 1_000_001}),
    "period_minutes is one of 15, 30, 60": ("silver.meter_reading", READING, {"period_minutes": 20}),
    "provenance is one of 'measured', 'simulated', 'estimated'": (
        *("silver.meter_reading", READING),
        {"provenance": "guessed"},
    ),
    "production is self-consumption and surplus": ("gold.energy_flow", FLOW, {"surplus_wh": 1}),
    "consumption is self-consumption and deficit": ("gold.energy_flow", FLOW, {"deficit_wh": 7}),
    "the band holds the expectation": ("gold.forecast", FORECAST, {"expected_wh": 7}),
}


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        plain_tables(connection)
        yield connection


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_check_alone(tables: duckdb.DuckDBPyConnection, name: str):
    table, good, fault = FAULTS[name]
    later = {"period_start_utc": stored(9999, 12, 31)}
    fill_table(tables, table, [good, good | fault | later])
    assert [result for result in check(tables, table, f"period_start_utc = timestamp '{START}'") if result.keys] == []
    (found,) = failed(check(tables, table, "true"))
    assert (found.check_name, found.table_name, found.rows_seen, found.rows_failing) == (name, table, 2, 1)
    (key,) = json.loads(found.keys or "[]")
    assert key["period_start_utc"].startswith("9999-12-31")


def test_a_key_that_comes_twice_is_found(tables: duckdb.DuckDBPyConnection):
    other = READING | {"meter_id": "MAC2"}
    fill_table(tables, "silver.meter_reading", [READING, READING | {"energy_wh": 6}, other])
    (found,) = failed(check(tables, "silver.meter_reading", "true"))
    assert (found.check_name, found.rows_seen, found.rows_failing) == ("key is unique", 3, 1)
    assert {key["meter_id"] for key in json.loads(found.keys or "[]")} == {"MAC1"}
    assert failed(check(tables, "silver.meter_reading", "energy_wh = 5")) == []


def test_no_more_than_a_hundred_failing_keys_are_kept(tables: duckdb.DuckDBPyConnection):
    tables.execute(
        "insert into silver.meter_reading select 'M' || i, timestamp '2013-01-01', 30, -1, 'measured', "
        "timestamp '2013-01-01', 1 from range(150) as numbers (i)"
    )
    (found,) = failed(check(tables, "silver.meter_reading", "true"))
    assert (found.rows_failing, len(json.loads(found.keys or "[]"))) == (150, 100)


@pytest.mark.parametrize(
    ("counted", "quarantined", "unaccounted"),
    [((4, 1, 1, 1), 1, 0), ((5, 1, 1, 1), 1, 1), ((4, 1, 1, 1), 0, 1), ((3, 1, 1, 0), 1, 1)],
)
def test_a_reading_that_is_nowhere_is_found(
    tables: duckdb.DuckDBPyConnection, counted: tuple[int, ...], quarantined: int, unaccounted: int
):
    names = ("landed", "superseded", "repeated", "quarantined")
    counts = {"build_id": "b", "source": "smart_meters", "table_name": "silver.meter_reading"}
    fill_table(tables, "ops.reconciliation", [counts | dict(zip(names, counted, strict=True))])
    fill_table(tables, "silver.meter_reading", [READING])
    set_aside = {"_landing_id": 1, "quarantine_reason": "unreadable time", "original": "{}"}
    fill_table(tables, "quarantine.meter_reading", [set_aside] * quarantined)
    name = "every reading is accounted for"
    assert reconcile(tables, "silver.meter_reading") == CheckResult(
        name, "silver.meter_reading", "fail", counted[0], unaccounted, None
    )


def test_a_landed_row_that_no_model_read_is_found(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "ops.landing", [{"source": "members", "landing_id": i, "rows": 3} for i in (1, 2)])
    counts = [{"source": "members", "table_name": f"silver.{name}", "landed": 2} for name in ("member", "household")]
    fill_table(tables, "ops.reconciliation", counts)
    assert reconcile_source(tables, "members", 2).rows_failing == 2
    assert reconcile_source(tables, "members", 1).rows_failing == 1
    tables.execute("update ops.reconciliation set landed = 3")
    assert reconcile_source(tables, "members", 2).rows_failing == 0


def test_a_gates_error_names_each_failed_check_and_results_are_kept(folder_lake: Lake):
    good = CheckResult("a is given", "gold.zone", "fail", 9, 0, None)
    unlikely = CheckResult("b is likely", "gold.zone", "warn", 9, 3, None)
    bad = CheckResult("c ge 0", "gold.zone", "fail", 9, 2, '[{"zone": "north"}]')
    results = [good] * 120 + [unlikely, bad]
    assert failed(results) == [bad]
    assert str(GateError(results)).endswith("breaks a contract. gold.zone: c ge 0 (2 of 9 rows).")
    folder_lake.write(partial(record, results=results, build_id="b/1", now_utc=NOW))
    kept = select(folder_lake, "from ops.check_result where rows_failing > 0 order by check_name")
    at = NOW.replace(tzinfo=None)
    assert kept == [
        ("b/1", at, "b is likely", "gold.zone", "warn", 9, 3, None),
        ("b/1", at, "c ge 0", "gold.zone", "fail", 9, 2, '[{"zone": "north"}]'),
    ]
    assert select(folder_lake, "select count(*) from ops.check_result") == [(122,)]

"""Checks that no single row decides: each kind finds the fault that is planted for it, in what was written alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness.lake_steps import NOW, fill_table, plain_tables, select, stored
from tests.support.planted import START, good_row
from tests.support.project_folder import project_folder
from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.quality import (
    CheckResult,
    Days,
    GateError,
    Landings,
    Rows,
    WholeTable,
    check,
    check_bronze,
    check_freshness,
    check_schema,
    check_volume,
    failed,
    reconcile,
    reconcile_source,
    record,
    remark_on_readings,
)
from wattlake.lake.quality.results import joined
from wattlake.lake.store.lake import Lake

READING = good_row("silver.meter_reading")
LATER = START + timedelta(days=1)
FIRST_DAY = Days(frozenset({START.date()}))
TREE = {
    "models/gold/tree.toml": """
row = "A meter, and the one that it is behind."
key = ["meter_id"]
[columns.meter_id]
type = "varchar"
meaning = "Meter"
[columns.behind]
type = "varchar"
meaning = "The meter that it is behind"
references = "gold.tree.meter_id"
""",
    "models/gold/tree.sql": """-- One row is a meter, and the one that it is behind.
select distinct meter_id, meter_id as behind from silver.meter_reading
""",
}
"""A table whose rows refer to others of it."""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        plain_tables(connection)
        fill_table(connection, "ops.landing", [good_row("ops.landing")])
        yield connection


def one(results: list[CheckResult], check_name: str) -> CheckResult:
    (found,) = [result for result in results if result.check_name == check_name]
    return found


def told(result: CheckResult) -> tuple[str, int, int, Any]:
    return result.severity, result.rows_seen, result.rows_failing, json.loads(result.keys) if result.keys else None


def test_only_what_was_written_is_looked_at(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "silver.meter_reading", [READING, READING | {"period_start_utc": LATER, "energy_kwh": -1}])
    assert failed(check(tables, "silver.meter_reading", FIRST_DAY)) == []
    assert [found.check_name for found in failed(check(tables, "silver.meter_reading", WholeTable()))] == [
        "energy_kwh ge 0"
    ]


def test_each_repeated_row_is_counted_and_its_key_told(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "silver.meter_reading", [READING] * 3 + [READING | {"meter_id": "b"}])
    found = one(check(tables, "silver.meter_reading", WholeTable()), "key is unique")
    key = {"meter_id": "a", "period_start_utc": "2013-01-01 00:00:00", "repeated": 2}
    assert told(found) == ("fail", 4, 2, [key])


@pytest.mark.parametrize("minutes", [1, 7, 15, 720, 1440, 60 * 24 * 400])
@pytest.mark.parametrize("start", [START, stored(1950, 1, 1, 5)])
def test_rows_close_or_far_from_each_other_are_no_repetition(
    tables: duckdb.DuckDBPyConnection, minutes: int, start: datetime
):
    other = READING | {"period_start_utc": start + timedelta(minutes=minutes)}
    fill_table(tables, "silver.meter_reading", [READING | {"period_start_utc": start}, other])
    assert one(check(tables, "silver.meter_reading", WholeTable()), "key is unique").rows_failing == 0


@pytest.mark.parametrize(
    ("older", "failing"), [({}, 1), ({"period_start_utc": LATER}, 0), ({"meter_id": "other"}, 0)], ids=str
)
def test_a_key_that_an_earlier_landing_has_is_found(
    tables: duckdb.DuckDBPyConnection, older: dict[str, Any], failing: int
):
    new = READING | {"_landing_id": 2}
    fill_table(tables, "silver.meter_reading", [new, new | {"period_start_utc": LATER, "meter_id": "b"}])
    fill_table(tables, "silver.meter_reading", [READING | older])
    found = one(check(tables, "silver.meter_reading", Landings(2, 3)), "key is unique")
    assert (found.rows_seen, found.rows_failing) == (2, failing)


HALF_AN_HOUR_LATER = {"period_start_utc": START + timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("older", "failing"),
    [
        ({"period_minutes": 60}, 1),
        ({"period_minutes": 20, "period_start_utc": START + timedelta(minutes=40)}, 1),
        ({"period_minutes": 20}, 0),
        ({"period_minutes": 60, "period_start_utc": START - timedelta(hours=1)}, 0),
        ({"period_minutes": 60, "meter_id": "other"}, 0),
    ],
    ids=str,
)
@pytest.mark.parametrize("landing_id", [1, 2])
def test_a_reading_that_overlaps_one_of_its_landing_or_an_earlier_is_found(
    tables: duckdb.DuckDBPyConnection, older: dict[str, Any], failing: int, landing_id: int
):
    new = READING | HALF_AN_HOUR_LATER | {"period_minutes": 30, "_landing_id": 2}
    fill_table(tables, "silver.meter_reading", [new, READING | {"_landing_id": landing_id} | older])
    found = one(check(tables, "silver.meter_reading", Landings(2, 3)), "intervals do not overlap")
    hour = {"meter_id": "a", "hour_utc": "2013-01-01 00:00:00"}
    assert told(found) == ("fail", landing_id, failing, [hour] if failing else None)


def test_no_more_than_a_hundred_failing_keys_are_kept(tables: duckdb.DuckDBPyConnection):
    many = [READING | {"meter_id": f"M{number}", "energy_kwh": -1} for number in range(150)]
    fill_table(tables, "silver.meter_reading", many)
    (found,) = failed(check(tables, "silver.meter_reading", WholeTable()))
    assert (found.rows_failing, len(json.loads(found.keys or "[]"))) == (150, 100)


def calendar(days: int, minutes: int = 60) -> list[dict[str, Any]]:
    begin = stored(2013, 3, 30)
    slots = [begin + timedelta(minutes=minutes * number) for number in range(days * 1440 // minutes)]
    return [
        good_row("gold.calendar")
        | {"period_start_utc": slot, "local_start": slot, "local_date": slot.date(), "local_hour": slot.hour}
        | {"period_minutes": minutes, "weekday": slot.isoweekday(), "is_weekend": slot.isoweekday() >= 6}
        for slot in slots
    ]


def test_a_slot_that_the_calendar_lacks_is_found(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.calendar", calendar(3))
    assert failed(check(tables, "gold.calendar", WholeTable())) == []
    tables.execute("delete from gold.calendar where period_start_utc = timestamp '2013-03-31 01:00:00'")
    (found,) = failed(check(tables, "gold.calendar", WholeTable()))
    assert (found.check_name, *told(found)) == ("no slot is left out", "fail", 1, 1, [{"rows": 71}])


def test_a_local_day_that_is_no_day_is_found(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.calendar", calendar(3))
    moved = "local_date = date '2013-03-30', local_start = local_start - interval 1 day"
    tables.execute(f"update gold.calendar set {moved} where local_date = date '2013-03-31' and local_hour < 2")
    found = one(check(tables, "gold.calendar", WholeTable()), "local days have 23 to 25 hours")
    assert told(found)[:3] == ("fail", 3, 2)


def entry(member: str, begin: date, end: date | None, **more: Any) -> dict[str, Any]:
    plain = {"meter_id": None, "production_meter_id": None}
    return good_row("gold.member_version") | plain | {
        "member_id": member, "valid_from_utc": begin, "valid_to_utc": end,
    } | more  # fmt: skip


JANUARY, FEBRUARY, MARCH = date(2013, 1, 1), date(2013, 2, 1), date(2013, 3, 1)


def test_entries_of_a_member_that_overlap_are_found(tables: duckdb.DuckDBPyConnection):
    entries = [entry("anna", JANUARY, FEBRUARY), entry("anna", FEBRUARY, None), entry("bert", JANUARY, None)]
    fill_table(tables, "gold.member_version", entries)
    assert failed(check(tables, "gold.member_version", WholeTable())) == []
    fill_table(tables, "gold.member_version", [entry("bert", MARCH, None)])
    (found,) = failed(check(tables, "gold.member_version", WholeTable()))
    assert found.check_name == "entries of one member do not overlap"
    key = {"member_id": "bert", "valid_from_utc": "2013-03-01 00:00:00", "shared": "bert"}
    assert told(found) == ("fail", 4, 1, [key])


def test_a_meter_with_two_owners_at_a_time_is_remarked_on(tables: duckdb.DuckDBPyConnection):
    name = "a meter has one owner at a time"
    handed_over = [entry("anna", JANUARY, FEBRUARY, meter_id="M"), entry("bert", FEBRUARY, None, meter_id="M")]
    fill_table(tables, "gold.member_version", handed_over)
    assert one(check(tables, "gold.member_version", WholeTable()), name).rows_failing == 0
    fill_table(tables, "gold.member_version", [entry("cleo", MARCH, None, production_meter_id="M")])
    results = check(tables, "gold.member_version", WholeTable())
    assert failed(results) == []
    key = {"member_id": "cleo", "valid_from_utc": "2013-03-01 00:00:00", "shared": "M"}
    assert told(one(results, name)) == ("warn", 3, 1, [key])


@pytest.mark.parametrize(
    ("hours", "zone", "failing"),
    [
        ((0, 23), "a", 0),
        ((0, 30), "a", 1),
        ((-1, 5), "a", 1),
        ((30, 31), "a", 2),
        ((48, 60), "a", 0),
        ((0, 50), "a", 0),
        ((0, 5), "b", 2),
        ((48, 60), "b", 2),
    ],
    ids=str,
)
def test_a_slot_in_which_no_entry_of_its_member_holds_is_found(
    tables: duckdb.DuckDBPyConnection, hours: tuple[int, ...], zone: str, failing: int
):
    left, back = START + timedelta(hours=24), START + timedelta(hours=48)
    entries = [entry("anna", START, left, zone="a"), entry("anna", back, None, zone="a")]
    fill_table(tables, "gold.member_version", entries)
    slots = [{"member_id": "anna", "zone": zone, "period_start_utc": START + timedelta(hours=hour)} for hour in hours]
    fill_table(tables, "gold.energy_flow", [good_row("gold.energy_flow") | slot for slot in slots])
    found = one(check(tables, "gold.energy_flow", WholeTable()), "member_id is in gold.member_version.member_id")
    assert told(found)[:3] == ("fail", 2, failing)
    assert len(json.loads(found.keys or "[]")) == failing


@pytest.mark.parametrize(("rows", "failing"), [("('a', 'b'), ('b', 'b')", 0), ("('a', 'gone'), ('b', 'b')", 1)])
def test_what_comes_may_refer_to_what_comes_with_it_and_not_to_what_goes(
    tables: duckdb.DuckDBPyConnection, tmp_path: Path, rows: str, failing: int
):
    tables.execute("create table gold.tree as from (values ('gone', 'gone')) as old (meter_id, behind)")
    with project_folder(tmp_path, TREE):
        coming = Rows(f"(from (values {rows}) as coming (meter_id, behind))")
        found = one(check(tables, "gold.tree", WholeTable(), coming), "behind is in gold.tree.meter_id")
    assert told(found)[:3] == ("fail", 2, failing)


def test_the_results_of_a_checks_parts_are_one_with_the_first_keys_of_all():
    def part(first: int, failing: int) -> CheckResult:
        keys = json.dumps([{"meter_id": number} for number in range(first, first + failing)]) if failing else None
        return CheckResult("key is unique", "gold.meter_daily", "fail", 100, failing, keys, "uniqueness")

    other = CheckResult("meter_id is given", "gold.meter_daily", "fail", 7, 0, None, "completeness")
    whole, unlike = joined([part(0, 0), other, part(0, 70), part(70, 80)])
    assert (whole.rows_seen, whole.rows_failing) == (300, 150)
    assert json.loads(whole.keys or "") == [{"meter_id": number} for number in range(100)]
    assert unlike == other
    assert joined([part(0, 0), part(0, 0)])[0].keys is None


def test_a_day_that_is_not_the_sum_of_its_slots_is_found(tables: duckdb.DuckDBPyConnection):
    name = "sums are those of gold.energy_flow"
    day = {"consumption_kwh": 6, "production_kwh": 4, "self_consumption_kwh": 2, "surplus_kwh": 2, "deficit_kwh": 4}
    day |= dict.fromkeys(("consumption_minutes", "consumption_estimated_minutes"), 2)
    day |= dict.fromkeys(("consumption_estimated_kwh", "production_estimated_kwh"), 2)
    slots = [
        good_row("gold.energy_flow") | {"member_id": member, "period_start_utc": START + timedelta(hours=hour)}
        for hour in (5, 23)
        for member in ("anna", "bert")
    ]
    fill_table(tables, "gold.energy_flow", slots)
    days = [good_row("gold.energy_balance_daily") | day | {"member_id": member} for member in ("anna", "bert")]
    fill_table(tables, "gold.energy_balance_daily", days)
    assert one(check(tables, "gold.energy_balance_daily", FIRST_DAY), name).rows_failing == 0
    # One watt-hour moved from one member to another leaves the sum of the day as it was.
    tables.execute("update gold.energy_balance_daily set surplus_kwh = if(member_id = 'anna', 1, 3)")
    fill_table(tables, "gold.energy_flow", [slots[0] | {"member_id": "cleo"}])
    found = one(check(tables, "gold.energy_balance_daily", FIRST_DAY), name)
    assert told(found)[:3] == ("fail", 3, 3)
    assert {key["member_id"] for key in json.loads(found.keys or "[]")} == {"anna", "bert", "cleo"}


def test_a_reading_that_no_meter_day_has_is_found(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "silver.meter_reading", [READING])
    fill_table(tables, "gold.meter_daily", [good_row("gold.meter_daily")])
    name = "sums are those of silver.meter_reading"
    assert one(check(tables, "gold.meter_daily", FIRST_DAY), name).rows_failing == 0
    fill_table(tables, "silver.meter_reading", [READING | {"meter_id": "b"}, READING | {"period_start_utc": LATER}])
    found = one(check(tables, "gold.meter_daily", FIRST_DAY), name)
    assert told(found) == ("fail", 1, 1, [{"period_start_utc": "2013-01-01 00:00:00"}])


def days_of_readings(readings: dict[int, int]) -> list[dict[str, Any]]:
    """A meter's days, by the number of the day and its readings."""
    day = good_row("gold.meter_daily")
    return [
        day | {"period_start_utc": START + timedelta(days=number), "readings": count}
        for number, count in readings.items()
    ]


SINCE_THE_FIFTH_WEEK = Days(frozenset(START.date() + timedelta(days=day) for day in range(28, 35)))
FULL = dict.fromkeys(range(35), 48)


@pytest.mark.parametrize(
    ("readings", "unusual"),
    [
        (FULL, []),
        (FULL | {30: 23}, ["2013-01-31"]),
        (FULL | {30: 24}, []),
        (FULL | {30: 97}, ["2013-01-31"]),
        ({day: count for day, count in FULL.items() if day != 30}, ["2013-01-31"]),
        (FULL | {2: 1}, []),
        (FULL | {34: 1}, []),
    ],
    ids=["as ever", "less than half", "half", "more than twice", "nothing", "one odd day before", "a day not yet over"],
)
def test_a_day_with_less_or_more_than_its_weekday_had_is_remarked_on(
    tables: duckdb.DuckDBPyConnection, readings: dict[int, int], unusual: list[str]
):
    fill_table(tables, "gold.meter_daily", days_of_readings(readings))
    now = datetime(2013, 2, 4, 12, tzinfo=UTC)
    (found,) = check_volume(tables, "gold.meter_daily", SINCE_THE_FIFTH_WEEK, now)
    assert (found.severity, found.rows_seen, found.rows_failing) == ("warn", 6, len(unusual))
    assert [key["day"] for key in json.loads(found.keys or "[]")] == unusual


def test_days_without_three_weeks_before_them_are_not_judged(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "gold.meter_daily", days_of_readings(dict.fromkeys(range(22), 48) | {21: 1}))
    (found,) = check_volume(tables, "gold.meter_daily", WholeTable(), NOW)
    assert told(found)[:3] == ("warn", 1, 1)
    assert check_volume(tables, "gold.meter_daily", Days(frozenset()), NOW) == []
    assert check_volume(tables, "silver.member", WholeTable(), NOW) == []


def test_a_table_whose_newest_period_is_old_is_remarked_on(tables: duckdb.DuckDBPyConnection):
    assert check_freshness(tables, NOW) == []
    price = good_row("silver.spot_price")
    fill_table(tables, "silver.spot_price", [price | {"period_start_utc": stored(2013, 2, 26, 12)}])
    (found,) = check_freshness(tables, NOW)
    assert (found.check_name, *told(found)) == ("newest period is at most 3 days old", "warn", 1, 0, None)
    (found,) = check_freshness(tables, NOW + timedelta(seconds=1))
    assert told(found) == ("warn", 1, 1, [{"newest_period_start_utc": "2013-02-26 12:00:00"}])


def test_a_column_that_is_not_as_its_contract_says_is_found(folder_lake: Lake):
    def broken(connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
        assert failed(check_schema(connection, are_views=False) + check_schema(connection, are_views=True)) == []
        connection.execute("alter table gold.holiday rename column holiday_name to called")
        connection.execute("alter table gold.zone add column more varchar")
        connection.execute("create or replace view warehouse.dim_price as select 1 as one")
        return failed(check_schema(connection, are_views=False)) + failed(check_schema(connection, are_views=True))

    found = {result.table_name: result.keys for result in folder_lake.write(broken)}
    assert found.keys() == {"gold.holiday", "gold.zone", "warehouse.dim_price"}
    assert json.loads(found["gold.holiday"] or "") == [
        {"column": "holiday_name", "promised": "varchar", "found": None},
        {"column": "called", "promised": None, "found": "varchar"},
    ]
    assert json.loads(found["gold.zone"] or "") == [{"column": "more", "promised": None, "found": "varchar"}]


def test_every_table_and_view_is_held_to_its_columns(folder_lake: Lake):
    reader = folder_lake.reader()
    results = check_schema(reader, are_views=False) + check_schema(reader, are_views=True)
    assert [result.table_name for result in results] == sorted(contracts(), key=is_view)


def test_a_landing_with_other_rows_than_it_was_registered_with_is_found(tables: duckdb.DuckDBPyConnection):
    name = "landings have the rows they were registered with"
    fill_table(tables, "ops.landing", [{"source": "pvgis", "landing_id": i, "rows": 2} for i in (1, 2, 3)])
    rows = [{"zone": "n", "_landing_id": i, "_fetched_at_utc": START} for i in (1, 2, 2, 3, 3, 3)]
    fill_table(tables, "bronze.pvgis", rows)
    assert failed(check_bronze(tables, "pvgis", Landings(2, 2))) == []
    found = one(check_bronze(tables, "pvgis", Landings(1, 3)), name)
    assert told(found)[:3] == ("fail", 6, 2)
    assert sorted(key["landing_id"] for key in json.loads(found.keys or "[]")) == [1, 3]


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
    fill_table(tables, "quarantine.meter_reading", [good_row("quarantine.meter_reading")] * quarantined)
    found = reconcile(tables, "silver.meter_reading")
    assert (found.check_name, found.dimension) == ("every reading is accounted for", "completeness")
    assert told(found) == ("fail", counted[0], unaccounted, None)


def test_a_landed_row_that_no_model_read_is_found(tables: duckdb.DuckDBPyConnection):
    fill_table(tables, "ops.landing", [{"source": "members", "landing_id": i, "rows": 3} for i in (1, 2)])
    counts = [{"source": "members", "table_name": f"silver.{name}", "landed": 2} for name in ("member", "household")]
    fill_table(tables, "ops.reconciliation", counts)
    assert reconcile_source(tables, "members", 2).rows_failing == 2
    assert reconcile_source(tables, "members", 1).rows_failing == 1
    tables.execute("update ops.reconciliation set landed = 3")
    assert reconcile_source(tables, "members", 2).rows_failing == 0


def test_readings_that_were_set_aside_or_came_twice_are_remarked_on(tables: duckdb.DuckDBPyConnection):
    counts = {"build_id": "b/1", "table_name": "silver.meter_reading", "landed": 9, "quarantined": 2, "repeated": 3}
    fill_table(tables, "ops.reconciliation", [counts, counts | {"build_id": "b/2"}])
    aside = good_row("quarantine.meter_reading")
    fill_table(tables, "quarantine.meter_reading", [aside, aside, aside | {"_landing_id": 2}])
    bad, twice = remark_on_readings(tables, "silver.meter_reading", Landings(1, 1), "b/1")
    assert (bad.dimension, twice.dimension) == ("validity", "uniqueness")
    assert told(bad) == ("warn", 9, 2, [{"quarantine_reason": "a", "_landing_id": 1, "readings": 2}])
    assert told(twice) == ("warn", 9, 3, None)


def test_a_gates_error_names_each_failed_check_and_results_are_kept(folder_lake: Lake):
    good = CheckResult("a is given", "gold.zone", "fail", 9, 0, None, "completeness")
    unlikely = CheckResult("b is likely", "gold.zone", "warn", 9, 3, None, "validity")
    bad = CheckResult("c ge 0", "gold.zone", "fail", 9, 2, '[{"zone": "north"}]', "validity")
    results = [replace(good, check_name=f"a{number} is given") for number in range(120)] + [unlikely, bad]
    assert failed(results) == [bad]
    assert str(GateError(results)) == (
        "The build was rolled back because it breaks a contract. gold.zone: c ge 0 (2 of 9 rows). "
        "`wattlake quality` shows the failing rows."
    )
    folder_lake.write(partial(record, results=results, build_id="b/1", now_utc=NOW))
    kept = select(folder_lake, "from ops.check_result where rows_failing > 0 order by check_name")
    at = NOW.replace(tzinfo=None)
    assert kept == [
        ("b/1", at, "b is likely", "gold.zone", "warn", 9, 3, None, "validity"),
        ("b/1", at, "c ge 0", "gold.zone", "fail", 9, 2, '[{"zone": "north"}]', "validity"),
    ]
    assert select(folder_lake, "select count(*) from ops.check_result") == [(122,)]

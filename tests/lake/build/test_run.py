"""The build: incremental equals full, disturbed equals undisturbed, and nothing is built without need."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from harness.lake_community import DAYS, REGISTER, STAGES, prices, stage_1, stage_2, stage_3
from harness.lake_steps import (
    CALENDAR,
    METER_HEADER,
    NOW,
    REGISTER_HEADER,
    build_all,
    day_of_readings,
    hashes,
    hashes_of,
    land,
    land_rows,
    select,
    stored,
    written,
)
from tests.support.full import on_opposite_kinds
from wattlake.lake.build import plan, steps, transaction
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.build.run import build
from wattlake.lake.models.graph import Model, models
from wattlake.lake.quality import GateError
from wattlake.lake.reports.status import content_hash
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers


def test_the_community_touches_every_table(undisturbed: dict[str, str]):
    empty = {table for table, found in undisturbed.items() if found == "0:0"}
    assert empty == {
        # Nothing is forecast.
        *("gold.forecast", "gold.group_forecast", "gold.price_forecast", "gold.surplus_advice"),
        "gold.forecast_feature_issued",
        *("warehouse.fact_forecast", "warehouse.fact_group_forecast", "warehouse.fact_price_forecast"),
        *("warehouse.fact_surplus_advice", "silver.weather_forecast"),
        # Four days of readings that always move are judged by no month before.
        *("gold.unusual_load", "gold.unusual_day", "gold.flat_line", "gold.anomaly", "warehouse.fact_anomaly"),
        "warehouse.fact_unusual_day",
        # No panels have a meter that others read beside it.
        "gold.panels_alike",
        # Nothing is settled.
        *("gold.settled_slot", "gold.settled_position", "gold.settled_trade", "gold.market_comparison"),
        *("gold.market_daily", "gold.member_bill_monthly", "gold.zone_slot"),
        *("warehouse.fact_zone_slot", "warehouse.settled_extent", "warehouse.fact_market_comparison"),
        *("warehouse.fact_energy_transaction", "warehouse.fact_monthly_summary"),
        *("star.fact_energy_transactions", "star.fact_monthly_summary"),
        *("warehouse.kpi_member", "warehouse.kpi_group", "warehouse.community_account_monthly"),
        # It has no files of prices and weather: test_mapped_prices_and_weather builds those.
        *("silver.listed_price", "silver.weather_station"),
        # It has no solar fleet: test_fleet_cases builds those.
        *("silver.panel", "silver.inverter_reading", "gold.plant_best", "gold.plant_size", "gold.plant_interval"),
        *("gold.panel_daily", "gold.panel_kpi_daily", "gold.panel_case"),
        *("warehouse.panel_case", "warehouse.fact_panel_kpi_daily", "warehouse.fact_panel_interval"),
        "warehouse.plant_hole",
        # It has no stream: tests/lake/streaming reads some.
        *("silver.meter_event", "gold.window_5min", "gold.live_alert", "gold.live_limit"),
        *("warehouse.live_window", "warehouse.live_alert", "warehouse.live_member"),
        *("warehouse.live_member_window", "warehouse.live_zone_window"),
        *(table for table in undisturbed if table.startswith("quarantine.") and table != "quarantine.meter_reading"),
    }


@on_opposite_kinds()
def test_building_after_each_stage_equals_one_build_of_everything(
    lake: Lake, tmp_path: Path, undisturbed: dict[str, str], calendar: dict[str, str]
):
    for number, stage in enumerate(STAGES):
        stage(lake, tmp_path)
        build_all(lake, f"build-{number}")
    assert hashes(lake) == undisturbed
    assert hashes_of(lake, CALENDAR) == calendar
    state = (lake.snapshot_id(), Storage(lake.settings).names())
    assert build_all(lake, "nothing new") == []
    assert (lake.snapshot_id(), Storage(lake.settings).names()) == state


def test_a_full_build_of_a_grown_lake_changes_nothing(stage_3_lake: Lake, undisturbed: dict[str, str]):
    stage_3_lake.write(forget_progress)
    done = build_all(stage_3_lake, "full")
    assert done[-1].is_last
    assert {"silver.meter_reading", "gold.energy_flow", "gold.energy_balance_daily"} <= done[0].rows.keys()
    assert hashes(stage_3_lake) == undisturbed
    assert select(stage_3_lake, "select distinct build_id from ops.reconciliation") == [("full/1",)]


def test_a_build_stopped_after_every_transaction_ends_as_an_undisturbed_one(
    calendar_lake: Lake, tmp_path: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(steps, "READINGS_AT_ONCE", 150)
    monkeypatch.setattr(plan, "DAYS_AT_ONCE", 2)
    monkeypatch.setattr(plan, "READINGS_OF_A_CHUNK", 1)
    waiting = list(STAGES)
    taken = []
    while len(taken) < 40:
        if len(taken) % 5 == 0 and waiting:
            waiting.pop(0)(calendar_lake, tmp_path)
        step = next(build(calendar_lake, producers(), f"build-{len(taken)}", NOW), None)
        if step is None and not waiting:
            break
        taken.append(step)
    assert any(step and step.days_left for step in taken), "gold took more than one transaction"
    assert len([step for step in taken if step]) > 8
    assert hashes(calendar_lake) == undisturbed


def test_silver_committed_without_gold_is_picked_up_by_the_next_build(
    stage_1_lake: Lake, tmp_path: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    stage_2(stage_1_lake, tmp_path)
    stage_3(stage_1_lake, tmp_path)
    with monkeypatch.context() as small:
        small.setattr(steps, "READINGS_AT_ONCE", 1)
        flow = content_hash(stage_1_lake.reader(), "gold.energy_flow")
        for _ in range(4):
            assert next(build(stage_1_lake, producers(), "stopped", NOW)).rows["silver.meter_reading"] > 0
        assert content_hash(stage_1_lake.reader(), "gold.energy_flow") == flow
    build_all(stage_1_lake, "resumed")
    assert hashes(stage_1_lake) == undisturbed


def test_a_new_register_entry_changes_only_the_days_from_its_beginning(stage_2_lake: Lake, tmp_path: Path):
    entry = "anna,MAC1,,north,51.6,-0.2,6,35,180,prosumer,2013-02-01 12:00:00,"
    land(stage_2_lake, "members", written(tmp_path / "anna.csv", REGISTER_HEADER, [entry]))
    (step,) = build_all(stage_2_lake, "second")
    # Of February are 48 hours of anna and of cleo, and 12 of bert, who leaves at noon. None is of January.
    assert step.rows["gold.energy_flow"] == 2 * 48 + 12
    assert step.rows["gold.energy_balance_daily"] == 2 * 2 + 1
    kwp = "select distinct round(1000 * production_kwh / output_w_per_kwp, 1) from gold.energy_flow inner join "
    kwp += "gold.pv_output_hourly using (zone, period_start_utc) where member_id = 'anna' and output_w_per_kwp > 10 "
    assert select(stage_2_lake, kwp + "and period_start_utc < '2013-02-01'") == [(4.0,)]
    assert select(stage_2_lake, kwp + "and period_start_utc >= '2013-02-02'") == [(6.0,)]


def test_a_reading_changes_only_its_own_day(stage_3_lake: Lake, tmp_path: Path):
    before = stage_3_lake.snapshot_id()
    correction = written(tmp_path / "one.csv", METER_HEADER, ["MAC2,2013-01-30 10:00:00,0.999"])
    land(stage_3_lake, "smart_meters", correction)
    (step,) = build_all(stage_3_lake, "second")
    assert dict(step.rows) == {
        "silver.meter_reading": 1,
        "gold.meter_daily": 5,
        "gold.pv_output_hourly": 48,
        "gold.energy_estimate": 0,
        "gold.energy_flow": 72,
        "gold.energy_balance_daily": 3,
        "gold.completeness_daily": 3,
        "gold.anomaly": 0,
    }
    assert select(
        stage_3_lake,
        f"select count(*), max(energy_kwh) * 1000 from ducklake_table_insertions('lake', 'silver', 'meter_reading', "
        f"{before + 1}, {stage_3_lake.snapshot_id()})",
    ) == [(1, 999)]


@on_opposite_kinds()
def test_a_failed_gate_rolls_everything_back_and_records_why(lake: Lake, tmp_path: Path):
    day = pl.Series([date(2013, 1, 1)])
    twice = {"gold.holiday": lambda years: pl.DataFrame({"local_date": [*day, *day], "holiday_name": ["a", "b"]})}
    before = hashes(lake, "silver", "gold")
    with pytest.raises(GateError, match=r"gold\.holiday: key is unique \(1 of 2 rows\)") as error:
        list(build(lake, twice, "bad", NOW, only="gold.holiday"))
    assert "rolled back" in str(error.value)
    assert hashes(lake, "silver", "gold") == before
    assert select(lake, "from ops.progress") == []
    failed = select(
        lake,
        "select build_id, checked_at_utc, table_name, check_name, rows_seen, rows_failing, keys from ops.check_result "
        "where rows_failing > 0 and table_name = 'gold.holiday'",
    )
    assert failed == [
        ("bad/1", NOW.replace(tzinfo=None), "gold.holiday", "key is unique", 2, 1, failed[0][-1]),
    ]
    assert failed[0][-1] == '[{"local_date": "2013-01-01", "repeated": 1}]'


def test_readers_see_the_old_state_while_and_after_a_build_fails(stage_1_lake: Lake, tmp_path: Path):
    before = hashes(stage_1_lake)
    stage_2(stage_1_lake, tmp_path)
    seen = []

    def spoiled(weather: pl.DataFrame) -> pl.DataFrame:
        seen.append(hashes(stage_1_lake))
        output = producers()["gold.pv_output_hourly"](weather)
        return output.with_columns(output_w_per_kwp=pl.col("output_w_per_kwp") - 5000)

    with pytest.raises(GateError, match="output_w_per_kwp ge 0"):
        list(build(stage_1_lake, producers() | {"gold.pv_output_hourly": spoiled}, "bad", NOW))
    assert seen == [before]
    assert hashes(stage_1_lake) == before


def test_another_slot_length_rebuilds_gold_and_another_holiday_region_the_calendar(stage_1_lake: Lake):
    silver, total = hashes(stage_1_lake, "silver"), "select sum(consumption_kwh), count(*) from gold.energy_flow"
    ((energy, slots),) = select(stage_1_lake, total)
    settings = stage_1_lake.settings.model_copy(update={"slot_minutes": 30, "holidays": "DE-BE"})
    halves = Lake(settings)
    (step,) = build_all(halves, "half-hours")
    assert not any(table.startswith("silver.") for table in step.rows)
    assert hashes(halves, "silver") == silver
    assert select(halves, total) == [(energy, 2 * slots)]
    assert select(halves, "select distinct period_minutes from warehouse.fact_energy_flow") == [(30,)]
    assert select(halves, "select count(*) from warehouse.dim_time where local_date = date '2013-10-03'") == [(48,)]
    assert select(halves, "select holiday_name from gold.holiday where local_date = date '2013-10-03'") != []
    assert build_all(halves, "again") == []
    halves.close()


def test_a_changed_silver_model_reads_every_landing_anew(stage_1_lake: Lake, monkeypatch: pytest.MonkeyPatch):
    old = models()["silver.meter_reading"]
    doubled = Model(old.table, old.sql.replace("else cast(number as", "else cast(2 * number as"), old.inputs)
    total = "select sum(energy_kwh), count(*) from gold.meter_daily"
    ((energy, days),) = select(stage_1_lake, total)
    changed = {**models(), old.table: doubled}
    monkeypatch.setattr(transaction, "models", lambda: changed)
    build_all(stage_1_lake, "after")
    assert select(stage_1_lake, total) == [(2 * energy, days)]


def test_what_is_wanted_first_is_built_alone(folder_lake: Lake, tmp_path: Path):
    stage_1(folder_lake, tmp_path)
    (step,) = build_all(folder_lake, only="gold.zone")
    assert dict(step.rows) == {
        "silver.member": 4,
        "silver.household": 0,
        "gold.member_version": 4,
        "gold.member_meter": 4,
        "gold.zone": 2,
    }
    assert select(folder_lake, "from gold.zone order by all") == [("north", 51.6, -0.2), ("south", 50.8, -0.1)]
    assert build_all(folder_lake, only="gold.zone") == []
    folder_lake.write(lambda connection: connection.execute("delete from gold.zone where zone = 'north'"))
    land_line = "emil,MAC5,,east,51.0,1.0,,,,consumer,2012-01-01,"
    land(folder_lake, "members", written(tmp_path / "emil.csv", REGISTER_HEADER, [land_line]))
    build_all(folder_lake, only="gold.zone")
    assert select(folder_lake, "select zone from gold.zone order by all") == [("east",), ("north",), ("south",)]


def test_what_reads_of_a_table_that_was_wanted_first_is_not_forgotten(calendar_lake: Lake, tmp_path: Path):
    land(calendar_lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, REGISTER))
    build_all(calendar_lake, "register", only="gold.zone")
    land(calendar_lake, "smart_meters", written(tmp_path / "m.csv", METER_HEADER, day_of_readings("MAC1", DAYS[0])))
    build_all(calendar_lake, "rest")
    assert select(calendar_lake, "select member_id, count(*) from gold.energy_flow group by all") == [("anna", 24)]


def test_days_are_built_again_where_that_is_asked_for(stage_3_lake: Lake):
    before = hashes(stage_3_lake)
    damage = f"update gold.energy_flow set consumption_kwh = 0 where period_start_utc < '{DAYS[2]}'"
    stage_3_lake.write(lambda connection: connection.execute(damage))
    assert build_all(stage_3_lake, "nothing new") == []
    (step,) = build_all(stage_3_lake, "again", again=frozenset({DAYS[0], DAYS[1], date(2020, 1, 1)}))
    assert step.rows["gold.energy_balance_daily"] == 3 + 4
    assert not any(table.startswith("silver.") for table in step.rows)
    assert hashes(stage_3_lake) == before


def test_a_member_whose_entry_is_corrected_to_begin_later_loses_the_days_before(calendar_lake: Lake, tmp_path: Path):
    land(
        calendar_lake,
        "members",
        written(tmp_path / "r.csv", REGISTER_HEADER, ["anna,MAC1,,north,51.5,-0.1,,,,consumer,2013-01-30,"]),
    )
    land(
        calendar_lake,
        "smart_meters",
        written(
            tmp_path / "m.csv", METER_HEADER, [*day_of_readings("MAC1", DAYS[0]), *day_of_readings("MAC1", DAYS[1])]
        ),
    )
    build_all(calendar_lake, "first")
    assert select(calendar_lake, "select count(*) from gold.energy_flow") == [(48,)]
    left = ["anna,MAC1,,north,51.5,-0.1,,,,consumer,2013-01-30,2013-01-31 06:00:00"]
    land(calendar_lake, "members", written(tmp_path / "r2.csv", REGISTER_HEADER, left))
    build_all(calendar_lake, "second")
    assert select(calendar_lake, "select count(*) from gold.energy_flow") == [(30,)]


def test_a_day_without_readings_any_more_is_emptied(calendar_lake: Lake, tmp_path: Path):
    """Weather alone makes no flow; the days of a table that shrink are deleted, not left."""
    land(
        calendar_lake,
        "members",
        written(tmp_path / "r.csv", REGISTER_HEADER, ["a,MAC1,,n,51,0,,,,consumer,2013-01-01,"]),
    )
    readings = [line for day in DAYS for line in day_of_readings("MAC1", day)]
    land(calendar_lake, "smart_meters", written(tmp_path / "m.csv", METER_HEADER, readings))
    build_all(calendar_lake, "first")
    removed = f"delete from silver.meter_reading where period_start_utc >= '{DAYS[3]}'"
    calendar_lake.write(lambda connection: connection.execute(removed))
    # One more price makes the build look at what changed in silver since it last ended.
    land_rows(calendar_lake, "energy_charts", "https://p.test/price", [{"bidding_zone": "DE-LU", "price": None}])
    build_all(calendar_lake, "second")
    assert select(calendar_lake, "select max(period_start_utc) from gold.meter_daily") == [
        (stored(2013, 1, 30) + timedelta(days=2),)
    ]


def test_a_file_sent_again_with_one_correction_rebuilds_its_day_alone(calendar_lake: Lake, tmp_path: Path):
    land(
        calendar_lake,
        "members",
        written(tmp_path / "r.csv", REGISTER_HEADER, ["a,MAC1,,n,51,0,,,,consumer,2013-01-01,"]),
    )
    readings = [line for day in DAYS for line in day_of_readings("MAC1", day)]
    land(calendar_lake, "smart_meters", written(tmp_path / "m.csv", METER_HEADER, readings))
    build_all(calendar_lake, "first")
    last = readings[-1].rpartition(",")[0]
    land(
        calendar_lake, "smart_meters", written(tmp_path / "again.csv", METER_HEADER, [*readings[:-1], f"{last},0.777"])
    )
    (step,) = build_all(calendar_lake, "second")
    assert step.rows["silver.meter_reading"] == 1
    assert step.rows["gold.meter_daily"] == 1
    assert step.rows["gold.energy_balance_daily"] == 1
    assert select(
        calendar_lake,
        "select sum(landed)::int, sum(superseded)::int from ops.reconciliation where source = 'smart_meters'",
    ) == [(2 * len(readings), len(readings))]


def test_a_lake_of_an_earlier_version_gets_its_new_columns_and_the_same_content(
    calendar_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    for table, column in [("silver.meter_reading", "energy_kwh"), ("gold.energy_flow", "zone"), ("gold.zone", "zone")]:
        calendar_lake.reader().execute(f"alter table {table} drop column {column}")
    calendar_lake.create()
    for stage in STAGES:
        stage(calendar_lake, tmp_path)
        build_all(calendar_lake, stage.__name__)
    assert hashes(calendar_lake) == undisturbed


def test_a_register_is_never_half_read(stage_3_lake: Lake, monkeypatch: pytest.MonkeyPatch):
    lake = stage_3_lake
    members = content_hash(lake.reader(), "warehouse.dim_user")
    monkeypatch.setattr(steps, "READINGS_AT_ONCE", 1)
    lake.write(forget_progress)
    transactions = 0
    for _ in build(lake, producers(), "anew", NOW):
        transactions += 1
        assert content_hash(lake.reader(), "warehouse.dim_user") == members
    assert transactions > 3


def test_a_table_that_a_changed_rule_leaves_empty_changes_what_is_made_of_it(
    stage_1_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    header = "LCLid,stdorToU,Acorn,Acorn_grouped,file"
    land(stage_1_lake, "members", written(tmp_path / "households.csv", header, ["MAC2,ToU,ACORN-A,Affluent,b"]))
    build_all(stage_1_lake, "before")
    tariffs = "select distinct tariff from gold.member_version order by all nulls last"
    assert select(stage_1_lake, tariffs) == [("ToU",), (None,)]
    old = models()["silver.household"]
    stricter = Model(old.table, old.sql.replace("not in ('Std', 'ToU')", "not in ('Std')"), old.inputs)
    monkeypatch.setattr(transaction, "models", lambda: {**models(), old.table: stricter})
    build_all(stage_1_lake, "after")
    assert select(stage_1_lake, tariffs) == [(None,)]


def test_a_change_that_was_committed_before_gold_is_built_once(stage_1_lake: Lake, monkeypatch: pytest.MonkeyPatch):
    land_rows(stage_1_lake, "energy_charts", "https://price.test/price?start=again", prices(DAYS[0], 1, 45))
    land_rows(
        stage_1_lake,
        "energy_charts",
        "https://price.test/price?start=bad",
        [{**prices(DAYS[0], 1, 1)[0], "price": "?"}],
    )
    monkeypatch.setattr(steps, "READINGS_AT_ONCE", 1)
    assert sum(step.rows["gold.spot_price"] for step in build_all(stage_1_lake, "after")) == 24
    assert build_all(stage_1_lake, "again") == []

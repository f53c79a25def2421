"""A dry run says what a build would replace and why, and leaves nothing behind."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from harness.lake_community import stage_1, stage_2, stage_3
from harness.lake_steps import METER_HEADER, NOW, REGISTER_HEADER, build_all, hashes, land, written
from wattlake.lake.build import plan, steps
from wattlake.lake.build.dry_run import Replaced, preview
from wattlake.lake.build.run import build
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers


def seen(lake: Lake, **how: bool | frozenset[date]) -> dict[str, Replaced]:
    return {one.table: one for one in preview(lake, producers(), NOW, **how)}  # type: ignore[arg-type]


def test_nothing_is_to_be_replaced_where_nothing_is_new(stage_2_lake: Lake):
    assert preview(stage_2_lake, producers(), NOW) == []


def test_a_corrected_reading_concerns_its_day_and_the_days_around_it_that_may_follow(
    stage_2_lake: Lake, tmp_path: Path
):
    land(stage_2_lake, "smart_meters", written(tmp_path / "x.csv", METER_HEADER, ["MAC1,2013-01-31 10:00:00,0.999"]))
    day = date(2013, 1, 31)
    found = seen(stage_2_lake)
    assert found["silver.meter_reading"] == Replaced(
        "silver.meter_reading", day, day, 1, "1 landings of smart_meters with 1 rows are new"
    )
    assert found["gold.meter_daily"] == Replaced(
        "gold.meter_daily", day, day, 1, "silver.meter_reading changed on 1 day"
    )
    flow = found["gold.energy_flow"]
    assert flow.first_day is not None
    assert flow.last_day is not None
    assert flow.first_day <= day <= flow.last_day
    assert "silver.meter_reading changed on 1 day" in flow.why
    assert "gold.spot_price" not in found


def test_a_register_entry_concerns_the_days_from_its_beginning(stage_2_lake: Lake, tmp_path: Path):
    entry = "anna,MAC1,,north,51.5,-0.1,6,35,180,prosumer,2013-02-01 12:00:00,"
    land(stage_2_lake, "members", written(tmp_path / "anna.csv", REGISTER_HEADER, [entry]))
    found = seen(stage_2_lake)
    assert found["gold.member_version"] == Replaced("gold.member_version", None, None, None, "silver.member changed")
    assert found["gold.energy_flow"].first_day == date(2013, 2, 1)
    assert "gold.member_version changed from 2013-02-01 on" in found["gold.energy_flow"].why
    assert "silver.meter_reading" not in found


def test_a_full_one_concerns_everything(stage_2_lake: Lake):
    found = seen(stage_2_lake, is_full=True)
    assert found["silver.meter_reading"].why == "10 landings of smart_meters with 1,060 rows are read anew"
    assert found["gold.energy_flow"].days is not None
    assert found["gold.energy_flow"].days >= 4
    assert "anew" in found["gold.energy_flow"].why


def test_days_that_are_asked_for_are_named(stage_2_lake: Lake):
    day = date(2013, 1, 31)
    found = seen(stage_2_lake, again=frozenset({day}))
    assert found["gold.meter_daily"] == Replaced("gold.meter_daily", day, day, 1, "these days were asked for")
    assert not {table for table in found if table.startswith("silver.")}


def test_a_dry_run_leaves_neither_rows_nor_files_nor_a_snapshot(calendar_lake: Lake, tmp_path: Path):
    lake = calendar_lake
    stage_1(lake, tmp_path)
    state = (lake.snapshot_id(), Storage(lake.settings).names(), hashes(lake))
    assert "gold.energy_flow" in seen(lake)
    assert (lake.snapshot_id(), Storage(lake.settings).names(), hashes(lake)) == state
    build_all(lake)
    assert preview(lake, producers(), NOW) == []


def test_of_an_unfinished_build_what_is_left_and_what_came_since_is_named(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lake = new_calendar_lake()
    stage_1(lake, tmp_path)
    stage_2(lake, tmp_path)
    monkeypatch.setattr(steps, "READINGS_AT_ONCE", 10_000)
    monkeypatch.setattr(plan, "DAYS_AT_ONCE", 2)
    monkeypatch.setattr(plan, "READINGS_OF_A_CHUNK", 1)
    running = build(lake, producers(), "stopped", NOW)
    while (step := next(running)).rows["gold.energy_flow"] == 0:
        assert not step.is_last
    running.close()
    assert seen(lake)["gold.meter_daily"].first_day == date(2013, 2, 1), "January is built"
    stage_3(lake, tmp_path)
    found = seen(lake)
    assert found["gold.spot_price"].first_day == date(2013, 1, 31)
    assert found["gold.energy_flow"].last_day is not None

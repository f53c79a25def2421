"""The plan of a build says what it would replace and why, is made by reading alone, and leaves nothing behind."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from harness.lake_community import stage_1, stage_2, stage_3
from harness.lake_steps import METER_HEADER, NOW, REGISTER_HEADER, build_all, hashes, land, written
from wattlake.lake.build import plan, steps
from wattlake.lake.build.actions import Action, CompareDays, ReplaceDays, ReplaceRows, TakeLandings
from wattlake.lake.build.dry_run import plan_build
from wattlake.lake.build.explain import Line, explained
from wattlake.lake.build.run import build
from wattlake.lake.models.would_be import with_relations
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

DAY = date(2013, 1, 31)


@contextmanager
def written_by_another(lake: Lake) -> Iterator[None]:
    """Another holds the writer's lock, and a transaction on the catalog."""
    catalog = lake.settings.catalog_file
    with FileLock(f"{catalog}.lock"):
        connection = sqlite3.connect(catalog, isolation_level=None)
        try:
            connection.execute("begin immediate")
            yield
        finally:
            connection.close()


def actions(lake: Lake, **how: bool | frozenset[date]) -> list[Action]:
    return plan_build(lake.reader(), lake.settings, producers(), **how)  # type: ignore[arg-type]


def data_files(lake: Lake) -> list[str]:
    """All files but SQLite's own beside the catalog, which come and go with connections."""
    return [name for name in Storage(lake.settings).names() if not name.startswith("catalog.sqlite")]


def lines(lake: Lake, **how: bool | frozenset[date]) -> dict[tuple[str, str], Line]:
    planned = explained(actions(lake, **how))
    return {(line.table, line.action): line for line in planned}


def test_nothing_is_planned_where_nothing_is_new(stage_2_lake: Lake):
    assert actions(stage_2_lake) == []


def test_a_corrected_reading_replaces_its_day_and_compares_what_looks_around(stage_2_lake: Lake, tmp_path: Path):
    land(stage_2_lake, "smart_meters", written(tmp_path / "x.csv", METER_HEADER, ["MAC1,2013-01-31 10:00:00,0.999"]))
    planned = actions(stage_2_lake)
    (take,) = (action for action in planned if isinstance(action, TakeLandings))
    assert (take.table, len(take.landings), take.rows, take.is_anew) == ("silver.meter_reading", 1, 1, False)
    replaced = {action.table: action for action in planned if isinstance(action, ReplaceDays)}
    why = "1 landing of smart_meters with 1 row is new"
    assert replaced["silver.meter_reading"] == ReplaceDays("silver.meter_reading", frozenset({DAY}), why)
    why = "silver.meter_reading changed on 1 day"
    assert replaced["gold.meter_daily"] == ReplaceDays("gold.meter_daily", frozenset({DAY}), why)
    assert replaced["gold.energy_balance_daily"].days == {DAY}, (
        "it follows from the flow, which is replaced for certain"
    )
    compared = {action.table: action.days for action in planned if isinstance(action, CompareDays)}
    assert DAY in compared["gold.gap_fill"]
    assert len(compared["gold.gap_fill"]) > 30
    assert DAY not in compared["gold.energy_flow"]
    assert "gold.spot_price" not in replaced.keys() | compared.keys()


def test_a_register_entry_concerns_the_days_from_its_beginning(stage_2_lake: Lake, tmp_path: Path):
    entry = "anna,MAC1,,north,51.5,-0.1,6,35,180,prosumer,2013-02-01 12:00:00,"
    land(stage_2_lake, "members", written(tmp_path / "anna.csv", REGISTER_HEADER, [entry]))
    planned = actions(stage_2_lake)
    assert ReplaceRows("gold.member_version", "silver.member changed") in planned
    flow = lines(stage_2_lake)["gold.energy_flow", "replace"]
    assert flow.first_day == date(2013, 2, 1)
    assert "gold.member_version changed from 2013-02-01 on" in flow.why
    assert "silver.meter_reading" not in {action.table for action in planned}


def test_a_landing_that_changes_nothing_is_read_and_no_more(stage_2_lake: Lake, tmp_path: Path):
    line = "MAC1,2013-01-31 10:00:00,0.999"
    for number in range(2):  # The blank makes other bytes of it, for the same would be one landing.
        land(stage_2_lake, "smart_meters", written(tmp_path / f"{number}.csv", METER_HEADER, [line + " " * number]))
        if not number:
            build_all(stage_2_lake)
    why = "1 landing of smart_meters with 1 row is new"
    assert list(lines(stage_2_lake).values()) == [Line("silver.meter_reading", "read", None, None, None, why)]


def test_a_full_one_concerns_everything(stage_2_lake: Lake):
    found = lines(stage_2_lake, is_full=True)
    assert found["silver.meter_reading", "replace"].why == "10 landings of smart_meters with 1,060 rows are read anew"
    flow = found["gold.energy_flow", "replace"]
    assert flow.days is not None
    assert flow.days >= 4
    assert "anew" in flow.why


def test_days_that_are_asked_for_are_named(stage_2_lake: Lake):
    found = lines(stage_2_lake, again=frozenset({DAY}))
    line = Line("gold.meter_daily", "replace", DAY, DAY, 1, "these days were asked for")
    assert found["gold.meter_daily", "replace"] == line
    assert not {table for table, _ in found if table.startswith("silver.")}


def test_a_plan_is_made_beside_a_writer_and_leaves_neither_rows_nor_files_nor_a_snapshot(
    calendar_lake: Lake, tmp_path: Path
):
    lake = calendar_lake
    stage_1(lake, tmp_path)
    state = (lake.snapshot_id(), data_files(lake), hashes(lake))
    read_only = Lake(lake.settings, read_only=True)
    with written_by_another(lake):
        planned = actions(read_only)
    read_only.close()
    assert planned == actions(lake)
    assert "gold.energy_flow" in {action.table for action in planned if isinstance(action, ReplaceDays)}
    assert (lake.snapshot_id(), data_files(lake), hashes(lake)) == state
    build_all(lake)
    assert actions(lake) == []


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
    assert lines(lake)["gold.meter_daily", "replace"].first_day == date(2013, 2, 1), "January is built"
    stage_3(lake, tmp_path)
    assert lines(lake)["gold.spot_price", "compare"].first_day == date(2013, 1, 31)


def test_a_select_reads_other_relations_in_place_of_its_tables_and_says_where_it_has_none():
    sql = "select member.a, gold.zone.b from silver.member as member inner join gold.zone on true"
    read = with_relations(sql, {"silver.member": "temp.held", "gold.zone": "temp.zones"})
    assert "FROM temp.held AS member" in read
    assert "JOIN temp.zones AS zone" in read
    with pytest.raises(ValueError, match=r"does not read silver\.other"):
        with_relations(sql, {"silver.other": "temp.held"})


def test_of_very_many_new_rows_only_the_reading_is_planned(stage_2_lake: Lake, tmp_path: Path):
    land(stage_2_lake, "smart_meters", written(tmp_path / "x.csv", METER_HEADER, ["MAC1,2013-01-31 10:00:00,0.999"]))
    planned = plan_build(stage_2_lake.reader(), stage_2_lake.settings, producers(), most_rows=0)
    assert [(action.table, action.rows) for action in planned] == [("silver.meter_reading", 1)]
    assert len(plan_build(stage_2_lake.reader(), stage_2_lake.settings, producers(), most_rows=1)) > 1

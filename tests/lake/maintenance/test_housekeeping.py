"""Housekeeping merges and rewrites files and lets old snapshots go, and no reader and no build can tell."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from harness.lake_community import STAGES, stage_1, stage_2, stage_3
from harness.lake_steps import NOW, build_all, hashes, hashes_of, land_rows, select
from harness.short_calendar import calendar_of_one_year
from tests.support.full import on_opposite_kinds
from wattlake.lake.build.progress import GOLD, read_progress
from wattlake.lake.contracts import contracts
from wattlake.lake.maintenance.compaction import data_files, table_names
from wattlake.lake.maintenance.housekeeping import maintain, present
from wattlake.lake.maintenance.scheduled_files import LiveFileError, remove_scheduled
from wattlake.lake.runs.record import recorded
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import IdentityError
from wattlake.lake.store.lake import Lake

FAR_AHEAD = timedelta(days=400)
"""Snapshots and files bear the real time, so only a time far ahead makes them old."""


def snapshots(lake: Lake) -> list[int]:
    found = select(lake, "select snapshot_id from ducklake_snapshots('lake') order by all")
    return [snapshot for (snapshot,) in found]


def live_files(lake: Lake) -> set[str]:
    """The names of the files that the catalog names, for whatever snapshot, without their folders."""
    return {
        path.rpartition("/")[2]
        for kind in ("data", "delete")
        for (path,) in select(lake, f"select path from __ducklake_metadata_lake.ducklake_{kind}_file")
    }


def stored_files(lake: Lake) -> set[str]:
    return {name.rpartition("/")[2] for name in Storage(lake.settings).names() if name.startswith("tables/")}


def as_they_were(lake: Lake, snapshot: int, tables: Iterable[str]) -> dict[str, str]:
    """The content of tables as of a snapshot."""
    past = Lake(lake.settings, as_of=snapshot)
    found = hashes_of(past, tables)
    past.close()
    return found


def files_by_partition(lake: Lake) -> dict[tuple[str, str], int]:
    reader = lake.reader()
    count: dict[tuple[str, str], int] = {}
    for table in table_names(reader):
        for file in data_files(reader, table):
            count[table, file.folder] = count.get((table, file.folder), 0) + 1
    return count


@on_opposite_kinds(pytest.mark.long)
def test_old_snapshots_and_files_go_and_every_table_stays_what_it_was(lake: Lake, tmp_path: Path):
    real_now = datetime.now(UTC)
    for number in range(5):
        land_rows(lake, "energy_charts", f"https://p.test/{number}", [{"price": f"{number}"}], now=NOW)
        build_all(lake, f"build-{number}", only="gold.zone")
    stage_1(lake, tmp_path)
    with calendar_of_one_year():
        build_all(lake, "whole")
    before, files = hashes(lake), stored_files(lake)
    assert live_files(lake) == files
    count = len(snapshots(lake))

    young = maintain(lake, real_now)
    assert (young.snapshots_expired, young.files_removed) == (0, 0)
    assert young.files_after < young.files_before
    assert max(files_by_partition(lake).values()) <= 2
    assert files <= stored_files(lake), "nothing young is removed"
    assert live_files(lake) <= stored_files(lake)
    assert hashes(lake) == before

    old = maintain(lake, real_now + FAR_AHEAD)
    assert old.snapshots_expired > count - 8
    assert old.files_removed > 5
    assert live_files(lake) == stored_files(lake), "every live file is there, and no other"
    assert hashes(lake) == before
    archive = [
        name for name in Storage(lake.settings).names() if name.startswith("landing/") and "/register/" not in name
    ]
    assert len(archive) == select(lake, "select count(distinct archive_path) from ops.landing")[0][0]
    stage_2(lake, tmp_path)
    with calendar_of_one_year():
        assert build_all(lake, "after")[-1].is_last


@pytest.mark.long
def test_files_with_deleted_rows_are_rewritten_and_every_kept_snapshot_reads_as_before(
    stage_1_lake: Lake, tmp_path: Path
):
    tables = [name for name in contracts() if name.partition(".")[0] in ("silver", "bronze", "gold")]
    past = {stage_1_lake.snapshot_id(): hashes_of(stage_1_lake, tables)}
    for number, stage in enumerate(STAGES[1:]):
        stage(stage_1_lake, tmp_path)
        build_all(stage_1_lake, f"build-{number}")
        past[stage_1_lake.snapshot_id()] = hashes_of(stage_1_lake, tables)
    done = maintain(stage_1_lake, datetime.now(UTC))
    assert max(files_by_partition(stage_1_lake).values()) <= 2
    readings = next(table for table in done.tables if table.table == "silver.meter_reading")
    assert readings.rewritten > 0
    assert readings.bytes_after < readings.bytes_before
    for snapshot, contents in past.items():
        assert as_they_were(stage_1_lake, snapshot, tables) == contents
    changed = done.changed()
    assert changed["table"].to_list() == sorted(changed["table"].to_list())
    assert set(changed["table"]) >= {"silver.meter_reading", "ops.landing"}
    again = maintain(stage_1_lake, datetime.now(UTC))
    assert (again.files_before, again.changed().height) == (again.files_after, 0)


def test_what_only_expired_snapshots_needed_goes_and_the_kept_ones_read_as_before(stage_1_lake: Lake, tmp_path: Path):
    """The retention ends between the first and the second stage."""
    first = stage_1_lake.snapshot_id()
    kept_from = datetime.now(UTC)
    stage_2(stage_1_lake, tmp_path)
    build_all(stage_1_lake, "build-1")
    second, contents = stage_1_lake.snapshot_id(), hashes(stage_1_lake)
    stage_3(stage_1_lake, tmp_path)
    build_all(stage_1_lake, "build-2")
    now = datetime.now(UTC) + FAR_AHEAD
    maintain(stage_1_lake, now, retention=now - kept_from)
    assert first not in snapshots(stage_1_lake)
    assert snapshots(stage_1_lake)[0] == first + 1
    assert as_they_were(stage_1_lake, second, contents) == contents
    assert live_files(stage_1_lake) == stored_files(stage_1_lake)


@pytest.mark.long
def test_a_lake_kept_between_stages_ends_as_one_that_never_was(
    stage_1_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    maintain(stage_1_lake, datetime.now(UTC) + FAR_AHEAD)
    for number, stage in enumerate(STAGES[1:], start=1):
        stage(stage_1_lake, tmp_path)
        # Silver that gold has not seen yet must stay in the change feed, and landings that silver has not seen.
        if number != 1:
            build_all(stage_1_lake, f"build-{number}")
        else:
            build_all(stage_1_lake, f"build-{number}", only="gold.zone")
        maintain(stage_1_lake, datetime.now(UTC) + FAR_AHEAD)
    assert hashes(stage_1_lake) == undisturbed
    assert build_all(stage_1_lake, "nothing new") == []


def test_rewritten_files_are_no_news_and_what_was_silver_before_them_still_is(
    stage_1_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    """Silver is corrected, but gold not built; its files are rewritten; then the rest comes."""
    stage_2(stage_1_lake, tmp_path)
    build_all(stage_1_lake, "silver", only="gold.pv_typical_year")
    build_all(stage_1_lake, "register", only="gold.zone")
    waiting = read_progress(stage_1_lake.reader())[GOLD].snapshot_id
    done = maintain(stage_1_lake, datetime.now(UTC) + FAR_AHEAD)
    assert done.snapshots_expired > 0
    assert read_progress(stage_1_lake.reader())[GOLD].snapshot_id == waiting == snapshots(stage_1_lake)[0]
    (step,) = build_all(stage_1_lake, "build-1")
    assert step.is_last
    maintain(stage_1_lake, datetime.now(UTC))
    before = stage_1_lake.snapshot_id()
    assert build_all(stage_1_lake, "nothing new") == []
    assert stage_1_lake.snapshot_id() == before
    stage_3(stage_1_lake, tmp_path)
    build_all(stage_1_lake, "build-2")
    assert hashes(stage_1_lake) == undisturbed


@pytest.mark.long
def test_an_idle_month_keeps_few_snapshots_and_files_and_breaks_no_build(
    stage_2_lake: Lake, tmp_path: Path, undisturbed: dict[str, str]
):
    """Runs that find nothing, and housekeeping each week; its present is far ahead of every snapshot."""
    at = datetime.now(UTC) + FAR_AHEAD
    kept = []
    for week in range(4):
        for day in range(2):
            with recorded(stage_2_lake, "pipeline", partial(datetime.now, UTC)):
                assert build_all(stage_2_lake, f"idle-{week}-{day}") == []
        maintain(stage_2_lake, at + timedelta(weeks=week))
        kept.append((len(snapshots(stage_2_lake)), len(stored_files(stage_2_lake))))
        progress = read_progress(stage_2_lake.reader())[GOLD]
        assert progress.snapshot_id in snapshots(stage_2_lake)
    assert max(count for count, _ in kept) <= 2
    assert max(files for _, files in kept) <= kept[0][1] + 2
    stage_3(stage_2_lake, tmp_path)
    build_all(stage_2_lake, "build-1")
    assert hashes(stage_2_lake) == undisturbed


def test_a_lake_that_was_only_landed_in_forgets_its_past_as_well(calendar_lake: Lake, tmp_path: Path):
    calendar_lake.write(lambda connection: connection.execute("delete from ops.progress"))
    stage_1(calendar_lake, tmp_path)
    maintain(calendar_lake, datetime.now(UTC) + FAR_AHEAD)
    assert len(snapshots(calendar_lake)) == 1
    assert build_all(calendar_lake)[-1].is_last


def test_an_unfinished_build_keeps_the_snapshot_it_works_towards(stage_1_lake: Lake):
    done, target = read_progress(stage_1_lake.reader())[GOLD].snapshot_id, stage_1_lake.snapshot_id()
    set_target = f"update ops.progress set target_snapshot_id = {target} where table_name = '{GOLD}'"
    stage_1_lake.write(lambda connection: connection.execute(set_target))
    maintain(stage_1_lake, datetime.now(UTC) + FAR_AHEAD)
    assert snapshots(stage_1_lake)[0] == done
    never = f"update ops.progress set snapshot_id = null where table_name = '{GOLD}'"
    stage_1_lake.write(lambda connection: connection.execute(never))
    maintain(stage_1_lake, datetime.now(UTC) + FAR_AHEAD)
    assert snapshots(stage_1_lake)[0] == target


def test_the_retention_is_a_setting(stage_1_lake: Lake):
    lake = Lake(Settings(data=stage_1_lake.settings.data, retention_days=30))
    assert maintain(lake, datetime.now(UTC) + timedelta(days=29)).snapshots_expired == 0
    assert maintain(lake, datetime.now(UTC) + timedelta(days=31)).snapshots_expired > 0
    lake.close()


def test_a_live_file_that_would_be_removed_is_named_and_nothing_is_removed(calendar_lake: Lake, tmp_path: Path):
    """The catalog's list of files to remove is made to hold a live one."""
    stage_1(calendar_lake, tmp_path)
    ((path,),) = select(
        calendar_lake, "select data_file from ducklake_list_files('lake', 'members', schema => 'bronze')"
    )
    relative = path.partition("/tables/")[2]
    schedule = (
        "insert into __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion "
        f"values (1000, '{relative}', 1, timestamp '2020-01-01')"
    )
    reader = calendar_lake.reader()
    reader.execute(schedule)
    reader.close()
    files = stored_files(calendar_lake)
    with pytest.raises(LiveFileError, match=r"ducklake-.*\.parquet was to be removed .* Nothing was removed"):
        remove_scheduled(calendar_lake.reader(), calendar_lake.settings, before_utc=datetime.now(UTC))
    assert stored_files(calendar_lake) == files


def test_a_catalog_that_was_put_back_older_does_not_make_orphans_of_what_came_since(
    calendar_lake: Lake, tmp_path: Path
):
    catalog = calendar_lake.settings.catalog_file
    calendar_lake.close()
    shutil.copy(catalog, tmp_path / "yesterday.sqlite")
    stage_1(calendar_lake, tmp_path)
    build_all(calendar_lake)
    calendar_lake.close()
    for beside in (f"{catalog}-wal", f"{catalog}-shm"):
        Path(beside).unlink(missing_ok=True)
    shutil.copy(tmp_path / "yesterday.sqlite", catalog)
    files = stored_files(calendar_lake)
    # Beside forty years of calendar, one stage of a small community is little.
    done = maintain(calendar_lake, datetime.now(UTC) + FAR_AHEAD, orphans_pct=0.1)
    assert done.files_left > 20
    assert stored_files(calendar_lake) >= files - live_files(calendar_lake), "none of what came since went"
    assert "`wattlake maintain --orphans-pct 100`" in str(done)
    assert maintain(calendar_lake, datetime.now(UTC) + FAR_AHEAD, orphans_pct=100).files_removed == done.files_left
    assert live_files(calendar_lake) == stored_files(calendar_lake)


def test_a_copied_catalog_removes_nothing(folder_lake: Lake, tmp_path: Path):
    folder_lake.close()
    copy = Lake(Settings(data=folder_lake.settings.data, catalog=str(tmp_path / "copy.sqlite")))
    shutil.copy(folder_lake.settings.catalog_file, copy.settings.catalog_file)
    land_rows(folder_lake, "energy_charts", "https://p.test/since", [{"price": "1"}])
    files = stored_files(folder_lake)
    with pytest.raises(IdentityError, match="If this is a copy, keep house with the other"):
        maintain(copy, datetime.now(UTC) + FAR_AHEAD)
    assert stored_files(folder_lake) == files
    copy.close()


def test_a_clock_that_is_ahead_lets_nothing_go(folder_lake: Lake):
    count = len(snapshots(folder_lake))
    now = present(folder_lake, datetime(2099, 1, 1, tzinfo=UTC))
    assert now <= datetime.now(UTC)
    assert maintain(folder_lake, now).snapshots_expired == 0
    assert len(snapshots(folder_lake)) == count
    assert present(folder_lake, datetime(2020, 1, 1, tzinfo=UTC)) == datetime(2020, 1, 1, tzinfo=UTC)

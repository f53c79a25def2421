"""The bounds by which DuckLake prunes hold the values of every kept snapshot, also once files were rewritten."""

from datetime import UTC, datetime

from harness.lake_steps import select
from wattlake.lake.maintenance.bounds import sentences, widen
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.sql import Connection
from wattlake.lake.store.column_bounds import too_narrow
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake

JOINED = """
select count(own.azimuth)
from (select unnest([90.0, 180.0, 200.0, 250.0]) as azimuth)
left join (from {}) as own using (azimuth)
"""


def run(lake: Lake, *statements: str) -> int:
    """Run statements in one transaction; gives the snapshot that it made."""

    def step(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    lake.write(step)
    return lake.snapshot_id()


def test_rows_are_found_after_files_were_rewritten_now_and_as_of_then(lake: Lake):
    run(lake, "create table ops.own (number int, azimuth double)")
    before = run(lake, "insert into ops.own values (1, 180), (2, 200), (3, 250), (4, null), (7, 'nan')")
    run(lake, "insert into ops.own values (5, null)")
    run(lake, "delete from ops.own where azimuth = 250 or isnan(azimuth)")
    maintain(lake, datetime.now(UTC))
    run(lake, "insert into ops.own values (6, 90)")
    assert select(lake, JOINED.format("ops.own")) == [(3,)]
    assert select(lake, JOINED.format(f"ops.own at (version => {before})")) == [(3,)]
    assert select(lake, f"select number from ops.own at (version => {before}) where azimuth = 250") == [(3,)]
    assert select(lake, f"select number from ops.own at (version => {before}) where isnan(azimuth)") == [(7,)]
    assert too_narrow(lake.reader()) == []


def test_rows_are_found_after_a_commit_of_several_files_of_which_one_has_no_value(lake: Lake):
    run(lake, "create table ops.own (number int, azimuth double)")
    run(lake, "insert into ops.own values (1, null)", "insert into ops.own values (2, 180), (3, 200)")
    run(lake, "insert into ops.own values (4, 90)")
    assert select(lake, JOINED.format("ops.own")) == [(3,)]
    assert select(lake, "select number from ops.own where azimuth > 150 order by all") == [(2,), (3,)]
    assert too_narrow(lake.reader()) == []


def test_nulls_are_found_as_of_before_the_last_of_them_was_deleted(folder_lake: Lake):
    run(folder_lake, "create table ops.own (number int, azimuth double)")
    before = run(folder_lake, "insert into ops.own values (1, 180), (2, null), (3, null)")
    run(folder_lake, "delete from ops.own where azimuth is null")
    maintain(folder_lake, datetime.now(UTC))
    then = f"ops.own at (version => {before})"
    assert select(folder_lake, f"select count(*) from {then} where azimuth is null") == [(2,)]
    assert select(folder_lake, f"select count(azimuth) from {then}") == [(1,)]


def test_who_had_the_lake_open_does_not_bring_narrow_bounds_back(folder_lake: Lake):
    run(folder_lake, "create table ops.own as select unnest([1.0, 7.5]) as azimuth")
    folder_lake.change_catalog(
        lambda connection: connection.execute(
            f"update {METADATA}.ducklake_table_column_stats set min_value = '7.5' where max_value = '7.5'"
        )
    )
    run(folder_lake, "create table ops.other as select 1 as number")
    other = Lake(folder_lake.settings)
    assert select(other, "select count(*) from ops.own where azimuth = 1") == [(0,)], "as long as they are narrow"
    assert widen(folder_lake) == 1
    run(other, "insert into ops.own values (9)")
    assert too_narrow(folder_lake.reader()) == []
    assert select(other, "select count(*) from ops.own where azimuth = 1") == [(1,)]
    other.close()


def test_bounds_that_leave_values_out_are_named_and_widened(folder_lake: Lake):
    run(folder_lake, "create table ops.own as select 7.5 as azimuth, timestamp '2026-06-21' as at_utc, 'x' as name")
    assert list(sentences(folder_lake.reader())) == []
    folder_lake.change_catalog(
        lambda connection: connection.execute(
            f"update {METADATA}.ducklake_table_column_stats set max_value = 'a', min_value = 'a' where max_value = 'x'"
        )
    )
    (sentence,) = sentences(folder_lake.reader())
    assert "bounds of ops.own.name leave out values" in sentence and "`wattlake maintain` widens them" in sentence
    assert widen(folder_lake) == 1
    assert too_narrow(folder_lake.reader()) == []

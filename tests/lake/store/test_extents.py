"""What the catalog knows of tables is what counting them gives, as of every snapshot; the rest is left to counting."""

import pytest

from wattlake.lake.settings import Settings
from wattlake.lake.store.extents import Extent, known_extents
from wattlake.lake.store.lake import Lake

TABLE = "gold.spot_price"
INSTANTS = {TABLE: "period_start_utc"}
HOURS = (
    f"insert into {TABLE} (bidding_zone, period_start_utc) select 'x', hour from range("
    "timestamp '2026-01-01', timestamp '2026-01-01' + interval {hours} hour, interval 1 hour) as hours (hour)"
)


def counted(lake: Lake) -> Extent:
    return Extent(*lake.reader().execute(f"select count(*), max(period_start_utc) from {TABLE}").fetchall()[0])


def test_the_catalog_knows_the_rows_and_the_newest_instant_as_of_every_snapshot(folder_lake: Lake):
    snapshots = [folder_lake.snapshot_id()]
    for statement in (HOURS.format(hours=5), HOURS.format(hours=9), f"delete from {TABLE}", HOURS.format(hours=2)):
        folder_lake.write(lambda connection, statement=statement: connection.execute(statement))
        snapshots.append(folder_lake.snapshot_id())

    rows = []
    for snapshot in snapshots:
        past = Lake(folder_lake.settings, as_of=snapshot)
        extent = known_extents(past.reader(), INSTANTS)[TABLE]
        assert extent == counted(past)
        rows.append(extent.rows)
        past.close()
    assert rows == [0, 5, 14, 0, 2]


@pytest.mark.parametrize("gone", ["period_start_utc < timestamp '2026-01-01 02:00'", "true"])
def test_a_table_with_rows_deleted_from_a_file_that_stays_is_left_to_be_counted(folder_lake: Lake, gone: str):
    folder_lake.write(lambda connection: connection.execute(HOURS.format(hours=5)))
    assert known_extents(folder_lake.reader(), INSTANTS)[TABLE] == counted(folder_lake)

    folder_lake.write(lambda connection: connection.execute(f"delete from {TABLE} where {gone}"))

    known = known_extents(folder_lake.reader(), INSTANTS)
    assert known.get(TABLE, counted(folder_lake)) == counted(folder_lake)
    assert (TABLE in known) == (gone == "true"), "a file that is gone whole is no longer named"


def test_files_that_were_merged_are_known_now_and_counted_for_the_past(folder_lake: Lake):
    for hours in (3, 4):
        folder_lake.write(lambda connection, hours=hours: connection.execute(HOURS.format(hours=hours)))
    before = folder_lake.snapshot_id() - 1
    folder_lake.reader().execute("call ducklake_merge_adjacent_files('lake')")

    assert (
        known_extents(folder_lake.reader(), INSTANTS)[TABLE]
        == counted(folder_lake)
        == Extent(7, counted(folder_lake).newest_utc)
    )
    past = Lake(Settings(data=folder_lake.settings.data, catalog=str(folder_lake.settings.catalog)), as_of=before)
    assert known_extents(past.reader(), INSTANTS).get(TABLE, counted(past)) == counted(past)
    assert counted(past).rows == 3
    past.close()

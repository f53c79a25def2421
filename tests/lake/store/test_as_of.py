"""Reading as of a snapshot: every table and view as it was, for as long as it is kept."""

import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from harness.lake_steps import land_rows, select
from wattlake.lake.maintenance.compaction import compact
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import AsOfError, as_of, kept_snapshot, written_stretches

ZONES = "select list(zone order by zone) from gold.zone"


def add_zone(lake: Lake, zone: str) -> int:
    lake.write(lambda connection: connection.execute(f"insert into gold.zone (zone) values ('{zone}')"))
    return lake.snapshot_id()


def test_tables_and_views_are_as_they_were(lake: Lake):
    first = add_zone(lake, "north")
    between = datetime.now(UTC)
    time.sleep(0.01)
    view = "create or replace view warehouse.register_gap as select zone as gap from gold.zone"
    lake.write(lambda connection: connection.execute(view))
    second = add_zone(lake, "south")
    assert select(lake, ZONES) == [(["north", "south"],)]
    for wanted, zones in ((first, ["north"]), (between, ["north"]), (second, ["north", "south"])):
        past = Lake(lake.settings, as_of=wanted)
        assert select(past, ZONES) == [(zones,)]
        assert past.snapshot_id() == (second if len(zones) > 1 else first)
        assert select(past, "select count(*) from warehouse.register_gap") == [(2 if len(zones) > 1 else 0,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            past.write(lambda connection: connection.execute("delete from gold.zone"))
        past.close()
    assert select(lake, ZONES) == [(["north", "south"],)]


def test_what_is_not_kept_is_told_with_the_range_that_is(folder_lake: Lake):
    long_ago = datetime.now(UTC) - timedelta(days=1)
    first = add_zone(folder_lake, "north")
    newest = add_zone(folder_lake, "south")
    maintain(folder_lake, datetime.now(UTC) + timedelta(days=400))
    kept = select(folder_lake, "select snapshot_id from ducklake_snapshots('lake') order by all")
    newest = max(newest, folder_lake.snapshot_id())
    for wanted, said in (
        (first, f"There is no snapshot {first}. "),
        (newest + 1, f"There is no snapshot {newest + 1}. "),
        (long_ago, f"There is no snapshot as old as {long_ago:%Y-%m-%d %H:%M:%S} UTC. "),
    ):
        with pytest.raises(AsOfError) as error:
            Lake(folder_lake.settings, as_of=wanted).reader()
        assert str(error.value).startswith(f"{said}Kept are the snapshots {kept[0][0]} to {newest}, from ")
        assert "WATTLAKE_RETENTION_DAYS says how long" in str(error.value)
    far = datetime.now(UTC) + timedelta(days=1)
    assert kept_snapshot(folder_lake.reader(), far) == newest


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("17", 17),
        ("2026-06-21", datetime(2026, 6, 21, tzinfo=UTC)),
        ("2026-06-21T14:30", datetime(2026, 6, 21, 14, 30, tzinfo=UTC)),
        ("2026-06-21 14:30:05", datetime(2026, 6, 21, 14, 30, 5, tzinfo=UTC)),
        ("2026-06-21T14:30+02:00", datetime(2026, 6, 21, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_snapshot_is_named_by_its_number_or_by_a_time(text: str, wanted: int | datetime):
    assert as_of(text) == wanted


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "2026-13-01", "1.5", "latest", "'; drop table gold.zone"])
def test_what_is_neither_is_refused(text: str):
    with pytest.raises(AsOfError, match="is neither a snapshot nor a time"):
        as_of(text)


def test_snapshots_that_only_rewrote_files_are_left_out_of_the_change_feed(folder_lake: Lake):
    since = folder_lake.snapshot_id()
    for number in range(4):
        land_rows(folder_lake, "energy_charts", f"https://p.test/{number}", [{"price": f"{number}"}])
    landed = folder_lake.snapshot_id()
    tidied = compact(folder_lake, "bronze.energy_charts")
    assert (tidied.files_before, tidied.files_after, tidied.rewritten) == (4, 1, 0)
    merged = folder_lake.snapshot_id()
    assert merged == landed + 1
    delete = "delete from bronze.energy_charts where price = '1'"
    folder_lake.write(lambda connection: connection.execute(delete))
    rewritten = compact(folder_lake, "bronze.energy_charts").rewritten
    assert rewritten == 1
    last = folder_lake.snapshot_id()
    assert last == merged + 2
    reader = folder_lake.reader()
    assert list(written_stretches(reader, since, last)) == [(since + 1, landed), (merged + 1, merged + 1)]
    assert list(written_stretches(reader, merged, merged)) == []
    assert list(written_stretches(reader, landed, merged)) == []

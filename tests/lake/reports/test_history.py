"""The history: who committed what, when, and which tables it changed."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from harness.lake_steps import land_rows, select
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.reports.history import commits
from wattlake.lake.runs.record import recorded
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

CLOCK = partial(datetime.now, UTC)


def test_each_commit_bears_its_run_and_says_what_it_changed(lake: Lake):
    with recorded(lake, "ingest", CLOCK) as run:
        land_rows(lake, "energy_charts", "https://p.test/1", [{"price": "1"}])
    with recorded(lake, "correction", CLOCK) as correction:
        lake.write(lambda connection: connection.execute("delete from bronze.energy_charts"))
    lake.write(lambda connection: connection.execute("create view warehouse.extra as select 1 as one"))
    newest = lake.snapshot_id()
    found = commits(lake.reader(), limit=5)
    assert found["snapshot"].to_list() == list(range(newest, newest - 5, -1))
    assert found.select("run", "run_id", "changed").rows() == [
        (None, None, "created warehouse.extra"),
        ("correction", correction.run_id, "inserted into ops.run"),
        ("correction", correction.run_id, "deleted from bronze.energy_charts"),
        ("ingest", run.run_id, "inserted into ops.run"),
        ("ingest", run.run_id, "inserted into bronze.energy_charts, ops.landing"),
    ]
    first = commits(lake.reader(), limit=100)["changed"].to_list()[::-1]
    assert any(re.fullmatch(r"created \d+ schemas, tables and views(; .*)?", changed) for changed in first[:3]), first
    times = found["committed_at_utc"].to_list()
    assert times == sorted(times, reverse=True)
    assert abs(times[0].replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_table_whose_rows_came_and_went_was_replaced(folder_lake: Lake):
    def replace(connection: Connection) -> None:
        connection.execute("delete from bronze.energy_charts")
        connection.execute("insert into bronze.energy_charts (price) values ('2')")

    land_rows(folder_lake, "energy_charts", "https://p.test/1", [{"price": "1"}])
    folder_lake.write(replace)
    assert commits(folder_lake.reader(), 1)["changed"].to_list() == ["replaced rows of bronze.energy_charts"]


def test_of_one_table_the_rows_are_counted_and_rewritten_files_are_no_rows(folder_lake: Lake):
    for number in range(3):
        rows = [{"price": f"{number}", "unit": f"{row}"} for row in range(number + 1)]
        land_rows(folder_lake, "energy_charts", f"https://p.test/{number}", rows)
    delete = "delete from bronze.energy_charts where price = '2' and unit < '2'"
    folder_lake.write(lambda connection: connection.execute(delete))
    maintain(folder_lake, datetime.now(UTC))
    land_rows(folder_lake, "energy_charts", "https://p.test/4", [{"price": "4"}])
    found = commits(folder_lake.reader(), 10, "bronze.energy_charts")
    counted = found.select("changed", "rows_inserted", "rows_deleted").rows()
    inserted = "inserted into bronze.energy_charts, ops.landing"
    assert [row for row in counted if "files of" not in row[0]] == [
        (inserted, 1, 0),
        ("deleted from bronze.energy_charts", 0, 2),
        (inserted, 3, 0),
        (inserted, 2, 0),
        (inserted, 1, 0),
        *[row for row in counted if row[0].startswith(("altered", "created"))],
    ]
    compactions = [row for row in counted if "files of bronze.energy_charts" in row[0]]
    assert {row[1:] for row in compactions} == {(0, 0)}
    assert commits(folder_lake.reader(), 1, "bronze.energy_charts").equals(found.head(1))


def test_the_oldest_kept_snapshot_has_no_counts(folder_lake: Lake):
    land_rows(folder_lake, "energy_charts", "https://p.test/1", [{"price": "1"}])
    maintain(folder_lake, datetime.now(UTC) + timedelta(days=400))
    assert len(select(folder_lake, "from ducklake_snapshots('lake')")) == 1
    assert commits(folder_lake.reader(), 10).height == 1
    found = commits(folder_lake.reader(), 10, "ops.landing")
    assert found.height <= 1
    assert found["rows_inserted"].to_list() == [None] * found.height


def test_a_table_there_is_not_is_refused(folder_lake: Lake):
    with pytest.raises(ValueError, match=r"There is no table `gold\.flows`"):
        commits(folder_lake.reader(), 10, "gold.flows")

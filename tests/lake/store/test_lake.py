"""The catalog: a lake that is missing, read-only, moved, or written by several at once."""

import os
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb
import duckdb_extension_ducklake
import duckdb_extension_sqlite_scanner
import pytest
from filelock import FileLock

from harness.lake_steps import build_all, hashes, land_rows, select
from harness.services import PROJECT
from wattlake.lake.contracts import contracts
from wattlake.lake.models.graph import models
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake, LakeNotFoundError

CATALOGS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

PRICES = [{"bidding_zone": "DE-LU", "unix_seconds": "1356998400", "price": "41.5", "unit": "EUR/MWh"}]

LANDS_TEN = """
import sys
from wattlake.lake.store.lake import Lake
from wattlake.lake.settings import Settings
from harness.lake_steps import land_rows
lake = Lake(Settings(data=sys.argv[1], catalog=sys.argv[2]))
for number in range(10):
    land_rows(lake, "energy_charts", f"https://p.test/price?by={sys.argv[3]}&n={number}", [{"price": f"{number}"}])
"""

TELLS_THE_TIME = """
import sys
from wattlake.lake.store.lake import Lake
from wattlake.lake.settings import Settings
lake = Lake(Settings(data=sys.argv[1]))
lake.create()
asked = "select cast(timestamptz '2026-01-01 12:00:00+00' as timestamp)::varchar"
print(lake.reader().execute(asked).fetchone()[0], lake.write(lambda writer: writer.execute(asked).fetchone()[0]))
"""


def test_a_lake_that_is_not_there_is_named_with_what_to_do(lake_settings: Settings):
    lake = Lake(lake_settings)
    assert not lake.exists()
    with pytest.raises(LakeNotFoundError) as error:
        lake.reader()
    assert f"There is no lake at {lake_settings.data} yet. Run `wattlake run`" in str(error.value)
    assert not Path(lake_settings.data).exists(), "asking makes nothing"
    lake.create()
    assert lake.exists()
    before = lake.snapshot_id()
    Lake(lake_settings).create()
    assert lake.snapshot_id() == before, "making it again changes nothing"
    filled = {row[1]: row[2] for row in status.tables(lake.reader()).rows if row[2]}
    assert filled == {"dim_prices": 1, "dim_weather": 1}, "the rows that stand for what is not known"
    assert len(status.tables(lake.reader()).rows) == len(contracts())
    lake.close()


def test_a_lake_with_nothing_left_to_make_is_opened_without_waiting_for_whoever_writes(folder_lake: Lake):
    another = Lake(folder_lake.settings)
    with ThreadPoolExecutor(1) as threads, FileLock(f"{folder_lake.settings.catalog_file}.lock"):
        threads.submit(another.create).result(timeout=30)
    folder_lake.write(lambda connection: connection.execute("drop table gold.zone"))
    another.create()
    assert select(another, "select count(*) from gold.zone") == [(0,)], "what is missing is made"
    another.close()


def test_a_step_that_fails_leaves_nothing_behind(lake: Lake):
    def step(connection: Connection) -> None:
        connection.execute("insert into gold.zone values ('north', 51, 0)")
        assert connection.execute("select count(*) from gold.zone").fetchall() == [(1,)]
        raise RuntimeError("pulled the plug")

    before = lake.snapshot_id()
    with pytest.raises(RuntimeError, match="pulled the plug"):
        lake.write(step)
    assert select(lake, "select count(*) from gold.zone") == [(0,)]
    assert lake.snapshot_id() == before
    lake.write(lambda connection: connection.execute("insert into gold.zone values ('north', 51, 0)"))
    assert lake.snapshot_id() == before + 1


@pytest.mark.parametrize(
    ("wrong", "is_aborted"), [("select 'x'::int", True), ("from nowhere", False)], ids=["conversion", "no such table"]
)
def test_a_step_that_goes_on_after_an_error_commits_whole_or_raises(folder_lake: Lake, wrong: str, is_aborted: bool):
    def goes_on(connection: Connection) -> None:
        connection.execute("create table ops.own as select 1 as number")
        with suppress(duckdb.Error):
            connection.execute(wrong).fetchall()

    snapshot = folder_lake.snapshot_id()
    if is_aborted:
        with pytest.raises(duckdb.Error, match="aborted"):
            folder_lake.write(goes_on)
        assert folder_lake.snapshot_id() == snapshot
    else:
        folder_lake.write(goes_on)
        assert select(folder_lake, "select number from ops.own") == [(1,)]


def test_a_read_only_lake_cannot_be_written(folder_lake: Lake):
    reader = Lake(folder_lake.settings, read_only=True)
    with pytest.raises(duckdb.Error, match="read-only"):
        reader.write(lambda connection: connection.execute("insert into gold.zone values ('north', 51, 0)"))
    assert select(reader, "select count(*) from gold.zone") == [(0,)]
    reader.close()


def test_a_lake_that_was_moved_is_read_and_built_where_it_is(stage_1_lake: Lake, tmp_path: Path):
    before = hashes(stage_1_lake)
    stage_1_lake.close()
    shutil.move(stage_1_lake.settings.data, tmp_path / "elsewhere")
    moved = Lake(Settings(data=str(tmp_path / "elsewhere")))
    assert hashes(moved) == before
    assert build_all(moved, "after") == []
    moved.close()


def test_duckdb_alone_reads_the_warehouse_under_any_name(stage_1_lake: Lake):
    ((expected,),) = select(stage_1_lake, "select sum(consumption_kwh) from warehouse.fact_energy_flow")
    stage_1_lake.close()
    with duckdb.connect() as alone:
        for package in (duckdb_extension_ducklake, duckdb_extension_sqlite_scanner):
            (binary,) = Path(str(package.__file__)).parent.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")
            alone.load_extension(str(binary))
        folder = stage_1_lake.settings.data
        alone.execute(
            f"attach 'ducklake:sqlite:{folder}/catalog.sqlite' as community "
            f"(data_path '{folder}/tables/', override_data_path true, read_only)"
        )
        alone.execute("use community")
        total = "select sum(consumption_kwh) from {}warehouse.fact_energy_flow"
        assert alone.execute(total.format("")).fetchall() == [(expected,)]
        views = alone.execute(
            "select schema_name || '.' || view_name from duckdb_views() where database_name = 'community'"
        ).fetchall()
        assert len(views) == sum(model.is_view for model in models().values())
        for (view,) in views:
            alone.execute(f"select count(*) from community.{view}").fetchall()


def replace_day_at_once(lake: Lake, lock: str) -> int:
    """Two threads replace the same day, empty at first, and wait for each other before they commit; rows after it."""
    together = threading.Barrier(2)
    first_time = threading.local()

    def step(connection: Connection) -> None:
        is_filled = connection.execute("select count(*) from gold.zone").fetchall() != [(0,)]
        connection.execute("delete from gold.zone where zone = 'north'")
        connection.execute("insert into gold.zone values ('north', 51, 0)")
        if not is_filled and not getattr(first_time, "passed", False):
            first_time.passed = True
            together.wait(timeout=20)

    lake.snapshot_id()
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(lake.write, step, lock) for _ in range(2)]:
            done.result()
    return int(select(lake, "select count(*) from gold.zone")[0][0])


@pytest.mark.postgres
def test_two_who_fill_the_same_empty_day_double_it_without_a_lock_and_not_with_it(
    tmp_path: Path, postgres_database: str
):
    lake = Lake(Settings(data=str(tmp_path / "lake"), catalog=postgres_database))
    lake.create()
    assert replace_day_at_once(lake, lock="build") == 1
    lake.write(lambda connection: connection.execute("delete from gold.zone"))
    assert replace_day_at_once(lake, lock="") == 2, "so the lock is needed"
    lake.close()


def test_the_same_answer_landed_by_several_at_once_is_one_landing(lake: Lake):
    start = threading.Barrier(4)

    def land() -> int:
        start.wait(timeout=20)
        return land_rows(lake, "energy_charts", "https://p.test/price", PRICES)

    with ThreadPoolExecutor(4) as threads:
        landed = [thread.result() for thread in [threads.submit(land) for _ in range(4)]]
    assert sorted(landed) == [0, 0, 0, 1]
    assert select(lake, "select landing_id, rows from ops.landing") == [(1, 1)]
    assert select(lake, "select count(*) from bronze.energy_charts") == [(1,)]


@pytest.mark.parametrize("catalog_place", CATALOGS)
def test_processes_that_land_at_once_lose_nothing(request: pytest.FixtureRequest, tmp_path: Path, catalog_place: str):
    on_postgres = catalog_place == "postgres"
    catalog = request.getfixturevalue("postgres_database") if on_postgres else str(tmp_path / "catalog.sqlite")
    lake = Lake(Settings(data=str(tmp_path / "lake"), catalog=catalog))
    lake.create()
    command = [sys.executable, "-c", LANDS_TEN, lake.settings.data, catalog]
    running = [subprocess.Popen([*command, str(number)], cwd=PROJECT) for number in range(2 if on_postgres else 4)]
    assert [one.wait(120) for one in running] == [0] * len(running)
    landings = 10 * len(running)
    assert select(
        lake, "select count(*), min(landing_id), max(landing_id), count(distinct landing_id) from ops.landing"
    ) == [(landings, 1, landings, landings)]
    assert select(lake, "select count(*) from bronze.energy_charts") == [(landings,)]
    lake.close()


def test_names_of_locks_are_those_of_writers(lake: Lake):
    tables = select(lake, "select table_name from duckdb_tables() where database_name = 'lake'")
    locks = sorted(name.removeprefix("lock_") for (name,) in tables if re.match("lock_", name))
    expected = [
        "build",
        "carbon_intensity",
        "energy_charts",
        "forecast",
        "inverters",
        "members",
        "meter_events",
        "open_meteo",
        "prices",
        "pvgis",
        "settlement",
        "smart_meters",
        "weather",
    ]
    assert locks == (expected if lake.settings.is_postgres else [])


def test_instants_are_read_in_utc_wherever_the_machine_is(tmp_path: Path):
    told = subprocess.run(
        [sys.executable, "-c", TELLS_THE_TIME, str(tmp_path / "lake")],
        cwd=PROJECT, env=os.environ | {"TZ": "America/New_York"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.split() == ["2026-01-01", "12:00:00"] * 2

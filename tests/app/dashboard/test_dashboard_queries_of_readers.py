"""Queries that readers write: what reads the warehouse passes; nothing else does, however it is put."""

import json
import os
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl
import pytest

from harness.services import PROJECT
from wattlake.app.ready import READY
from wattlake.app.sql_console import runner, turns, worker
from wattlake.app.sql_console.limits import Limits, StoppedError
from wattlake.app.sql_console.runner import run
from wattlake.lake.models.guard import RefusedError, check
from wattlake.lake.models.macros import macros
from wattlake.lake.models.query_check import check_query
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

CANARY = "canary-7f3a91"
PASSING = [
    "select zone, sum(consumption_kwh) from warehouse.fact_energy_flow group by zone order by all",
    "from lake.warehouse.dim_time limit 3",
    "select count(*), sum(t.transaction_amount_eur), sum(t.energy_kwh) from fact_energy_transactions as t "
    "join dim_time as dt on t.time_sk = dt.time_sk where dt.date >= current_date - interval '30 days'",
    "select dt.hour, avg(f.production_kwh), avg(f.consumption_kwh) from fact_energy_flow as f join dim_time as dt "
    "on f.time_sk = dt.time_sk where dt.date >= current_date - interval '30 days' group by dt.hour order by dt.hour",
    "with north as (select * from warehouse.fact_energy_flow where zone = 'north') select count(*) from north",
    "with recursive step(n) as (select 1 union all select n + 1 from step where n < 5) select max(n) from step",
    "select user_id, rank() over (order by sum(consumption_kwh) desc) from warehouse.fact_energy_flow group by user_id",
    "select a.user_id from warehouse.fact_energy_flow a join warehouse.dim_time using (period_start_utc) limit 1",
    "select * exclude (user_sk) from warehouse.fact_energy_flow where zone like 'n%' limit 2",
    "select list_transform(list(consumption_kwh order by consumption_kwh), kwh -> kwh * 2)[1:2] "
    "from warehouse.fact_energy_flow",
    "select case when 1 in (select 1) then 'a' else coalesce(null, 'b') end, current_date - interval 3 days",
    "select * from range(3) union all select 7 order by 1",
    "describe warehouse.kpi_group",
    "summarize select local_hour from warehouse.dim_time",
    "select (select count(*) from ops.run), date_trunc('day', timestamp '2026-01-01 05:00')",
    "select distinct on (zone) zone, user_id from warehouse.fact_energy_flow order by zone, user_id",
]
ATTACKS = [
    # Files, by functions, names, globs and scanners that settings do not bind.
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}')",
    "select * from read_csv_auto('{secret}')",
    "select * from read_json('{secret}')",
    "select * from read_parquet('{data}/tables/**/*.parquet')",
    "select * from parquet_scan('{data}/tables/**/*.parquet')",
    "select * from parquet_metadata('{secret}')",
    "select * from parquet_kv_metadata('{secret}')",
    "select * from sniff_csv('{secret}')",
    "select * from glob('/**')",
    "select * from '{secret}'",
    "select * from \"{secret}\"",
    "from '{data}/*.sqlite'",
    "select * from read_duckdb('{secret}')",
    "select * from sqlite_scan('{catalog}', 'ducklake_data_file')",
    "select * from sqlite_query('{catalog}', 'select 1')",
    "select * from postgres_query('x', 'select pg_read_file(''/etc/passwd'')')",
    "select * from postgres_scan('host=127.0.0.1', 'public', 'x')",
    "select * from mysql_query('x', 'select 1')",
    "select * from iceberg_scan('{secret}')",
    "select * from delta_scan('{secret}')",
    "select * from read_xlsx('{secret}')",
    "select count(*) from warehouse.dim_time where exists (select 1 from read_text('{secret}'))",
    "with warehouse_x as (select * from read_text('{secret}')) select * from warehouse_x",
    "select (select content from read_text('{secret}'))",
    "select * from warehouse.dim_time, lateral (select * from read_text('{secret}'))",
    "select list_transform([1], lambda x: (select content from read_text('{secret}')))",
    "describe (select * from read_text('{secret}'))",
    "summarize '{secret}'",
    # Writing, attaching, installing, settings, statements within statements.
    "copy (select 1) to '{data}/stolen.csv'",
    "copy warehouse.dim_time to '/tmp/stolen.csv'",
    "attach '{catalog}' as other (type sqlite)",
    "detach lake",
    "install httpfs",
    "load httpfs",
    "create table warehouse.mine as select 1",
    "create temp table mine as select 1",
    "create macro mine() as 1",
    "insert into ops.run select * from ops.run",
    "update ops.run set name = 'x'",
    "delete from ops.run",
    "drop view warehouse.dim_time",
    "alter table ops.run add column x integer",
    "truncate ops.run",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma database_list",
    "pragma version",
    "call pragma_database_size()",
    "call ducklake_snapshots('lake')",
    "prepare p as select 1",
    "execute p",
    "explain select 1",
    "explain analyze explain analyze copy (select 1) to '/tmp/stolen.csv'",
    "use memory",
    "export database '/tmp/stolen'",
    "checkpoint",
    "vacuum",
    "begin",
    "select 1; select * from read_text('{secret}')",
    "select 1; drop view warehouse.dim_time",
    "pivot warehouse.dim_time on weekday using count(*)",
    # What DuckDB and the catalog know of themselves.
    "select * from duckdb_databases()",
    "from duckdb_databases",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_extensions()",
    "select * from duckdb_functions()",
    "from duckdb_tables",
    "select * from pragma_database_list",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_class",
    "select * from sqlite_master",
    "select * from __ducklake_metadata_lake.ducklake_data_file",
    "select * from __ducklake_metadata_lake.main.ducklake_metadata",
    "select * from ducklake_snapshots('lake')",
    "select * from ducklake_list_files('lake', 'dim_time')",
    "select * from gold.energy_flow",
    "select * from lake.gold.energy_flow",
    "select * from bronze.members",
    "show tables",
    "show all tables",
    "show databases",
    "with duckdb_databases as (from duckdb_databases) from duckdb_databases",
    "with a as (from duckdb_settings), duckdb_settings as (select 1) from a",
    "select * from (with duckdb_databases as (select 1) from duckdb_databases), duckdb_databases",
    "with \"{secret}\" as (select 1) select * from \"{secret}\"",
    # The environment, settings, variables, text that becomes a query.
    "select getenv('CANARY')",
    "select main.getenv('CANARY')",
    "select system.main.getenv('CANARY')",
    "select current_setting('secret_directory')",
    "select getvariable('x')",
    "select * from query('select * from duckdb_databases()')",
    "select * from query_table('duckdb_databases')",
    "select json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select * from json_execute_serialized_sql('{{}}')",
    "select current_query()",
    "select current_database()",
    "select nextval('x')",
    "select write_log('x')",
    "select sleep_ms(100000)",
    "select list_aggregate([1], 'sum')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(1)",
    "select * from python_map_function(1)",
    "select pg_sleep(100)",
    "select $1",
    "select ?",
    "",
    ";",
]  # fmt: skip


@pytest.fixture(scope="module")
def settings(filled_folder) -> Settings:
    return Settings(_env_file=None, data=str(filled_folder), catalog="")


@pytest.fixture(scope="module")
def snapshot(settings) -> int:
    lake = Lake(settings, read_only=True)
    found = lake.snapshot_id()
    lake.close()
    return found


@pytest.fixture(scope="module")
def secret(filled_folder) -> Path:
    """A file beside the lake, and a variable of the environment, that no query may find."""
    file = filled_folder / "secret.csv"
    file.write_text(f"word\n{CANARY}\n")
    os.environ["CANARY"] = CANARY
    yield file
    del os.environ["CANARY"]
    file.unlink()


def written(attack: str, settings: Settings, secret: Path) -> str:
    """An attack with the places it names."""
    places = {"secret": secret, "data": settings.data, "catalog": settings.catalog_file}
    return attack.format(**places) if "{" in attack else attack


@pytest.fixture(scope="module")
def worker_connection(settings, snapshot) -> duckdb.DuckDBPyConnection:
    """What the worker asks with, in this process, so that many queries take no time."""
    connection = worker.opened(runner._told(settings, "", snapshot, Limits()))
    yield connection
    connection.close()


def answered_here(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[pl.DataFrame, bool]:
    """What the worker answers, and whether it is cut."""
    channel = BytesIO()
    check_query(connection, query)
    worker.answer(connection, query, Limits().rows, channel)
    head, stream = channel.getvalue().split(b"\n", 1)
    return pl.read_ipc_stream(stream), json.loads(head)["is_cut"]


@pytest.mark.parametrize("query", PASSING)
def test_what_reads_the_warehouse_gives_what_duckdb_gives(worker_connection, con, query):
    rows, is_cut = answered_here(worker_connection, query)
    expected = con.execute(query).pl()
    assert rows.rows() == expected.rows() or "distinct" in query
    assert rows.columns == expected.columns
    assert not is_cut


@pytest.mark.parametrize("query", PASSING[:: len(PASSING) // 3])
def test_a_process_of_its_own_gives_the_same(settings, snapshot, worker_connection, query):
    answered = run(settings, query, snapshot)
    rows, is_cut = answered_here(worker_connection, query)
    assert answered.rows.rows() == rows.rows() or "distinct" in query
    assert (answered.rows.columns, answered.is_cut) == (rows.columns, is_cut)


@pytest.mark.parametrize("name", READY)
def test_every_ready_made_query_passes(worker_connection, name):
    assert answered_here(worker_connection, READY[name].read_text())[0].columns


@pytest.mark.parametrize("name", macros())
def test_a_macro_of_the_lake_does_nothing_that_a_reader_may_not(name):
    body = re.split(r"\)\s+as\s", macros()[name], maxsplit=1)[1]
    with duckdb.connect() as connection:
        (tree,) = connection.execute("select json_serialize_sql(?)", [f"select {body}"]).fetchone()
    check(json.loads(tree), existing=())


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_passes_the_guard(settings, worker_connection, secret, attack):
    with pytest.raises(RefusedError) as refused:
        check_query(worker_connection, written(attack, settings, secret))
    assert CANARY not in str(refused.value)


def test_attacks_are_many_and_none_escapes_from_the_process(settings, snapshot, secret):
    assert len(ATTACKS) >= 60
    for attack in ATTACKS[:: len(ATTACKS) // 4]:
        with pytest.raises(RefusedError) as refused:
            run(settings, written(attack, settings, secret), snapshot)
        assert CANARY not in str(refused.value)
    assert not (Path(settings.data) / "stolen.csv").exists()


def test_with_the_guard_left_out_the_process_still_reaches_no_file_beside_the_lake(worker_connection, secret):
    """The second wall: what DuckDB's own locks hold, should a function slip through."""
    for query in (f"from read_text('{secret}')", f"from '{secret}'", "set enable_external_access = true"):
        with pytest.raises(duckdb.Error):
            worker_connection.execute(query).fetchall()
    with pytest.raises(duckdb.Error, match="read-only"):
        worker_connection.execute("delete from ops.run")


@pytest.mark.parametrize(
    ("query", "limits", "why"),
    [
        ("select sum(hash(a.range)) from range(1000000000000) a", Limits(seconds=2), "longer than 2 s"),
        (
            "select count(*) from range(100000) a, range(100000) b, range(100000) c where hash(a, b, c) = 1",
            Limits(seconds=2),
            "longer than 2 s",
        ),
        ("select hash(list(range)) from range(100000000)", Limits(memory_mb=150), "150 MB"),
        ("select lpad('x', 1000, 'y') from range(90000)", Limits(answer_mb=1), "larger than 1 MB"),
    ],
)
def test_time_memory_and_size_are_limited_from_outside(settings, snapshot, query, limits, why):
    started = time.monotonic()
    with pytest.raises((StoppedError, RefusedError), match=f"{why}|more memory than it may|want of memory"):
        run(settings, query, snapshot, limits)
    assert time.monotonic() - started < limits.seconds + 5


@pytest.mark.parametrize("query", ["select " + "(" * 100_000 + "1" + ")" * 100_000, "select " + "-" * 9_000 + "1"])
def test_a_query_that_breaks_its_process_breaks_nothing_else(settings, snapshot, query):
    with pytest.raises((RefusedError, StoppedError)):
        run(settings, query, snapshot)
    assert run(settings, "select 1 as one", snapshot).rows.to_dicts() == [{"one": 1}]


SLOW = "select count(*) from range(100000) a, range(100000) b, range(100000) c where hash(a, b, c) = 1"


def test_a_query_that_lasts_is_answered_whatever_duckdb_prints_meanwhile(settings, snapshot):
    """Without the progress bar's end: it is printed of queries of some seconds, where DuckDB would print their rows."""
    lasting = "select sum(hash(range)) is not null as ended from range({rows})"
    rows, limits = 40_000_000, Limits(seconds=60, quick_seconds=60)
    while (answered := run(settings, lasting.format(rows=rows), snapshot, limits)).seconds < 4:
        rows *= 2
    assert answered.rows.to_dicts() == [{"ended": True}]


@pytest.mark.parametrize("chatty", ["import os; os.write(1, b'noise'); os.write(2, b'noise')", "print('[]')", "1 / 0"])
def test_what_a_worker_prints_is_not_its_answer_and_its_death_is_a_sentence(settings, snapshot, monkeypatch, chatty):
    monkeypatch.setattr(runner, "STARTED_BY", f"{chatty}\n{runner.STARTED_BY}")
    if chatty == "1 / 0":
        with pytest.raises(StoppedError, match="ended before its answer was whole: it ended with code 1"):
            run(settings, "select 1 as one", snapshot)
    else:
        assert run(settings, "select 1 as one", snapshot).rows.item() == 1


@pytest.mark.parametrize(("number", "how"), [(signal.SIGKILL, "was killed"), (signal.SIGSEGV, "SIGSEGV")])
def test_a_worker_that_is_killed_is_told_in_a_sentence(settings, snapshot, number, how):
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(run, settings, SLOW, snapshot, Limits(seconds=60))
        os.kill(workers(1)[0], number)
        with pytest.raises(StoppedError, match=f"ended before its answer was whole: it .*{how}"):
            asked.result()


def workers(number: int) -> list[int]:
    """The processes that run the queries of this one, once there are so many."""
    while True:
        children = [child for tasks in Path("/proc/self/task").iterdir() for child in children_of(tasks)]
        running = [child for child in children if b"sql_console.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]
        if len(running) >= number:
            return running
        time.sleep(0.05)


def children_of(task: Path) -> list[int]:
    return [int(child) for child in (task / "children").read_text().split()]


@pytest.mark.long
def test_two_slow_readers_do_not_keep_a_quick_one_waiting_and_a_third_slow_one_is_told(settings, snapshot):
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(run, settings, SLOW, snapshot, Limits(seconds=60, quick_seconds=1)) for _ in range(2)]
        while turns.LONG_AT_ONCE._value:
            time.sleep(0.05)
        quick = Limits(seconds=60, quick_seconds=30)
        assert [run(settings, f"select {number}", snapshot, quick).rows.item() for number in range(3)] == [0, 1, 2]
        with pytest.raises(StoppedError, match="Other readers' long queries are running"):
            run(settings, SLOW, snapshot, Limits(seconds=60, quick_seconds=1))
        assert [answer.done() for answer in slow] == [False, False]
        for worker_pid in workers(2):
            os.kill(worker_pid, signal.SIGKILL)
        for answer in slow:
            with pytest.raises(StoppedError, match="was killed"):
                answer.result()
    assert (turns.QUICK_AT_ONCE._value, turns.LONG_AT_ONCE._value) == (2, 2)


def test_a_process_that_cannot_be_started_is_told_and_gives_its_turn_back(settings, snapshot, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    for _ in range(3):
        with pytest.raises(StoppedError, match="No process could be started for the query"):
            run(settings, "select 1", snapshot, Limits(waiting_seconds=0.1))


@pytest.mark.parametrize("query", ["select interval 1 month as x", "select 1::bignum as x"])
def test_what_a_table_cannot_show_is_refused_with_the_way_out(settings, snapshot, query):
    with pytest.raises(RefusedError, match="The column `x` is of a type that cannot be shown"):
        run(settings, query, snapshot)


def test_columns_of_one_name_are_told_apart(settings, snapshot):
    assert run(settings, "select 1 as a, 2 as a, 3 as a_1, 4 as a", snapshot).rows.to_dicts() == [
        {"a": 1, "a_1": 2, "a_1_1": 3, "a_2": 4}
    ]


def test_an_answer_is_cut_at_its_limit_and_says_so(settings, snapshot):
    cut = run(settings, "from range(5000) order by 1", snapshot, Limits(rows=3000))
    assert cut.is_cut
    assert cut.rows["range"].to_list() == list(range(3000))
    assert not run(settings, "from range(3000)", snapshot, Limits(rows=3000)).is_cut


def test_a_query_is_as_of_the_snapshot_that_is_looked_at(make_lake, community, tmp_path):
    folder = make_lake(tmp_path / "lake", community)
    settings = Settings(_env_file=None, data=str(folder), catalog="")
    lake = Lake(settings)
    before = lake.snapshot_id()
    lake.write(lambda connection: connection.execute("delete from warehouse.fact_energy_flow"))
    after = lake.snapshot_id()
    lake.close()
    counted = "select count(*) as slots from warehouse.fact_energy_flow"
    assert run(settings, counted, before).rows.item() == community["warehouse.fact_energy_flow"].height
    assert run(settings, counted, after).rows.item() == 0


def test_a_lake_that_is_gone_is_said_without_its_address(tmp_path):
    settings = Settings(_env_file=None, data=str(tmp_path / "nowhere"), catalog="")
    with pytest.raises(RefusedError, match="could not be opened") as refused:
        run(settings, "select 1", 1)
    assert str(tmp_path) not in str(refused.value)


def test_the_process_is_told_nothing_by_its_environment(settings, snapshot, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", str(PROJECT))
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    assert isinstance(run(settings, "select 1", snapshot).rows, pl.DataFrame)

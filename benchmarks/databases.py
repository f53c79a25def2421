"""Databases as sources: how long a million rows take from each system into the lake."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from benchmarks import tables
from benchmarks.bench import Bench
from benchmarks.measure import Cost
from benchmarks.results import Result, Table, Target
from benchmarks.told import counted
from harness.mariadb import mariadb_server
from harness.services import postgres_server
from wattlake.lake.addresses import Address
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.connection import libpq_keywords
from wattlake.lake.store.extensions import connect_with

ROWS = 1_000_000
MOST_SECONDS = 10
READINGS = (
    "select n as id, 'meter-' || (n % 500) as meter, "
    "timestamp '2025-01-01' + n // 500 * interval 15 minutes as read_at, "
    "cast((n * 7919 % 3000) / 1000 as decimal(18,6)) as kwh from range(1, {rows} + 1) as numbers(n)"
)
TABLE = "create table readings (id bigint primary key, meter varchar(20), read_at timestamp, kwh decimal(18,6))"
OWN_TABLE = """
[columns.id]
type = "bigint"
meaning = "Number of the reading"
[columns.meter]
type = "varchar"
meaning = "Meter"
[columns.read_at]
type = "timestamp"
meaning = "When it was read, in UTC"
[columns.kwh]
type = "decimal(18,6)"
meaning = "Energy"
unit = "kWh"
"""
MAPPED = """
[mapping.columns]
meter = "meter"
datetime = "read_at"
value = "kwh"
[mapping.time]
format = "%Y-%m-%d %H:%M:%S"
zone = "UTC"
label = "start"
period_minutes = 15
[mapping.energy]
unit = "kWh"
"""
NOTES = (
    "A table of four columns (a number, a text, a time, a decimal) is landed by `wattlake ingest` for the first time: "
    "read at one snapshot, archived as Parquet under its hash, inserted into bronze, committed. The same command on "
    "the lake that has all of it already is left out: starting Python, connecting, and seeing that nothing is new.",
    "A table of its own has the columns' types; mapped rows become the text of `bronze.smart_meters`, as a file's do.",
    "The promise is of the whole first command, from its start to its end; the servers run on the same machine.",
)


def measure_databases(bench: Bench, result: Result) -> None:
    """Measure the landing of a million rows from PostgreSQL, MariaDB and SQLite.

    Raises:
        StepFailedError: a step ended with an error.
    """
    result.notes += NOTES
    rows: list[tuple[str | int | float, ...]] = []
    for system, filled in SYSTEMS.items():
        with filled(bench, max(round(ROWS * bench.scale), 1000)) as address:
            for kind, description in (("a table of its own", OWN_TABLE), ("mapped", MAPPED)):
                name = f"{system}, {kind}"
                number, first, again = _landed(bench, name, address, description)
                seconds, cpu_seconds = first.seconds - again.seconds, first.cpu_seconds - again.cpu_seconds
                row = (name, number, tables.tenths(seconds), tables.tenths(cpu_seconds))
                rows.append((*row, round(first.peak_bytes / 1e9, 2)))
                result.targets.append(
                    Target(f"{number:,} rows of {name}, the command", first.seconds, "s", MOST_SECONDS)
                )
    result.tables += [
        Table("Landing", ("database", "rows", "s", "processor s", "peak GB"), rows),
        tables.steps(bench.steps),
    ]


def _landed(bench: Bench, name: str, address: str, description: str) -> tuple[int, Cost, Cost]:
    """Land a database twice; give its rows, and what the first and the second time cost."""
    folder = bench.work / name.replace(", ", "-").replace(" ", "-").lower()
    (folder / "sources").mkdir(parents=True)
    keys = f"kind = 'database'\naddress = '{address}'\ntable = 'readings'\nwatermark = 'id'\n"
    (folder / "sources" / "origin.toml").write_text(keys + description, encoding="utf-8")
    lake = bench.lake(f"lake-{folder.name}", folder) | {"WATTLAKE_PROJECT": str(folder)}
    first = bench.wattlake(f"ingest {name}", "ingest", "origin", lake=lake)
    again = bench.wattlake(f"ingest {name}, nothing new", "ingest", "origin", lake=lake)
    table = "bronze.smart_meters" if description == MAPPED else "bronze.origin"
    return counted(lake, [table])[table], first.cost, again.cost


@contextmanager
def _postgresql(_bench: Bench, rows: int) -> Iterator[str]:
    with postgres_server() as server, connect_with("postgres_scanner") as connection:
        uri = server.new_database()
        connection.execute(f"attach {quoted(libpq_keywords(Address(uri)))} as origin (type postgres)")
        _fill(connection, rows)
        yield uri


@contextmanager
def _mariadb(_bench: Bench, rows: int) -> Iterator[str]:
    with mariadb_server() as server, connect_with("mysql_scanner") as connection:
        database = server.new_database()
        connection.execute(f"attach 'user=root socket={server.socket} database={database}' as origin (type mysql)")
        _fill(connection, rows)
        yield server.address(database)


@contextmanager
def _sqlite(bench: Bench, rows: int) -> Iterator[str]:
    file = bench.work / "origin.sqlite"
    with connect_with("sqlite_scanner") as connection:
        connection.execute(f"attach {quoted(str(file))} as origin (type sqlite)")
        _fill(connection, rows)
    yield f"sqlite:{file}"


def _fill(connection: Connection, rows: int) -> None:
    connection.execute(TABLE.replace("readings", "origin.readings"))
    connection.execute(f"insert into origin.readings {READINGS.format(rows=rows)}")
    connection.execute("detach origin")


SYSTEMS: dict[str, Callable[[Bench, int], AbstractContextManager[str]]] = {
    "PostgreSQL": _postgresql,
    "MariaDB": _mariadb,
    "SQLite": _sqlite,
}

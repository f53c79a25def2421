"""Sinks: the first load of a warehouse of millions of rows into PostgreSQL, and one more day."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from benchmarks import tables
from benchmarks.backup import write_one_more_day
from benchmarks.bench import Bench, Size
from benchmarks.community import built_lake
from benchmarks.measure import StepFailedError
from benchmarks.results import Result, Table, Target
from harness.services import PostgresServer, postgres_server
from wattlake.lake.settings import Settings
from wattlake.lake.sinks.described import read_sink
from wattlake.lake.sinks.postgres.server import attached
from wattlake.lake.store.lake import Lake

HOMES, DAYS = 570, 366
"""So many homes have five million hours in a year."""

NOTES = (
    "570 homes of one year, hourly: the fact table of energy has five million rows of 22 columns, with a primary key, "
    "foreign keys to members, time and zones, and four indexes; all the other tables of the warehouse are loaded with "
    "it. PostgreSQL runs on the same machine, on the same two cores, and does not wait for the disk (`fsync = off`).",
    "Each load is a `wattlake export` of its own, so its time has the start of Python in it. The day is a file with "
    "one more day of every meter, landed and built before.",
    "After each load, the number of rows and the sums of energy are read from both ends by SQL and compared.",
)
SUMS = "select count(*), sum(consumption_kwh)::varchar, sum(production_kwh)::varchar from {table}"


def measure_export(bench: Bench, result: Result) -> None:
    """Measure loads of a sink in PostgreSQL.

    Raises:
        StepFailedError: a step ended with an error, or the sums of both ends differ.
    """
    size = Size(max(round(HOMES * bench.scale), 2), DAYS, date(2014, 1, 1), joining_days=0, files=12)
    lake = dict(built_lake(bench, size))
    with postgres_server() as server:
        lake |= _project(bench.work / "project", server)
        first = bench.wattlake("the first load", "export", lake=lake)
        rows = _compared(lake)
        again = bench.wattlake("nothing new", "export", lake=lake)
        write_one_more_day(bench.work / "inbox", size.until)
        bench.wattlake("ingest one more day", "ingest", "smart_meters", lake=lake)
        bench.wattlake("build one more day", "build", lake=lake)
        day = bench.wattlake("one more day", "export", lake=lake)
        more_rows = _compared(lake) - rows
    result.notes += NOTES
    result.targets += [
        Target(f"the first load, {rows:,} hours of members", first.cost.seconds, "s", 60),
        Target("one more day", day.cost.seconds, "s", 5),
        Target("peak memory of a load", max(step.cost.peak_bytes for step in (first, day)) / 1e9, "GB", 4),
    ]
    loads = [("the first load", rows, first), ("nothing new", 0, again), ("one more day", more_rows, day)]
    listed = [(name, count, tables.tenths(step.cost.seconds)) for name, count, step in loads]
    result.tables += [Table("PostgreSQL", ("load", "rows of energy", "wall s"), listed), tables.steps(bench.steps)]


def _project(folder: Path, server: PostgresServer) -> dict[str, str]:
    """Describe the sink in a project folder of its own."""
    (folder / "sinks").mkdir(parents=True)
    described = 'kind = "postgres"\naddress = "${WAREHOUSE}"\nschema = "energy"\n'
    (folder / "sinks" / "warehouse.toml").write_text(described, encoding="utf-8")
    return {"WATTLAKE_PROJECT": str(folder), "WAREHOUSE": server.new_database()}


def _compared(lake: Mapping[str, str]) -> int:
    """Compare the energy of both ends by SQL, and count its rows.

    Raises:
        StepFailedError: they differ.
    """
    sink = read_sink(Path(lake["WATTLAKE_PROJECT"], "sinks", "warehouse.toml"), lake)
    opened = Lake(Settings(data=lake["WATTLAKE_DATA"], catalog=lake["WATTLAKE_CATALOG"]), read_only=True)
    connection = opened.reader()
    ours = connection.execute(SUMS.format(table="warehouse.fact_energy_flow")).fetchall()
    with attached(connection, sink) as server:
        theirs = server.rows(f"select * from ({SUMS.format(table='energy.fact_energy_flow')}) as sums (a, b, c)")
    opened.close()
    if ours != theirs:
        raise StepFailedError(f"The lake has {ours}, the sink {theirs}.")
    return int(ours[0][0])

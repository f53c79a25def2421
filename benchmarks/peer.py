"""The peer: the same meter work by PySpark on two cores, in an environment of its own."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import tables
from benchmarks.bench import LONDON, Bench, Size, Step, forget_pages, meter_files, scaled
from benchmarks.measure import StepFailedError
from benchmarks.results import Result, Table, Target
from benchmarks.spark import PYSPARK, java_version, spark_python
from benchmarks.told import held_in_table, seconds_by_table
from wattlake.lake.settings import PROJECT

ROUNDS = 2
HEAP = "2g"
SAME_WORK = ("bronze.smart_meters", "silver.meter_reading", "gold.energy_flow", "gold.meter_daily")
NOTES = (
    "The peer reads the same CSV files with a schema, types, leaves out what cannot be read, keeps each meter and "
    "half-hour once, and writes silver, hours and days as Parquet by month: PySpark in `local[2]`, a heap of 2 GB, one "
    "shuffle by meter for all of it, silver kept in memory for hours and days (`benchmarks/peer_job.py`).",
    "Ours is `ingest smart_meters` and `build` into an empty lake with its register and no APIs. The same work in it "
    "is what the log says of landing the files, `silver.meter_reading`, `gold.energy_flow` (hours) and "
    "`gold.meter_daily` (days); the peer's same work is all but the start of Spark.",
    "Ours does more in those steps: it hashes and archives every file, keeps every line as text in bronze, sets aside "
    "with a reason what the peer drops, lets later files correct earlier ones, gives the hours to members by their "
    "register, and checks every table.",
    "Both take turns on the same files, read from the disk. Times are medians; memory is the most, the peer's that of "
    "Python and the JVM together.",
)


@dataclass(frozen=True)
class Round:
    """One turn of both."""

    ours: Sequence[Step]
    peer: Step

    @cached_property
    def our_seconds(self) -> float:
        """All of the time of our commands."""
        return sum(step.cost.seconds for step in self.ours)

    @cached_property
    def our_work_seconds(self) -> float:
        """The time of our steps that do the same work."""
        seconds = seconds_by_table(*(step.cost for step in self.ours))
        return sum(seconds[table] for table in SAME_WORK)

    @cached_property
    def peer_work_seconds(self) -> float:
        """The peer's time without its start."""
        seconds_by_step: dict[str, float] = json.loads(self.peer.cost.output.read_text())
        return sum(seconds for step, seconds in seconds_by_step.items() if step != "start")

    @property
    def tenths(self) -> tuple[float, float, float, float]:
        """All seconds of ours and the peer's, then those of the same work, as a table shows them."""
        all_seconds = tables.tenths(self.our_seconds), tables.tenths(self.peer.cost.seconds)
        return *all_seconds, tables.tenths(self.our_work_seconds), tables.tenths(self.peer_work_seconds)


def measure_peer(bench: Bench, result: Result, size: Size | None = None) -> None:
    """Measure Wattlake and PySpark in turns on the same meter files.

    Raises:
        StepFailedError: a step ended with an error, there is no Java, or both do not hold the same energy.
    """
    result.versions |= {"PySpark": PYSPARK, "Java": java_version()}
    python, inbox = spark_python(), bench.work / "inbox"
    bench.simulate(size or scaled(LONDON, bench.scale), inbox)
    rounds = [_take_turns(bench, python, inbox, f"lake-{number}") for number in range(1, ROUNDS + 1)]
    result.notes += NOTES
    result.targets += _targets(rounds)
    columns = ("round", "ours wall s", "PySpark wall s", "ours same work s", "PySpark same work s")
    rows = [(str(number), *a_round.tenths) for number, a_round in enumerate(rounds, 1)]
    result.tables += [
        Table("Wattlake and PySpark in turns", columns, rows),
        tables.steps(bench.steps),
        tables.by_table([step for a_round in rounds for step in a_round.ours]),
    ]


def _take_turns(bench: Bench, python: Path, inbox: Path, name: str) -> Round:
    lake, out = bench.lake(name, inbox), bench.work / "spark"
    bench.wattlake("ingest members", "ingest", "members", lake=lake)
    forget_pages(meter_files(inbox))
    ours = [bench.wattlake("ingest smart_meters", "ingest", "smart_meters", lake=lake)]
    ours.append(bench.wattlake("build", "build", lake=lake))
    forget_pages(meter_files(inbox))
    job = [str(python), str(PROJECT / "benchmarks" / "peer_job.py"), str(inbox / "smart_meters"), str(out), HEAP]
    peer = bench.measure("PySpark", job, {})
    for table, folder in (("silver.meter_reading", "silver"), ("gold.meter_daily", "daily")):
        held, theirs = held_in_table(lake, table), _held_in_files(out / folder)
        if held != theirs:
            raise StepFailedError(f"{table} holds {held} (rows, mWh), but PySpark's {folder} {theirs}.")
    shutil.rmtree(lake["WATTLAKE_DATA"])
    shutil.rmtree(out)
    return Round(ours, peer)


def _targets(rounds: Sequence[Round]) -> list[Target]:
    same_work = median(a_round.peer_work_seconds for a_round in rounds) / median(
        a_round.our_work_seconds for a_round in rounds
    )
    everything = median(a_round.peer.cost.seconds for a_round in rounds) / median(
        a_round.our_seconds for a_round in rounds
    )
    our_peak = max(step.cost.peak_bytes for a_round in rounds for step in a_round.ours)
    peer_peak = max(a_round.peer.cost.peak_bytes for a_round in rounds)
    return [
        Target("the same work: PySpark's time over ours", same_work, "×", 2.5, at_least=True),
        Target("all that ours does: PySpark's time over ours", everything, "×", 1, at_least=True),
        Target("PySpark's peak memory over ours", peer_peak / our_peak, "×", 1, at_least=True),
    ]


def _held_in_files(folder: Path) -> tuple[int, int]:
    """Rows and milliwatt-hours in the Parquet files of a folder."""
    with duckdb.connect() as connection:
        files = str(folder / "**" / "*.parquet")
        rows, energy_kwh = connection.execute(
            "select count(*), (sum(energy_kwh) * 1000000)::bigint from read_parquet(?)", [files]
        ).fetchall()[0]
    return rows, energy_kwh

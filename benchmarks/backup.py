"""Backups: of a whole community, then after one more day; and having it back, from a backup and from the archive."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from benchmarks import tables
from benchmarks.bench import LONDON, Bench, Size, Step, scaled
from benchmarks.community import built_lake
from benchmarks.measure import StepFailedError
from benchmarks.results import Result, Table, Target

NOTES = (
    "The lake is that of the London part, landed and built, its last four weeks settled. The place of the backups is a "
    "folder on the same disk.",
    "The second backup is taken after a file with one more day of every meter was landed and built, the third after "
    "nothing. Bytes are those by which the place has grown; a catalog is in each backup.",
    "It is restored to an empty folder, every file compared with its SHA-256; then the hashes of all tables are those "
    "of the lake. Up to a tenth of London, everything is landed and built again from the archive alone, too, and the "
    "hashes of bronze and silver are those of the lake. Every command is a process of its own; its time has the start "
    "of Python in it.",
)
SETTLED_DAYS = 28
LARGEST_LANDED_AGAIN = 0.1
"""The largest scale at which the lake is made from its archive again, which takes as long as making it did."""
FOLLOWS_FROM_LANDINGS = ("bronze.", "silver.", "quarantine.", "gold.energy_", "gold.meter_")


@dataclass(frozen=True)
class Backup:
    """One backup: what it cost, and by how much the place has grown."""

    step: Step
    files: int
    size_bytes: int


def measure_backup(bench: Bench, result: Result, size: Size | None = None) -> None:
    """Measure backups and restores of a community.

    Args:
        bench: the run.
        result: takes what was found.
        size: of the community; London's, scaled, where none is given.

    Raises:
        StepFailedError: a step ended with an error, or what came back is not what was there.
    """
    size = size or scaled(LONDON, bench.scale)
    lake = built_lake(bench, size)
    first_day, last_day = size.until - timedelta(days=min(SETTLED_DAYS, size.days)), size.until - timedelta(days=1)
    bench.wattlake("settle four weeks", "settle", "--from", f"{first_day}", "--to", f"{last_day}", lake=lake)
    backups = [_backup(bench, "the first backup", lake)]
    write_one_more_day(bench.work / "inbox", size.until)
    bench.wattlake("ingest one more day", "ingest", "smart_meters", lake=lake)
    bench.wattlake("build one more day", "build", lake=lake)
    backups += [_backup(bench, f"a backup after {what}", lake) for what in ("one more day", "nothing new")]
    restored = bench.lake("restored", bench.work / "inbox")
    restores = [bench.wattlake("restore", "restore", str(bench.work / "backups"), lake=restored)]
    expected = _hashes(bench, lake)
    _expect_equal(expected, _hashes(bench, restored), ("",))
    if bench.scale <= LARGEST_LANDED_AGAIN:
        relanded = bench.lake("relanded", bench.work / "inbox")
        restores.append(
            bench.wattlake(
                "restore from the archive alone", "restore", "--from-landing", lake["WATTLAKE_DATA"], lake=relanded
            )
        )
        _expect_equal(expected, _hashes(bench, relanded), FOLLOWS_FROM_LANDINGS)
    result.notes += NOTES
    result.targets += _targets(backups, restores)
    result.tables += [_costs(backups, restores), tables.held(lake), tables.steps(bench.steps)]


def _backup(bench: Bench, name: str, lake: Mapping[str, str]) -> Backup:
    files, size_bytes = _held(bench.work / "backups")
    step = bench.wattlake(name, "backup", str(bench.work / "backups"), lake=lake)
    files_after, bytes_after = _held(bench.work / "backups")
    return Backup(step, files_after - files, bytes_after - size_bytes)


def _held(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def write_one_more_day(inbox: Path, day: date) -> None:
    """Write a meter file in which every meter of the register has the readings of one more day."""
    with (inbox / "members" / "register.csv").open(encoding="utf-8", newline="") as register:
        meters = sorted({row["meter_id"] for row in csv.DictReader(register)} - {""})
    midnight = datetime.combine(day, time(), UTC)
    starts = [f"{midnight + timedelta(minutes=30 * slot):%Y-%m-%d %H:%M:%S}" for slot in range(48)]
    lines = (f"{meter},{start},0.{100 + slot}\n" for meter in meters for slot, start in enumerate(starts))
    with (inbox / "smart_meters" / "one-more-day.csv").open("w", encoding="utf-8") as file:
        file.write("LCLid,tstp,energy(kWh/hh)\n")
        file.writelines(lines)


def _hashes(bench: Bench, lake: Mapping[str, str]) -> dict[str, str]:
    hashes: dict[str, str] = json.loads(
        bench.python("hashes of all tables", "hashes", lake=lake).cost.output.read_text()
    )
    return hashes


def _expect_equal(expected: Mapping[str, str], came: Mapping[str, str], beginnings: tuple[str, ...]) -> None:
    differing = [table for table in expected if table.startswith(beginnings) and came[table] != expected[table]]
    if differing:
        raise StepFailedError(f"What came back differs from what was there in {', '.join(differing)}.")


def _targets(backups: list[Backup], restores: list[Step]) -> list[Target]:
    first, second, third = backups
    memory_gb = max(step.cost.peak_bytes for step in (*(backup.step for backup in backups), *restores)) / 1e9
    return [
        Target(
            "a backup after one more day, of the first one's bytes", 100 * second.size_bytes / first.size_bytes, "%", 10
        ),
        Target("a backup after nothing new", third.step.cost.seconds, "s", 15),
        Target("peak memory of backup and restore", memory_gb, "GB", 4),
    ]


def _costs(backups: list[Backup], restores: list[Step]) -> Table:
    rows = [
        (backup.step.name, backup.files, round(backup.size_bytes / 1e6, 2), tables.tenths(backup.step.cost.seconds))
        for backup in backups
    ]
    rows += [(step.name, None, None, tables.tenths(step.cost.seconds)) for step in restores]
    return Table("Backups and restores", ("what", "files written", "MB written", "wall s"), rows)

"""The drill: something of a lake is lost, the lake is had back, and what came back is compared with what was there."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.torture.promises import LAYERS, broken_promises, content
from benchmarks.torture.trials import Trial
from benchmarks.torture.works import BUILD, SETTLE, WORKS, meter_file
from harness.lake_steps import LAYOUTS, read_rows
from wattlake.lake.landing.relanding import reland
from wattlake.lake.maintenance.backup import back_up
from wattlake.lake.maintenance.backup_manifest import manifest_of
from wattlake.lake.maintenance.restoring import restore
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

LOSSES = {
    "the catalog": "",
    "a file of bronze": "tables/bronze/**/*.parquet",
    "a file of silver": "tables/silver/**/*.parquet",
    "a file of gold": "tables/gold/**/*.parquet",
    "a file of ops": "tables/ops/**/*.parquet",
    "an archived payload": "landing/*/*-*-*/*.zst",
    "everything": "",
}
"""What is lost, and for one file of many the pattern that finds them."""
ALL_BUT_THE_ARCHIVE = "everything but the archive"
BOOKED = ("gold.settled_slot", "gold.settled_position", "gold.settled_trade", "warehouse.fact_energy_transaction")
"""What an archive alone has booked anew: once, under other numbers, while the lost ledger had its corrections, too."""
WITH_OPS = (*LAYERS, "ops.")
AFTER_THE_BACKUP = meter_file("MAC1-after.csv", "MAC1", 3, 4, 111)


@dataclass
class Drilled:
    """What came of a drill.

    Attributes:
        milliseconds: until the lake could be read again, by what was lost.
        failures: what was not as it was, a sentence each.
    """

    milliseconds: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def compare(self, when: str, came: Mapping[str, str], expected: Mapping[str, str]) -> None:
        """Note the tables whose content is not what it should be."""
        differing = sorted(table for table in expected if came.get(table) != expected[table])
        self.failures += [f"{when}: {', '.join(differing)} differ"] if differing else []


def drills(new_lake: Callable[[], Settings], on: str, folder: Path) -> Trial:
    """One drill as a trial: everything that was lost and had back, with the milliseconds that took."""
    started, drilled = perf_counter(), drill(new_lake, folder / f"drill-{on}")
    count, seconds = len(drilled.milliseconds), perf_counter() - started
    return Trial("lost and had back", on, count, "losses", seconds, drilled.failures, drilled.milliseconds)


def drill(new_lake: Callable[[], Settings], folder: Path) -> Drilled:
    """Lead a lake through its life, back it up, land one more file; then lose and restore, one thing after another.

    A lake comes back with what was committed when the backup was taken: the file that was landed later is gone then,
    and is landed again, after which the lake is as it was when it was lost.
    """
    drilled, settings = Drilled(), new_lake()
    lake = Lake(settings)
    for work in WORKS:
        work.do(lake, folder / "files")
    backups = Settings(data=str(folder / "backups"))
    list(back_up(lake, backups, datetime.now(UTC)))
    backed_up = content(lake, WITH_OPS)
    _land_later(lake, folder)
    lost = content(lake, LAYERS)
    for what in LOSSES:
        _lose(lake.settings, what)
        lake.close()
        lake = _restored(_emptied(lake.settings, new_lake()), backups, what, drilled)
        drilled.compare(f"{what} was lost and restored", content(lake, WITH_OPS), backed_up)
        drilled.failures += [f"{what} was lost and restored: {sentence}" for sentence in broken_promises(lake)]
        _land_later(lake, folder)
        drilled.compare(f"{what} was lost and restored, and the work done again", content(lake, LAYERS), lost)
    _from_its_archive(Storage(lake.settings), new_lake(), drilled, lost)
    lake.close()
    return drilled


def _land_later(lake: Lake, folder: Path) -> None:
    for work in (AFTER_THE_BACKUP, BUILD, SETTLE, BUILD):  # Bills are built from what was settled.
        work.do(lake, folder / "files")


def _lose(settings: Settings, what: str) -> None:
    """Lose something of a lake for good: of the files that a pattern finds, the one in the middle."""
    data = Path(settings.data)
    if what == "everything":
        shutil.rmtree(data)
    elif what == "the catalog":
        for file in data.glob("catalog.sqlite*"):
            file.unlink()
    else:
        victims = sorted(data.glob(LOSSES[what]))
        victims[len(victims) // 2].unlink()


def _emptied(settings: Settings, spare: Settings) -> Settings:
    """The settings of a lake whose remains were moved away; one on PostgreSQL gets a new database."""
    if Path(settings.data).exists():
        Path(settings.data).rename(f"{spare.data}-remains")
    return settings.elsewhere(settings.data, spare.catalog.get_secret_value())


def _restored(settings: Settings, backups: Settings, what: str, drilled: Drilled) -> Lake:
    """Restore a lake, and note how long that took until it could be read."""
    started = perf_counter()
    list(restore(settings, backups, manifest_of(Storage(backups))))
    lake = Lake(settings)
    lake.snapshot_id()
    drilled.milliseconds[what] = round(1000 * (perf_counter() - started))
    return lake


def _from_its_archive(archive: Storage, settings: Settings, drilled: Drilled, lost: Mapping[str, str]) -> None:
    """Lose everything but the archive: land it again, build and settle."""
    started, lake = perf_counter(), Lake(settings)
    lake.create()
    for source in sorted({name.split("/")[1] for name in archive.names("landing")}):
        for step in reland(lake, archive, source, LAYOUTS.get(source, ()), read_rows):
            drilled.failures += step.faults
    for work in (BUILD, SETTLE, BUILD):
        work.do(lake, Path(settings.data))
    drilled.milliseconds[ALL_BUT_THE_ARCHIVE] = round(1000 * (perf_counter() - started))
    followed = {table: its_hash for table, its_hash in lost.items() if table not in BOOKED}
    drilled.compare(f"{ALL_BUT_THE_ARCHIVE} was lost", content(lake, LAYERS), followed)
    lake.close()

"""One run of the benchmark: its size, its folder, and its measured steps."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import Cost, cost_of
from wattlake.app.render import say
from wattlake.app.sandbox import APIS
from wattlake.lake.settings import PROJECT

MEMORY_LIMIT = "3GB"
THREADS = 2
SEED = 7
HIDDEN = re.compile("WATTLAKE_|PYTHONPATH$")


@dataclass(frozen=True)
class Size:
    """How large a simulated community is.

    Attributes:
        homes: its members; one in twenty has a second meter, for what its panels give.
        days: of readings.
        until: the day the readings end before.
        joining_days: over how many of the first days the members join.
        files: over how many files their meters are spread.
    """

    homes: int
    days: int
    until: date
    joining_days: int
    files: int

    @property
    def first_day(self) -> date:
        """The first day of readings."""
        return self.until - timedelta(days=self.days)


LONDON = Size(homes=5_567, days=821, until=date(2014, 3, 1), joining_days=410, files=112)
"""The public London set: 5,567 homes, 27 months, about 170 million half-hours in 112 files."""


def scaled(size: Size, scale: float) -> Size:
    """A part of a community: fewer homes in fewer files, over the same days."""
    return Size(
        max(round(size.homes * scale), 1), size.days, size.until, size.joining_days, max(round(size.files * scale), 1)
    )


@dataclass(frozen=True)
class Step:
    """One measured command."""

    name: str
    cost: Cost


@dataclass
class Bench:
    """One run of a part of the benchmark.

    Attributes:
        work: the folder it may fill.
        scale: its size; 1 is that of the real set.
        soak_minutes: how long the stream's soak is at scale 1.
        steps: what was measured so far.
    """

    work: Path
    scale: float
    soak_minutes: float = 120
    steps: list[Step] = field(default_factory=list)

    def wattlake(self, name: str, *arguments: str, lake: Mapping[str, str]) -> Step:
        """Measure a ``wattlake`` command on a lake, as a user would start it."""
        return self.measure(name, [sys.executable, "-m", "wattlake.app.cli", *arguments], lake)

    def python(self, name: str, module: str, *arguments: str, lake: Mapping[str, str] | None = None) -> Step:
        """Measure a module of the benchmark in a process of its own."""
        return self.measure(name, [sys.executable, "-m", f"benchmarks.{module}", *arguments], lake or {})

    def measure(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Step:
        """Run a command to its end, with no setting of ours but those given, and say what it cost."""
        own = {key: value for key, value in os.environ.items() if not HIDDEN.match(key)}
        logs = self.work / "logs" / f"{len(self.steps):03d}-{re.sub('[^a-z0-9]+', '-', name.lower())}"
        logs.parent.mkdir(parents=True, exist_ok=True)
        step = Step(name, cost_of(command, own | dict(environment), logs, PROJECT))
        self.steps.append(step)
        say(f"  {name}: {step.cost.seconds:,.1f} s, {step.cost.peak_bytes / 1e9:.2f} GB")
        return step

    def lake(self, name: str, inbox: Path, address: str = "") -> dict[str, str]:
        """The settings of a lake in the work folder, which is filled from an inbox and the APIs of an address."""
        folder = self.work / name
        return {
            "WATTLAKE_DATA": str(folder),
            "WATTLAKE_CATALOG": str(folder / "catalog.sqlite"),
            "WATTLAKE_SMART_METERS": str(inbox / "smart_meters"),
            "WATTLAKE_MEMBERS": str(inbox / "members"),
            "WATTLAKE_INVERTERS": str(inbox / "inverters"),
            "WATTLAKE_SLOT_MINUTES": "60",
            "WATTLAKE_BIDDING_ZONE": "DE-LU",
            "WATTLAKE_TIMEZONE": "Europe/London",
            "WATTLAKE_HOLIDAYS": "GB-ENG",
            "WATTLAKE_MEMORY_LIMIT": MEMORY_LIMIT,
            "WATTLAKE_THREADS": str(THREADS),
            "WATTLAKE_LOG_FORMAT": "json",
        } | ({f"WATTLAKE_URL__{api}": address for api in APIS} if address else {})

    def simulate(self, size: Size, inbox: Path) -> Step:
        """Write a community's meter files and register."""
        return self.wattlake(
            "simulate", "simulate", "--out", str(inbox), "--seed", str(SEED),
            "--members", str(size.homes), "--days", str(size.days), "--until", size.until.isoformat(),
            "--joining-days", str(size.joining_days), "--files", str(size.files), lake={},
        )  # fmt: skip

    def ask_apis(self, size: Size, lake: Mapping[str, str]) -> Step:
        """Land what the APIs have for the community's days."""
        last_day = size.until - timedelta(days=1)
        return self.wattlake(
            "ingest weather, prices, solar, carbon", "ingest", "open_meteo", "energy_charts", "pvgis",
            "carbon_intensity", "--from", size.first_day.isoformat(), "--to", last_day.isoformat(),
            "--now", size.until.isoformat(), lake=lake,
        )  # fmt: skip


def forget_pages(files: Sequence[Path]) -> None:
    """Let the system forget what it holds of files in memory, so that whoever reads them next does so from the disk."""
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def meter_files(inbox: Path) -> list[Path]:
    """The meter files of an inbox, in order."""
    return sorted((inbox / "smart_meters").rglob("*.csv"))

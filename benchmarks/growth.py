"""Growth: what one more day costs after months and after years of history."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks import tables
from benchmarks.bench import LONDON, SEED, Bench, Size, Step, meter_files, scaled
from benchmarks.results import Result, Table, Target
from benchmarks.stretches import FIRST_DAY, Stretch, month_after, stretches_of, write_stretches
from benchmarks.told import rows_by_table
from wattlake.app.sandbox.server import running

MONTHS = (1, 6, 12, 24)
DAYS_EACH = 3
NOTES = (
    "The homes have joined before the first day. History comes as one file a month, a day as one file of all homes, "
    "and every file stays in the inbox. Weather, solar, prices and carbon of all days are landed before.",
    "After each length of history some days come one by one, each landed and built by commands of its own; then comes "
    "the rest of the month, and history goes on. A day's seconds are the wall time of both commands, two starts of "
    "Python included. The medians of all lengths should lie within 25 % of the smallest.",
)


@dataclass(frozen=True)
class Day:
    """One more day: after how many months of history, its readings, and what landing and building it cost."""

    months: int
    readings: int
    landed: Step
    built: Step

    @property
    def seconds(self) -> float:
        """Wall time of both commands."""
        return self.landed.cost.seconds + self.built.cost.seconds


def measure_growth(
    bench: Bench, result: Result, size: Size | None = None, months: Sequence[int] = MONTHS, days_each: int = DAYS_EACH
) -> None:
    """Measure single days after ever longer histories.

    Args:
        bench: the run.
        result: takes what was found.
        size: the homes and files of the community; London's, scaled, where none is given.
        months: how long the histories are.
        days_each: how many days are measured after each of them.

    Raises:
        StepFailedError: a step ended with an error.
    """
    until = month_after(FIRST_DAY, max(months)) + timedelta(days=days_each)
    size = replace(size or scaled(LONDON, bench.scale), days=(until - FIRST_DAY).days, until=until, joining_days=0)
    inbox = bench.work / "inbox"
    stretches = stretches_of(months, days_each)
    _prepare_files(bench, size, stretches, inbox)
    with running(seed=SEED) as address:
        lake = bench.lake("lake", inbox, address)
        bench.wattlake("ingest members", "ingest", "members", lake=lake)
        bench.ask_apis(size, lake)
    days = []
    for stretch in stretches:
        (bench.work / "stretches" / stretch.file).rename(inbox / "smart_meters" / stretch.file)
        if stretch.is_followed_by_history:
            continue
        after = f" after {stretch.months} months" if stretch.is_day else ""
        landed = bench.wattlake(f"ingest {stretch.name}{after}", "ingest", "smart_meters", lake=lake)
        built = bench.wattlake(f"build {stretch.name}{after}", "build", lake=lake)
        if stretch.is_day:
            days.append(Day(stretch.months, rows_by_table(landed.cost)["bronze.smart_meters"], landed, built))
    result.notes += NOTES
    result.targets += _targets(days)
    result.tables += [
        _by_history(days),
        *(tables.by_table([of.landed, of.built], f"By table, after {of.months} months") for of in (days[0], days[-1])),
        tables.held(lake),
        tables.steps(bench.steps),
    ]


def _prepare_files(bench: Bench, size: Size, stretches: Sequence[Stretch], inbox: Path) -> None:
    """Simulate the community, cut its files into stretches, and fill the inbox with the register alone."""
    everything = bench.work / "everything"
    bench.simulate(size, everything)
    write_stretches(meter_files(everything), stretches, bench.work / "stretches")
    (inbox / "smart_meters").mkdir(parents=True)
    shutil.move(everything / "members", inbox / "members")
    shutil.rmtree(everything)


def _medians(days: Sequence[Day]) -> dict[int, float]:
    """The median of a day's seconds by months of history."""
    return {
        months: median(day.seconds for day in days if day.months == months)
        for months in dict.fromkeys(day.months for day in days)
    }


def _targets(days: Sequence[Day]) -> list[Target]:
    medians = _medians(days).values()
    return [
        Target("the slowest length of history over the fastest", 100 * (max(medians) / min(medians) - 1), "% more", 25),
        Target("one more day, at most", max(day.seconds for day in days), "s", 30),
        Target("peak memory of a day", max(of.cost.peak_bytes for day in days for of in (day.landed, day.built)) / 1e9,
               "GB", 4),
    ]  # fmt: skip


def _by_history(days: Sequence[Day]) -> Table:
    rows = [
        (
            str(months),
            max(day.readings for day in days if day.months == months),
            round(median(day.landed.cost.seconds for day in days if day.months == months), 2),
            round(median(day.built.cost.seconds for day in days if day.months == months), 2),
            round(seconds, 2),
            " ".join(f"{day.seconds:.1f}" for day in days if day.months == months),
        )
        for months, seconds in _medians(days).items()
    ]
    columns = ("months of history", "readings of a day", "landing s", "build s", "both s", "each day s")
    return Table("One more day", columns, rows)

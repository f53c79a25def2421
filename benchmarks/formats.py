"""The formats of meter files: how many readings a second land of each, and what that takes in memory."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks import made_files, tables
from benchmarks.bench import Bench
from benchmarks.results import Result, Table, Target
from benchmarks.told import counted

GERMAN_TEXT = """
name = "quarter-hours"
[file]
delimiter = ";"
[columns]
meter = "Zählpunkt"
datetime = "Zeit"
value = "Verbrauch"
[time]
format = "%d.%m.%Y %H:%M"
zone = "UTC"
label = "start"
period_minutes = 15
[energy]
unit = "kWh"
decimal = ","
"""
SHEET = GERMAN_TEXT.replace("%d.%m.%Y %H:%M", "iso").replace('","', '"."')
NOTES = (
    "Each file is landed by `wattlake ingest` in a lake of its own: hashed, archived, read, tried, written to bronze "
    "and committed. What the same command takes for a file of one meter's day is left out of the rate: starting Python "
    "and making a lake.",
    "The mapped CSV has German numbers and times; the workbook holds times as Excel does, and no more rows than a "
    "sheet can have; Green Button and NEM12 need no mapping.",
    "Silver is the build's time for `silver.meter_reading` alone: typing, the mapping's meaning, judging each meter's "
    "steps, and writing.",
)


class Format(NamedTuple):
    """A format to measure.

    Attributes:
        name: of its row in the table.
        file: the name of its file.
        readings: how many at scale 1.
        write: writes readings to a file.
        limit: million readings a second that are promised.
        mapping: that it is read by; none where it needs none.
    """

    name: str
    file: str
    readings: int
    write: Callable[[Path, Iterator[made_files.Reading]], None]
    limit: float | None
    mapping: str = ""


def measure_formats(bench: Bench, result: Result) -> None:
    """Measure the landing of large files in each format, and what silver makes of a mapped CSV.

    Raises:
        StepFailedError: a step ended with an error.
    """
    result.notes += NOTES
    rows: list[tuple[str | int | float, ...]] = []
    for made in FORMATS:
        _, starting, _ = _landed(bench, made, 96)
        readings, seconds, peak_gb = _landed(bench, made, max(round(made.readings * bench.scale / 96), 1) * 96)
        rate = readings / max(seconds - starting, 0.001)
        rows.append((made.name, readings, tables.tenths(seconds - starting), round(rate), round(peak_gb, 2)))
        if made.limit:
            result.targets.append(
                Target(f"{made.name}, landed", rate / 1e6, "million readings/s", made.limit, at_least=True)
            )
        result.targets.append(Target(f"peak memory of {made.name}", peak_gb, "GB", 1))
    build = bench.wattlake("build mapped CSV", "build", lake=_lake(bench, FORMATS[0], rows[0][1]))
    result.tables += [
        Table("Landing", ("format", "readings", "s", "readings/s", "peak GB"), rows),
        tables.by_table([build], "The mapped CSV's build"),
        tables.steps(bench.steps),
    ]


def _landed(bench: Bench, made: Format, readings: int) -> tuple[int, float, float]:
    """Write a file and land it; give its readings, and the seconds and gigabytes that it took."""
    inbox = bench.work / f"{made.file}-{readings}" / "smart_meters"
    inbox.mkdir(parents=True)
    if made.mapping:
        (inbox / "mapping.toml").write_text(made.mapping, encoding="utf-8")
    made.write(inbox / made.file, islice(made_files.readings(), readings))
    lake = _lake(bench, made, readings)
    step = bench.wattlake(f"ingest {made.name}, {readings:,} readings", "ingest", "smart_meters", lake=lake)
    landed = counted(lake, ["bronze.smart_meters"])["bronze.smart_meters"]
    return landed, step.cost.seconds, step.cost.peak_bytes / 1e9


def _lake(bench: Bench, made: Format, readings: object) -> dict[str, str]:
    return bench.lake(f"lake-{made.file}-{readings}", bench.work / f"{made.file}-{readings}")


FORMATS = (
    Format("mapped CSV", "meters.csv", 10_000_000, made_files.write_csv, 1, GERMAN_TEXT),
    Format("Excel", "meters.xlsx", 1_000_000, made_files.write_workbook, 0.1, SHEET),
    Format("Green Button XML", "feed.xml", 3_000_000, made_files.write_green_button, 0.1),
    Format("NEM12", "nem12.csv", 10_000_000, made_files.write_nem12, None),
)

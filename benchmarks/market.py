"""The market: what it costs to settle a year of a community of the real set's size, one more day, and to compare."""

from collections.abc import Mapping
from datetime import date, timedelta

from benchmarks import tables
from benchmarks.bench import Bench, Size, Step, scaled
from benchmarks.community import NOTE, THIRTEEN_MONTHS, built_lake
from benchmarks.results import Result, Table, Target
from benchmarks.told import counted
from wattlake.lake.market.settlement import LEDGER

YEAR_DAYS, MONTH_DAYS = 365, 30
NOTES = (
    NOTE,
    "A year is settled by `wattlake settle --from --to` at the mid-market rate, a month in a transaction: positions, "
    "trades, hashes and checks, and the bills that are built of them. Then one more day, and that day again.",
    "`wattlake market compare` computes, checks and keeps all five mechanisms on the last thirty days of the year.",
    "Every command is a process of its own with two threads and DuckDB's limit at 3 GB; its time has the start of "
    "Python in it.",
)


def measure_market(bench: Bench, result: Result, size: Size | None = None) -> None:
    """Measure settling a year, one more day, verifying and comparing.

    Args:
        bench: the run.
        result: takes what was found.
        size: of the community; that of London over thirteen months, scaled, where none is given.

    Raises:
        StepFailedError: a step ended with an error.
    """
    size = size or scaled(THIRTEEN_MONTHS, bench.scale)
    days = min(YEAR_DAYS, size.days - 1)
    last, next_day = (size.first_day + timedelta(days=number) for number in (days - 1, days))
    month_first = last - timedelta(days=min(MONTH_DAYS, days) - 1)
    lake = built_lake(bench, size)
    year = _over(bench, "settle a year", "settle", size.first_day, last, lake)
    settled = _settled(size, lake)
    day = _over(bench, "settle one more day", "settle", next_day, next_day, lake)
    _over(bench, "settle that day again", "settle", next_day, next_day, lake)
    bench.wattlake("settle the rest", "settle", lake=lake)
    bench.wattlake("settle verify", "settle", "verify", lake=lake)
    compared = _over(bench, "compare five mechanisms on a month", "market compare", month_first, last, lake)
    result.notes += NOTES
    result.targets += _targets(year, day, compared)
    result.tables += [settled, tables.steps(bench.steps), tables.by_table([year], "The bills"), tables.held(lake)]


def _over(bench: Bench, name: str, command: str, first: date, last: date, lake: Mapping[str, str]) -> Step:
    """Measure a command on some days, both ends included."""
    return bench.wattlake(name, *command.split(), "--from", f"{first}", "--to", f"{last}", lake=lake)


def _targets(year: Step, day: Step, compared: Step) -> list[Target]:
    return [
        Target("settling a year by one mechanism", year.cost.seconds, "s", 90),
        Target("peak memory of settling a year", year.cost.peak_bytes / 1e9, "GB", 4),
        Target("settling one more day", day.cost.seconds, "s", 5),
        Target("comparing five mechanisms on a month", compared.cost.seconds, "s", 45),
    ]


def _settled(size: Size, lake: Mapping[str, str]) -> Table:
    rows = counted(lake, LEDGER)
    columns = ("homes", "days", "slots", "positions", "trades")
    row = (str(size.homes), *(rows[table] for table in LEDGER))
    return Table("What was settled", columns, [row])

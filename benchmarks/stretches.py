"""Meter files cut by time: a history of months, and single days after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.bench import MEMORY_LIMIT, THREADS

FIRST_DAY = date(2012, 1, 1)


@dataclass(frozen=True)
class Stretch:
    """The readings of some days, in one file.

    Attributes:
        first: its first day.
        end: the day after its last.
        months: how many whole months lie before it.
        is_day: whether it is a day to be measured, not history.
        is_followed_by_history: whether it need not be landed before the next stretch is there.
    """

    first: date
    end: date
    months: int
    is_day: bool
    is_followed_by_history: bool = False

    @property
    def name(self) -> str:
        """What it is, for people."""
        return f"{self.first}" if self.is_day else f"history up to {self.end}"

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.first}.csv" if self.is_day else f"{self.first}-to-{self.end}.csv"


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def stretches_of(months: Sequence[int], days_each: int) -> list[Stretch]:
    """History month by month, with single days after some lengths of it; in order, without gaps."""
    return list(_stretches(sorted(months), days_each))


def _stretches(months: Sequence[int], days_each: int) -> Iterator[Stretch]:
    for number in range(max(months)):
        first, end = month_after(FIRST_DAY, number), month_after(FIRST_DAY, number + 1)
        begin = first + timedelta(days=days_each) if number in months else first
        yield Stretch(begin, end, number, is_day=False, is_followed_by_history=number + 1 not in months)
        if number + 1 in months:
            for offset in range(days_each):
                day = end + timedelta(days=offset)
                yield Stretch(day, day + timedelta(days=1), number + 1, is_day=True)


def write_stretches(files: Sequence[Path], stretches: Sequence[Stretch], out: Path) -> None:
    """Cut meter files into one file for each stretch, every line as it was written."""
    out.mkdir(parents=True)
    with duckdb.connect(str(out / "cut.duckdb")) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set threads = {THREADS}")
        connection.execute("create table line as from read_csv(?, all_varchar = true)", [[str(path) for path in files]])
        for stretch in stretches:
            connection.execute(
                f"copy (from line where tstp >= '{stretch.first}' and tstp < '{stretch.end}') "
                f"to '{out / stretch.file}' (header)"
            )
    (out / "cut.duckdb").unlink()

"""History arrays, series × days × slots of the local clock, which every forecaster reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

SATURDAY = 5


@dataclass(frozen=True)
class Days:
    """Values of some series on consecutive days.

    A day begins at ``first_hour`` of the local clock, so that what is issued at that hour covers whole days. A slot the
    clock skips in spring is NaN; the two that share a label in autumn are one, their mean.

    Attributes:
        series: the names, such as member ids.
        first_day: the local date on which the first day begins.
        values: series × days × slots; NaN where nothing is known.
        timezone: whose clock is meant.
        holidays: dates without work, beside weekends.
        first_hour: the hour of the local clock at which days begin.
        late_slots: so many slots before a day begins are not known yet when it is forecast, for readings come late.
    """

    series: tuple[str, ...]
    first_day: date
    values: Floats
    timezone: str
    holidays: frozenset[date] = frozenset()
    first_hour: int = 0
    late_slots: int = 0

    @property
    def slots(self) -> int:
        """The number of slots of a day: 24, 48 or 96."""
        return self.values.shape[2]

    def number(self, day: date) -> int:
        """Count the days from the first day to a date."""
        return (day - self.first_day).days

    def day(self, number: int) -> date:
        """Return the date of a day, which is counted from the first."""
        return self.first_day + timedelta(days=number)

    def until(self, number: int) -> "Days":
        """Return the days before a day, without the late slots that are unknown when it begins."""
        past = self.values[:, :number]
        if self.late_slots and number:
            past = past.copy()
            past[:, -1, -self.late_slots :] = np.nan
        return replace(self, values=past)

    def with_days(self, count: int) -> "Days":
        """Return the first days, as many as asked for; days that are added are NaN."""
        series, known, slots = self.values.shape
        added = np.full((series, max(count - known, 0), slots), np.nan)
        return replace(self, values=np.concatenate([self.values[:, :count], added], axis=1))

    def only(self, series: Collection[int]) -> "Days":
        """Return some of the series, by their numbers."""
        numbers = list(series)
        return replace(self, series=tuple(self.series[number] for number in numbers), values=self.values[numbers])

    def weekdays(self) -> Integers:
        """Return the weekday of each slot, Monday 0 to Sunday 6: days × slots."""
        return self._of_dates([on.weekday() for on in self._dates(0)])

    def is_off(self, days_later: int = 0) -> Booleans:
        """Mark slots whose date, moved by some days, is a weekend or a holiday: days × slots."""
        is_off = [on.weekday() >= SATURDAY or on in self.holidays for on in self._dates(days_later)]
        return self._of_dates(is_off).astype(np.bool_)

    def clock_hours(self) -> Floats:
        """Return the local clock at the start of each slot of a day, in hours."""
        return (self.first_hour + np.arange(self.slots) * 24 / self.slots) % 24

    def starts_utc(self, number: int) -> list[list[datetime]]:
        """List when each slot of a day begins, naive UTC: skipped slots never, repeated ones twice."""
        midnight, zone = datetime.combine(self.day(number), datetime.min.time()), ZoneInfo(self.timezone)
        clocks = [midnight + timedelta(hours=self.first_hour + slot * 24 / self.slots) for slot in range(self.slots)]
        return [_instants(clock, zone) for clock in clocks]

    def _dates(self, days_later: int) -> list[date]:
        """List the dates of all days and of the day after the last, moved by some days."""
        return [self.day(number + days_later) for number in range(self.values.shape[1] + 1)]

    def _of_dates(self, of_date: Sequence[int]) -> Integers:
        """Give each slot the value of its date; slots after midnight take that of the next date."""
        by_date = np.array(of_date, dtype=np.int64)[:, None]
        after_midnight = self.first_hour + np.arange(self.slots) * 24 / self.slots >= 24
        return np.where(after_midnight, by_date[1:], by_date[:-1])


def days_of(
    history: pl.DataFrame,
    timezone: str,
    slot_minutes: int = 60,
    holidays: Collection[date] = (),
    first_hour: int = 0,
) -> Days:
    """Turn a history into days of the local clock.

    Args:
        history: ``series`` (text), ``period_start_utc`` (naive UTC), ``value``.
        timezone: whose clock.
        slot_minutes: length of a slot.
        holidays: dates without work.
        first_hour: the hour at which days begin.

    Raises:
        ValueError: there is no row.
    """
    if history.is_empty():
        raise ValueError("There is no history to forecast from; expected rows of series, period_start_utc and value.")
    clock = (
        pl.col("period_start_utc").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    ) - pl.duration(hours=first_hour)
    rows = (
        history.select("series", "value", local=clock)
        .group_by("series", "local")
        .agg(pl.col("value").mean())
        .with_columns(day=pl.col("local").dt.date())
    )
    series, first, last = sorted(rows["series"].unique()), rows["day"].min(), rows["day"].max()
    assert isinstance(first, date) and isinstance(last, date)
    values = np.full((len(series), (last - first).days + 1, 24 * 60 // slot_minutes), np.nan)
    indices = rows.select(
        pl.col("series").cast(pl.Enum(series)).to_physical().cast(pl.Int64),
        (pl.col("day") - first).dt.total_days(),
        (pl.col("local").dt.hour().cast(pl.Int64) * 60 + pl.col("local").dt.minute()) // slot_minutes,
    )
    values[tuple(indices.to_numpy().T)] = rows["value"].to_numpy()
    return Days(tuple(series), first, values, timezone, frozenset(holidays), first_hour)


def rows_of(days: Days, number: int, columns: dict[str, Floats]) -> pl.DataFrame:
    """Turn a day into rows: ``series``, ``period_start_utc`` and each array (series × slots)."""
    starts = sorted((start, slot) for slot, instants in enumerate(days.starts_utc(number)) for start in instants)
    slots = [slot for _, slot in starts]
    return pl.DataFrame(
        {
            "series": np.repeat(np.array(days.series, dtype=object), len(starts)),
            "period_start_utc": [start for start, _ in starts] * len(days.series),
        }
        | {name: array[:, slots].reshape(-1) for name, array in columns.items()},
        schema_overrides={"series": pl.String, "period_start_utc": pl.Datetime("us")},
    )


def _instants(clock: datetime, zone: ZoneInfo) -> list[datetime]:
    """List the instants, in naive UTC, at which a local clock shows a time."""
    folds = {clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(start.replace(tzinfo=None) for start in folds if start.astimezone(zone).replace(tzinfo=None) == clock)


def evenly(count: int, most: int) -> list[int]:
    """List the numbers below a count: all of them, or at most so many, evenly drawn."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)).tolist()

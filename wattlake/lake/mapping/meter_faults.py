"""What can be at odds between the tables of a mapping of meter files."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wattlake.lake.mapping.files import fault_of_times
from wattlake.lake.mapping.times import STEPS

if TYPE_CHECKING:
    from wattlake.lake.mapping.meters import Mapping

DAY_MINUTES = 1440
CLOCK_CHANGE_MINUTES = 60


def fault_of_the_columns(mapping: "Mapping") -> str | None:
    """Tell of columns of a day that are not as many as its intervals."""
    columns, period = mapping.columns, mapping.time.period_minutes
    if columns.values is None:
        return None
    if not isinstance(period, int):
        return "`time.period_minutes`: `columns.values` are the intervals of a day; give the minutes of each"
    minutes = len(columns.of_day) * period
    lengths = (DAY_MINUTES - CLOCK_CHANGE_MINUTES, DAY_MINUTES, DAY_MINUTES + CLOCK_CHANGE_MINUTES)
    if minutes in lengths:
        return None
    counts = ", ".join(str(length // period) for length in lengths)
    return (
        f"`columns.values` are {len(columns.of_day)}, but a day has {counts} intervals of "
        f"{period} minutes (`time.period_minutes`)"
    )


def fault_of_the_period(mapping: "Mapping") -> str | None:
    """Tell of a period that nothing says, or that is said twice."""
    if mapping.columns.period is None and mapping.time.period_minutes is None:
        return "`time.period_minutes` is missing: how many minutes is an interval, or `columns.period` says it per row"
    if mapping.columns.period and mapping.time.period_minutes == STEPS:
        return f"`time.period_minutes` is {STEPS}, but `columns.period` already says how long each interval is"
    if mapping.columns.period and mapping.is_total:
        return "`columns.period`: a running total has no interval; give `time.period_minutes`"
    if mapping.is_total and mapping.time.period_minutes == STEPS:
        return f"`time.period_minutes`: a running total is read at any time; give the minutes instead of {STEPS}"
    return None


def fault_of_the_label(mapping: "Mapping") -> str | None:
    """Tell of times that do not say which end of their interval they are."""
    time = mapping.time
    if mapping.columns.values is not None:
        return "`time.label` goes with one reading per row, not with `columns.values`" if time.label else None
    if time.hours:
        return fault_of_the_hours(mapping)
    if time.label is None and not mapping.is_total:
        return "`time.label` is missing: does a time stand for the `start` or the `end` of its interval?"
    return fault_of_times(time)


def fault_of_the_hours(mapping: "Mapping") -> str | None:
    """Tell what does not go with the numbers of hours."""
    time = mapping.time
    label = "start" if time.hours == "0-23" else "end"
    if mapping.columns.time is None:
        return "`time.hours` are the numbers in `columns.time`, the hour of the day beside `columns.date`"
    if time.period_minutes != DAY_MINUTES // 24 or mapping.columns.period:
        return f"`time.hours` number hours, so `time.period_minutes` is 60, but it is {time.period_minutes}"
    if mapping.is_total:
        return "`time.hours`: a running total is of a moment, not of an hour of the day"
    if time.label not in (None, label):
        return f"`time.label`: hours {time.hours} are named by their {label}"
    if time.between or time.suffix:
        return "`time.hours` are numbers, so there is no `time.between` and no `time.suffix`"
    if len(time.strptime_formats) != len(time.formats):
        return f"`time.format` is the date's beside `time.hours`, such as %d.%m.%Y, but it is `{time.formats[0]}`"
    return None


def fault_of_the_sign(mapping: "Mapping") -> str | None:
    """Tell of a sign that something else contradicts."""
    sign, columns = mapping.energy.sign, mapping.columns
    if sign != "consumption" and columns.production:
        return f"`energy.sign` is {sign}, but `columns.production` already says what was produced"
    if sign != "consumption" and columns.direction:
        return f"`energy.sign` is {sign}, but `columns.direction` already says what was produced"
    if sign == "net" and mapping.is_total:
        return "`energy.sign`: a running total of net energy goes up and down; give the energy of each interval"
    return None


def fault_of_the_unit(mapping: "Mapping") -> str | None:
    """Tell of numbers whose unit nothing says."""
    if mapping.energy.unit is None and mapping.columns.unit is None:
        return "`energy.unit` is missing"
    return None


def fault_of_the_words(mapping: "Mapping") -> str | None:
    """Tell of words in rows that nothing explains, and of explanations that no column needs."""
    for table, column, key in (
        (mapping.directions, mapping.columns.direction, "direction"),
        (mapping.qualities, mapping.columns.quality, "quality"),
    ):
        tables = {"direction": "directions", "quality": "qualities"}[key]
        if column and not table:
            return f"`{tables}` is missing: it says what each text of the column `{column}` (`columns.{key}`) means"
        if table and not column:
            return f"`{tables}` explains texts, but `columns.{key}` names no column that has them"
    rules = {"where": (mapping.where, "hold readings"), "where_not": (mapping.where_not, "hold none")}
    for name, (texts_by_column, which) in rules.items():
        if blank := [column for column, texts in texts_by_column.items() if not texts]:
            return f"`{name}.{blank[0]}` is empty; list the texts of the rows that {which}"
    return None


FAULTS: tuple[Callable[["Mapping"], str | None], ...] = (
    fault_of_the_columns,
    fault_of_the_period,
    fault_of_the_label,
    fault_of_the_sign,
    fault_of_the_unit,
    fault_of_the_words,
)

"""``python -m benchmarks.feature_groups``: what each group of the load's features is worth to the trees.

One model of the median is trained with all groups, then one without each of them, on the same days, and judged on the
days after, which none of them saw. The member's scale stays, for all energy is in units of it.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer

from wattlake.app.markdown import renew
from wattlake.app.render import show_table
from wattlake.tasks.forecasting.boosted import Boosted, boost_each
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.load import MEDIAN
from wattlake.tasks.forecasting.load_features import load_tables, scale
from wattlake.tasks.forecasting.load_rows import CALENDAR as SEASON
from wattlake.tasks.forecasting.load_rows import training_rows
from wattlake.tasks.forecasts.recorded_history import from_files

SCALE = "log_scale"
GROUPS = {
    "calendar": ("clock_hour", "weekday", "is_off"),
    "lag": ("lag_",),
    "level": ("mean_last_", "day_", "mean_7d", "spread_", "lowest_", "highest_"),
    "clock": ("clock_", "weekday_mean"),
    "kind": ("kind_", "unusual_"),
    "community": ("community_",),
}
"""How the names of a group's features begin; the clock's hour is the calendar's."""


def feature_groups(
    files: Annotated[Path, typer.Option("--data", help="Folder of CSV files of half-hours, as London's are.")],
    days: Annotated[int, typer.Option(help="How many of the last days are judged on.")] = 56,
    into: Annotated[Path | None, typer.Option(help="Markdown file in which the table is renewed.")] = None,
) -> None:
    """Train with all groups of features and without each, and show the errors on later days."""
    history = from_files("load", files)
    rows = judged(history.days, days)
    title = f"load of each of {len(history.days.series)} members, the last {days} days of {history.source}"
    show_table(title, rows)
    if into:
        renew(into, "feature groups", title, {"what the trees learned from, and the errors of the median": rows})


def judged(days: Days, count: int) -> pl.DataFrame:
    """Give for each choice of features how many they are, the mean absolute error, its change in %."""
    split = days.values.shape[1] - count
    names, table, target = training_rows(days, split, None, SEASON)
    choices = choices_of(names)
    columns = {choice: [names.index(name) for name in chosen] for choice, chosen in choices.items()}
    errors = {}
    tests = [(given, part, days.values[:, split + at].reshape(-1))
             for at, (given, part) in enumerate(load_tables(days, range(split, split + count)))]  # fmt: skip
    for choice, chosen in choices.items():
        (trees,) = boost_each(chosen, table[:, columns[choice]], target, [MEDIAN])
        errors[choice] = np.concatenate([miss(trees, *test) for test in tests])
    mean = {choice: float(np.nanmean(missed)) for choice, missed in errors.items()}
    return pl.DataFrame(
        {
            "features": list(choices),
            "count": [len(chosen) for chosen in choices.values()],
            "mae_wh": [round(1000 * mean[choice], 1) for choice in choices],
            "change_pct": [round(100 * (mean[choice] / mean["all that serve"] - 1), 2) for choice in choices],
        }
    )


def choices_of(names: list[str]) -> dict[str, list[str]]:
    """List the features to learn from, by what is tried."""
    serving = [name for name in names if name not in SEASON]
    choices = {"all that serve": serving, "and month and season": names}
    for group in GROUPS:
        choices[f"without {group}"] = [name for name in serving if group_of(name) != group]
    choices["calendar alone"] = [name for name in serving if group_of(name) in ("calendar", SCALE)]
    return choices


def group_of(name: str) -> str:
    """Give the group of a feature."""
    return next((group for group, begins in GROUPS.items() if name.startswith(begins)), name)


def miss(trees: Boosted, given: list[str], part: Floats, actual: Floats) -> Floats:
    """Give the absolute errors of one day in kWh; NaN where it is not known."""
    expected = np.maximum(trees.predict(part[:, [given.index(name) for name in trees.features]]), 0)
    return np.abs(expected * scale(given, part) - actual)


if __name__ == "__main__":
    typer.run(feature_groups)

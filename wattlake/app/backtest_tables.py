"""What a backtest tries, and the tables that are shown of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from wattlake.app.commands._options import Target

if TYPE_CHECKING:
    from wattlake.tasks.forecasting.backtest import Outcome
    from wattlake.tasks.forecasts.history import History


class Level(StrEnum):
    """Whose load is forecast."""

    member = "member"
    zone = "zone"
    community = "community"
    curve = "curve"


class Track(StrEnum):
    """Which weather the model of load or solar output may know."""

    none = "none"
    forecast = "forecast"
    perfect = "perfect"


class Trial(NamedTuple):
    """What is backtested: a target at a level, with weather of a track, and with more features."""

    target: Target
    level: Level
    weather: Track
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name its tables in a document."""
        weather = (self.weather,) if self.weather is not Track.none else ()
        return " ".join((self.target, self.level, *weather, *(f"+{name}" for name in self.also)))

    def title(self, where: str) -> str:
        """Say what is backtested, and on what."""
        weather = f", {self.weather} weather" if self.weather is not Track.none else ""
        return f"{self.target} by {self.level}, {where}{weather}{', with ' if self.also else ''}{', '.join(self.also)}"


def tables_of(trial: Trial, history: "History", first: int, last: int) -> Mapping[str, pl.DataFrame]:
    """Backtest, and list what is shown of it, by title."""
    from wattlake.tasks.forecasting import backtests
    from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2

    days, target, level, also = history.days, trial.target, trial.level, frozenset(trial.also)
    if target is not Target.load and level is not Level.member:
        raise ValueError(f"There is no {target} by {level}. Only load is added up; leave --level out.")
    if also:
        _check_trial(trial)
    if level is Level.curve:
        return {"sums": _rounded(backtests.aggregation_curve(days, first, last, history.weather))}
    if target is Target.solar:
        clear = clear_sky_w_per_m2(days, *history.place)
        outcome = backtests.backtest_solar(days, first, last, clear, history.chain)
        return {
            "in % of kWp": _rounded(backtests.errors_by_daylight(outcome, clear[first : last + 1])),
            **_shown(outcome),
        }
    if target is Target.price:
        return _shown(backtests.backtest_price(days, first, last))
    if level is Level.member:
        return _shown(backtests.backtest_load(days, first, last, history.weather, also))
    return _shown(backtests.backtest_sums(days, first, last, _groups(level, history), history.weather))


def _check_trial(trial: Trial) -> None:
    """Refuse features that there are not, and those of another target.

    Raises:
        ValueError: there is no such feature to try.
    """
    from wattlake.tasks.forecasting.load_rows import TOLD_ALONE

    if (trial.target, trial.level) != (Target.load, Level.member):
        raise ValueError("--also is for the load of members. Leave out --level, and say --target load, or no --also.")
    if unknown := sorted(set(trial.also) - TOLD_ALONE):
        raise ValueError(
            f"There is no feature {unknown[0]!r} to try. Expected some of {', '.join(sorted(TOLD_ALONE))}."
        )


def _groups(level: Level, history: "History") -> list[list[int]]:
    """List the numbers of the members of each zone, or of all together."""
    members = history.days.series
    if level is Level.community:
        return [list(range(len(members)))]
    zones = sorted({zone for member, zone in history.zones.items() if member in members})
    if not zones:
        raise ValueError(f"{history.source} tells no zones. Backtest the community, or a lake with a register.")
    return [[number for number, member in enumerate(members) if history.zones.get(member) == zone] for zone in zones]


def _shown(outcome: "Outcome") -> Mapping[str, pl.DataFrame]:
    """List what was scored, errors and intervals, rounded for reading, and what served."""
    tables = {
        "scored": _scored(outcome),
        "errors": _rounded(outcome.errors()),
        "intervals": _rounded(outcome.intervals()),
    }
    return tables if outcome.served.is_empty() else {**tables, "what served": outcome.served}


def _scored(outcome: "Outcome") -> pl.DataFrame:
    """Count what there was to score. Slots above zero alone have a percentage error."""
    import numpy as np

    actual = outcome.days.values
    is_known = ~np.isnan(actual) & ~np.isnan(next(iter(outcome.expected.values())))
    counted = {"series": is_known.any((1, 2)), "days": is_known.any((0, 2)), "slots": is_known}
    row = {name: [int(which.sum())] for name, which in counted.items()}
    return pl.DataFrame(
        {"of_series": [actual.shape[0]], **row, "slots_of_mape": [int((is_known & (actual > 0)).sum())]}
    )


def _rounded(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Float64).round_sig_figs(4))

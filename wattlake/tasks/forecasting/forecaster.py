"""The forecaster of a target: its parts, what it may read, and what it issues."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from wattlake.tasks.forecasting.boosted import Trees
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.fallback import Names
from wattlake.tasks.forecasting.load_features import FeatureTable
from wattlake.tasks.forecasting.misses import Band
from wattlake.tasks.forecasting.ridge import Design
from wattlake.tasks.forecasting.weather import Weather


@dataclass(frozen=True)
class Known:
    """All that a forecast of a target may be made from.

    Attributes:
        days: what came, day by day: load in kWh per slot, solar output in kW per kWp, prices in EUR/MWh.
        groups: the numbers of the series that are added up under one name, such as a zone's members.
        weights: what each series counts in a sum: 1, or of panels what a kW per kWp is in kWh per slot.
        kinds: which series are alike by the register, one name each.
        clear_w_per_m2: radiation under a clear sky, days × slots; of solar output.
        chain: what the weather as it was forecast makes of the panels, kW per kWp, series × days × slots.
        design: the ridge's, for those who forecast many days of a few series.
        weather: as each day's forecast knew it; of load.
        features: of the day that is forecast, where they were computed already; of load.
        also: features to learn from beside the model's own, in a trial.
    """

    days: Days
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    weights: Floats | None = None
    kinds: tuple[str, ...] = ()
    clear_w_per_m2: Floats | None = None
    chain: Floats | None = None
    design: Design | None = None
    weather: Weather | None = None
    features: FeatureTable | None = None
    also: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Expected:
    """Forecasts by the forecaster's name, and raw quantiles by their level where there are some.

    Each is series × slots of one day, or series × days × slots of several.
    """

    expected: Mapping[str, Floats]
    quantiles: Mapping[float, Floats] = field(default_factory=dict)

    def shown(self, names: Sequence[str]) -> Band:
        """Return the least and the greatest of some of the forecasts, slot by slot."""
        parts = [self.expected[name] for name in names]
        return np.fmin.reduce(parts), np.fmax.reduce(parts)


@dataclass(frozen=True, kw_only=True)
class Issue(Expected):
    """One day as a forecaster issues it.

    Attributes:
        tier: of each slot, which tier its forecast is of, series × slots.
        sums: the forecasts of the groups, groups × slots; of no groups there are no rows.
    """

    tier: Names
    sums: Floats


@dataclass(frozen=True, kw_only=True)
class IssuedDays(Expected):
    """Days in a row as a forecaster would have issued them: the sums are groups × days × slots."""

    sums: Floats


@dataclass(frozen=True)
class Forecaster:
    """The way in which one target is forecast: its models, settings and functions.

    Attributes:
        target: what is forecast, as ``gold.forecast`` names it.
        shown: the names of the forecasts that are shown, the main one first; every interval holds them all.
        kinds: the models it may have, by their names.
        least_days: so many days of history are needed to train.
        floor: nothing can come below.
        trees: its own settings of the trees, which others may be tried instead of.
        train: makes a model, and says which it is, from the days before a day, with settings other than its own.
        issue: forecasts one day, also without a model.
        history_days: so many days of history it looks back at when it issues, at most.
        explain: what each feature adds to one series' forecast of a day, by its name, one number per slot.
    """

    target: str
    shown: tuple[str, ...]
    kinds: Mapping[str, type]
    least_days: int
    floor: float
    trees: Trees
    train: Callable[[Known, int, Trees], tuple[str, Any]]
    issue: Callable[[Any, Known, int, Floats | None], Issue]
    history_days: int
    explain: Callable[[Any, Known, int, int], dict[str, Floats]] | None = None

    @property
    def main(self) -> str:
        """The name of the forecast that is judged and scored."""
        return self.shown[0]


def stacked(days: Sequence[Expected]) -> Expected:
    """Put days in a row together: series × days × slots, and only what each of them has."""

    def together(parts: Sequence[Mapping[Any, Floats]]) -> dict[Any, Floats]:
        keys = [key for key in parts[0] if all(key in part for part in parts)]
        return {key: np.stack([part[key] for part in parts], axis=1) for key in keys}

    return Expected(together([day.expected for day in days]), together([day.quantiles for day in days]))


def stacked_issues(issues: Sequence[Issue]) -> IssuedDays:
    """Put the issues of days in a row together, with their sums."""
    days = stacked(issues)
    return IssuedDays(days.expected, days.quantiles, sums=np.stack([issue.sums for issue in issues], axis=1))


def only(known: Known, series: Sequence[int]) -> Known:
    """Keep some of the series, without groups."""
    numbers = list(series)
    return replace(
        known,
        days=known.days.only(numbers),
        groups={},
        weights=None if known.weights is None else known.weights[numbers],
        kinds=tuple(known.kinds[number] for number in numbers) if known.kinds else (),
        chain=None if known.chain is None else known.chain[numbers],
        design=None,
        features=None,
        weather=None
        if known.weather is None
        else replace(known.weather, zones=tuple(known.weather.zones[number] for number in numbers)),
    )

"""What each target is forecast by: how its model is trained, what it issues, and what speaks where it has no word.

A model that is not there, that breaks, or that knows nothing of a series leaves its place to the next tier: panels and
homes like the series' own, then the ladder of baselines; every slot is filled, and the tier is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tasks.forecasting import baselines, conformal, load, price, solar, solar_weather
from tasks.forecasting.aggregate import active, forecast_sums, reconciled
from tasks.forecasting.boosted import Trees
from tasks.forecasting.days import Days, Floats
from tasks.forecasting.fallback import Names, filled, like_others
from tasks.forecasting.past import quantiles
from tasks.forecasting.ridge import Design
from tasks.forecasting.weather import MEASURED, Weather

MEDIAN, MEAN = "load_median", "load_mean"
MODEL, SIMILAR = "model", "similar"
LADDER = "ladder"
"""The name of what forecasts where there is no model."""
MONTH_DAYS = 28
LEVELS = tuple(level for pair in conformal.COVERAGES.values() for level in pair)


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
    """

    days: Days
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    weights: Floats | None = None
    kinds: tuple[str, ...] = ()
    clear_w_per_m2: Floats | None = None
    chain: Floats | None = None
    design: Design | None = None
    weather: Weather | None = None


@dataclass(frozen=True)
class Issue:
    """Forecasts by the forecaster's name, raw quantiles by their level where there are some, tiers and sums.

    Each is series × slots of one day, or series × days × slots of several; the sums are groups × slots.
    """

    expected: Mapping[str, Floats]
    quantiles: Mapping[float, Floats] = field(default_factory=dict)
    tier: Names | None = None
    sums: Floats | None = None


@dataclass(frozen=True)
class Forecaster:
    """How one target is forecast.

    Attributes:
        target: what is forecast, as ``gold.forecast`` names it.
        main: the name of the forecast that the intervals are around.
        kinds: the models it may have, by their names.
        least_days: so many days of history are needed to train.
        floor: nothing can come below.
        trees: its own settings of the trees, which others may be tried instead of.
        train: makes a model, and says which it is, from the days before a day, with settings other than its own.
        issue: forecasts one day, also without a model.
        explain: what each feature adds to one series' forecast of a day, by its name, one number per slot.
    """

    target: str
    main: str
    kinds: Mapping[str, type]
    least_days: int
    floor: float
    trees: Trees
    train: Callable[[Known, int, Trees], tuple[str, Any]]
    issue: Callable[[Any, Known, int, Floats | None], Issue]
    explain: Callable[[Any, Known, int, int], dict[str, Floats]] | None = None


def _train_load(known: Known, number: int, trees: Trees) -> tuple[str, load.LoadModel]:
    """With weather where it was known on enough days."""
    weather = known.weather
    if weather is not None:
        is_known = ~np.isnan(weather.values[MEASURED[0]][:, :number]).all((0, 2))
        weather = weather if is_known.sum() >= load.FIRST_DAYS else None
    return load.NAME, load.train(known.days, number, weather, trees)


def issue_load(model: load.LoadModel | None, known: Known, number: int, own: Floats | None = None) -> Issue:
    """Each member's load: the median has the intervals; the means add up to the community's forecast.

    Args:
        model: None where there is none.
        known: the history.
        number: the day.
        own: what each member's own ridge says of the day, where it was asked already.
    """
    days = known.days
    ladder, clock = ladder_of(baselines.LOAD, days, number), clock_quantiles(days, number)
    weather = known.weather if model is not None and load.knows_weather(model) else None
    found = None if model is None else load.forecast(model, days, number, known.design, weather, own)
    median, tier = _tiers(found.median if found else None, known, ladder)
    means, _ = _tiers(found.mean if found else None, known, ladder)
    raw = {
        level: _tiers(clock[level] if found is None else _or(found.quantiles[level], clock[level]), known, ladder)[0]
        for level in LEVELS
    }
    here, past = active(days, number), days.until(number)
    groups = [*known.groups.values(), here]
    sums = forecast_sums(past, number, groups, means)
    means[here] = reconciled(means[here], sums[-1])
    return Issue({MEDIAN: median, MEAN: means, **ladder}, raw, tier, sums[:-1])


def explain_load(model: load.LoadModel, known: Known, number: int, series: int) -> dict[str, Floats]:
    """What each feature adds to one member's median, in kWh."""
    weather = known.weather if load.knows_weather(model) else None
    return load.contributions(model, known.days, number, series, weather)


def _train_solar(known: Known, number: int, trees: Trees) -> tuple[str, Any]:
    """The weather-driven model where the weather was forecast on enough days, otherwise the one without."""
    assert known.clear_w_per_m2 is not None
    if known.chain is not None:
        with_weather = (~np.isnan(known.chain[:, solar.FIRST_DAYS : number])).any((0, 2)).sum()
        if with_weather >= solar.FIRST_DAYS:
            clear, chain = known.clear_w_per_m2, known.chain
            return solar_weather.NAME, solar_weather.train(known.days, number, clear, chain, trees)
    return solar.NAME, solar.train(known.days, number, known.clear_w_per_m2, trees)


def issue_solar(
    model: solar.SolarModel | solar_weather.SolarWeatherModel | None,
    known: Known,
    number: int,
    own: Floats | None = None,
) -> Issue:
    """Each member's output per kWp; the arguments are those of ``issue_load``."""
    days, clear = known.days, known.clear_w_per_m2
    ladder, clock = ladder_of(baselines.SOLAR, days, number), clock_quantiles(days, number)
    assert clear is not None
    found: Mapping[float, Floats] = {}
    if isinstance(model, solar.SolarModel):
        found = solar.forecast(model, days, number, clear)
    elif model is not None:
        found = solar_weather.forecast(model, days, number, clear, _chain(known, number))
    middle, tier = _tiers(found.get(solar.MIDDLE), known, ladder)
    raw = {level: _tiers(_or(found.get(level, clock[level]), clock[level]), known, ladder)[0] for level in LEVELS}
    weights = np.ones(len(days.series)) if known.weights is None else known.weights
    added = [(middle[list(group)] * weights[list(group), None]).sum(0) for group in known.groups.values()]
    return Issue({solar.NAME: middle, **ladder}, raw, tier, np.array(added).reshape(-1, days.slots))


def explain_solar(
    model: solar.SolarModel | solar_weather.SolarWeatherModel, known: Known, number: int, series: int
) -> dict[str, Floats]:
    """What each feature adds to one member's output, in kW per kWp."""
    days, clear = known.days, known.clear_w_per_m2
    assert clear is not None
    if isinstance(model, solar.SolarModel):
        return solar.contributions(model, days, number, clear, series)
    return solar_weather.contributions(model, days, number, clear, _chain(known, number), series)


def _chain(known: Known, number: int) -> Floats:
    """What the weather makes of the panels: nothing is known where none was forecast."""
    return np.full_like(known.days.with_days(number + 1).values, np.nan) if known.chain is None else known.chain


def _train_price(known: Known, number: int, trees: Trees) -> tuple[str, price.PriceModel]:
    return price.NAME, price.train(known.days, number, trees)


def issue_price(model: price.PriceModel | None, known: Known, number: int, own: Floats | None = None) -> Issue:
    """The day-ahead price of one zone, in EUR/MWh; the arguments are those of ``issue_load``."""
    ladder = ladder_of(baselines.PRICE, known.days, number)
    if model is not None:
        expected, tier = _tiers(price.forecast(model, known.days, number), known, ladder)
        return Issue({price.NAME: expected, **ladder}, {}, tier)
    expected, tier = _tiers(None, known, ladder)
    month = known.days.until(number).values[:, -MONTH_DAYS - 1 :]
    return Issue({price.NAME: expected, **ladder}, conformal.around(expected, np.diff(month, axis=1)), tier)


LOAD = Forecaster(
    target="consumption",
    main=MEDIAN,
    kinds={load.NAME: load.LoadModel},
    least_days=load.FIRST_DAYS + 1,
    floor=0.0,
    trees=load.TREES,
    train=_train_load,
    issue=issue_load,
    explain=explain_load,
)
SOLAR = Forecaster(
    target="production",
    main=solar.NAME,
    kinds={solar.NAME: solar.SolarModel, solar_weather.NAME: solar_weather.SolarWeatherModel},
    least_days=solar.FIRST_DAYS + 1,
    floor=0.0,
    trees=solar.TREES,
    train=_train_solar,
    issue=issue_solar,
    explain=explain_solar,
)
PRICE = Forecaster(
    target="price",
    main=price.NAME,
    kinds={price.NAME: price.PriceModel},
    least_days=price.LEAST_DAYS,
    floor=-np.inf,
    trees=price.TREES,
    train=_train_price,
    issue=issue_price,
)
FORECASTERS = {one.target: one for one in (LOAD, SOLAR, PRICE)}


def ladder_of(ladder: Mapping[str, baselines.Baseline], days: Days, number: int) -> dict[str, Floats]:
    """Every baseline of the day, the best to fall back to last in the module, hence first here."""
    past = days.until(number)
    return {name: baseline(past, number) for name, baseline in reversed(list(ladder.items()))}


def clock_quantiles(days: Days, number: int) -> dict[float, Floats]:
    """What the slot brought on the 28 days before, by level: the raw quantiles of what has no model."""
    past = days.until(number).values[:, max(number - MONTH_DAYS, 0) :]
    if not past.shape[1]:
        return dict.fromkeys((*LEVELS, 0.5), np.full((len(days.series), days.slots), np.nan))
    levels = sorted({*LEVELS, 0.5})
    return dict(zip(levels, quantiles(past, np.ones((1, 1, 1)), levels), strict=True))


def _tiers(of_model: Floats | None, known: Known, ladder: Mapping[str, Floats]) -> tuple[Floats, Names]:
    """Values and the tiers they are of: the model, the ladder, those alike by the register."""
    first = ladder if of_model is None else {MODEL: of_model, **ladder}
    alike = {SIMILAR: like_others(next(iter(first.values())), known.kinds)} if known.kinds else {}
    return filled({**first, **alike})


def _or(values: Floats, otherwise: Floats) -> Floats:
    return np.where(np.isnan(values), otherwise, values)


def stacked(issues: Sequence[Issue]) -> Issue:
    """Days in a row as one: series × days × slots, and groups × days × slots."""

    def together(parts: Sequence[Mapping[Any, Floats]]) -> dict[Any, Floats]:
        return {key: np.stack([part[key] for part in parts], axis=1) for key in parts[0]}

    sums = [one.sums for one in issues if one.sums is not None]
    return Issue(
        together([one.expected for one in issues]),
        together([one.quantiles for one in issues]),
        sums=np.stack(sums, axis=1) if sums else None,
    )


def issue_days(forecaster: Forecaster, model: Any, known: Known, numbers: range) -> Issue:  # noqa: ANN401
    """Days in a row, each from the days before it, with one model: series × days × slots."""
    own = load.own_ridge(known.days, numbers) if isinstance(model, load.LoadModel) else None
    return stacked(
        [
            forecaster.issue(model, known, number, None if own is None else own[:, place])
            for place, number in enumerate(numbers)
        ]
    )


def only(known: Known, series: Sequence[int]) -> Known:
    """Some of the series, without groups."""
    numbers = list(series)
    return replace(
        known,
        days=known.days.only(numbers),
        groups={},
        weights=None if known.weights is None else known.weights[numbers],
        kinds=tuple(known.kinds[number] for number in numbers) if known.kinds else (),
        chain=None if known.chain is None else known.chain[numbers],
        design=None,
        weather=None
        if known.weather is None
        else replace(known.weather, zones=tuple(known.weather.zones[number] for number in numbers)),
    )

"""The forecaster of each target: its training, its forecasts and its fallbacks.

A missing or broken model, or one that knows nothing of a series, leaves its place to the next tier: the ladder of
baselines, then panels and homes like the series' own. Every slot is filled, and each forecast names its tier.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from wattlake.tasks.forecasting import baselines, conformal, load, price, solar, solar_weather
from wattlake.tasks.forecasting.aggregate import active, forecast_sums, reconciled
from wattlake.tasks.forecasting.baselines import Baseline
from wattlake.tasks.forecasting.boosted import Trees
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.fallback import by_tier, ladder_of, quantiles_by_tier, recent_errors
from wattlake.tasks.forecasting.forecaster import Forecaster, Issue, IssuedDays, Known, stacked_issues
from wattlake.tasks.forecasting.misses import around
from wattlake.tasks.forecasting.weather import MEASURED

MEDIAN, MEAN = "load_median", "load_mean"
LADDER = "ladder"
"""The name of the forecaster where there is no model."""
ENERGY_HISTORY_DAYS = 275
"""The longest look back of load and output: the ridge's window and what its means have not forgotten."""
PRICE_HISTORY_DAYS = 380
"""A year, which the longest of the price's calibration windows is, and what its lags need before it."""


def _ladder(
    model: object | None, ladder: Mapping[str, Baseline], days: Days, number: int
) -> tuple[dict[str, Floats], Mapping[float, Floats]]:
    """Return the baselines of a day, best first; without a model also the first one's quantiles.

    Those are raw and of its own errors. The order is fixed: chosen by the errors of the last 28 days they came to 4.6
    to 4.9 % of kWp on 36 days of 15 simulated roofs, smart persistence alone to 4.4 %.
    """
    steps = ladder_of(ladder, days, number)
    if model is not None:
        return steps, {}
    first = next(iter(steps))
    errors = recent_errors(ladder[first], days, number)
    return steps, around(steps[first], errors) if errors.shape[1] >= conformal.ENOUGH_DAYS else {}


def _train_load(known: Known, number: int, trees: Trees) -> tuple[str, load.LoadModel]:
    """Train the load model, with weather where it was known on 28 days or more."""
    weather = known.weather
    if weather is not None:
        is_known = ~np.isnan(weather.values[MEASURED[0]][:, :number]).all((0, 2))
        weather = weather if is_known.sum() >= load.FIRST_DAYS else None
    return load.NAME, load.train(known.days, number, weather, trees, known.also)


def issue_load(model: load.LoadModel | None, known: Known, number: int, own: Floats | None = None) -> Issue:
    """Forecast each member's load: intervals for the median, means that add up to the community.

    Args:
        model: None where there is none.
        known: the history.
        number: the day.
        own: what each member's own ridge says of the day, where it was asked already.
    """
    days = known.days
    ladder, errors = _ladder(model, baselines.LOAD, days, number)
    weather = known.weather if model is not None and load.knows_weather(model) else None
    issued = None if model is None else load.forecast(model, days, number, known.design, weather, own, known.features)
    median, tier = by_tier(issued.median if issued else None, known.kinds, ladder)
    means, _ = by_tier(issued.mean if issued else None, known.kinds, ladder)
    raw = quantiles_by_tier(issued.quantiles if issued else errors, days, number, known.kinds, ladder)
    here, past = active(days, number), days.until(number)
    groups = [*known.groups.values(), here]
    sums = forecast_sums(past, number, groups, means)
    means[here] = reconciled(means[here], sums[-1])
    return Issue({MEDIAN: median, MEAN: means, **ladder}, raw, tier=tier, sums=sums[:-1])


def explain_load(model: load.LoadModel, known: Known, number: int, series: int) -> dict[str, Floats]:
    """Return what each feature adds to one member's median, in kWh."""
    weather = known.weather if load.knows_weather(model) else None
    return load.contributions(model, known.days, number, series, weather)


def _train_solar(known: Known, number: int, trees: Trees) -> tuple[str, Any]:
    """Train with weather where it was forecast on 14 days or more, otherwise without."""
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
    """Forecast each member's output in kW per kWp; the arguments are those of ``issue_load``."""
    days, clear = known.days, known.clear_w_per_m2
    ladder, errors = _ladder(model, baselines.SOLAR, days, number)
    assert clear is not None
    by_level: Mapping[float, Floats] = {}
    if isinstance(model, solar.SolarModel):
        by_level = solar.forecast(model, days, number, clear)
    elif model is not None:
        by_level = solar_weather.forecast(model, days, number, clear, _chain(known, number))
    middle, tier = by_tier(by_level.get(solar.MIDDLE), known.kinds, ladder)
    raw = quantiles_by_tier(by_level or errors, days, number, known.kinds, ladder)
    weights = np.ones(len(days.series)) if known.weights is None else known.weights
    added = [(middle[list(group)] * weights[list(group), None]).sum(0) for group in known.groups.values()]
    return Issue({solar.NAME: middle, **ladder}, raw, tier=tier, sums=np.array(added).reshape(-1, days.slots))


def explain_solar(
    model: solar.SolarModel | solar_weather.SolarWeatherModel, known: Known, number: int, series: int
) -> dict[str, Floats]:
    """Return what each feature adds to one member's output, in kW per kWp."""
    days, clear = known.days, known.clear_w_per_m2
    assert clear is not None
    if isinstance(model, solar.SolarModel):
        return solar.contributions(model, days, number, clear, series)
    return solar_weather.contributions(model, days, number, clear, _chain(known, number), series)


def _chain(known: Known, number: int) -> Floats:
    """Return what the weather makes of the panels, in kW per kWp; NaN where none was forecast."""
    return np.full_like(known.days.with_days(number + 1).values, np.nan) if known.chain is None else known.chain


def _train_price(known: Known, number: int, trees: Trees) -> tuple[str, price.PriceModel]:
    return price.NAME, price.train(known.days, number, trees)


def issue_price(model: price.PriceModel | None, known: Known, number: int, own: Floats | None = None) -> Issue:
    """Forecast the day-ahead price of one zone in EUR/MWh; arguments as in ``issue_load``."""
    ladder, errors = _ladder(model, baselines.PRICE, known.days, number)
    sums = np.empty((0, known.days.slots))  # Prices are not added up.
    if model is not None:
        expected, tier = by_tier(price.forecast(model, known.days, number), known.kinds, ladder)
        return Issue({price.NAME: expected, **ladder}, tier=tier, sums=sums)
    expected, tier = by_tier(None, known.kinds, ladder)
    raw = quantiles_by_tier(errors, known.days, number, known.kinds, ladder)
    return Issue({price.NAME: expected, **ladder}, raw, tier=tier, sums=sums)


LOAD = Forecaster(
    target="consumption",
    shown=(MEDIAN, MEAN),
    kinds={load.NAME: load.LoadModel},
    least_days=load.FIRST_DAYS + 1,
    floor=0.0,
    trees=load.TREES,
    train=_train_load,
    issue=issue_load,
    history_days=ENERGY_HISTORY_DAYS,
    explain=explain_load,
)
SOLAR = Forecaster(
    target="production",
    shown=(solar.NAME,),
    kinds={solar.NAME: solar.SolarModel, solar_weather.NAME: solar_weather.SolarWeatherModel},
    least_days=solar.FIRST_DAYS + 1,
    floor=0.0,
    trees=solar.TREES,
    train=_train_solar,
    issue=issue_solar,
    history_days=ENERGY_HISTORY_DAYS,
    explain=explain_solar,
)
PRICE = Forecaster(
    target="price",
    shown=(price.NAME,),
    kinds={price.NAME: price.PriceModel},
    least_days=price.LEAST_DAYS,
    floor=-np.inf,
    trees=price.TREES,
    train=_train_price,
    issue=issue_price,
    history_days=PRICE_HISTORY_DAYS,
)
FORECASTERS = {forecaster.target: forecaster for forecaster in (LOAD, SOLAR, PRICE)}


def issue_days(forecaster: Forecaster, model: Any, known: Known, numbers: range) -> IssuedDays:  # noqa: ANN401
    """Issue days in a row with one model, each from the days before it: series × days × slots."""
    own = load.own_ridge(known.days, numbers) if isinstance(model, load.LoadModel) else None
    return stacked_issues(
        [
            forecaster.issue(model, known, number, None if own is None else own[:, position])
            for position, number in enumerate(numbers)
        ]
    )

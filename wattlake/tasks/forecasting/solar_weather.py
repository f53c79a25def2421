"""Tomorrow's solar output from the weather forecast: pvlib's chain, corrected by trees.

The chain (``tasks/producers/pv_output_hourly``) turns forecast radiation and temperature into output per kWp for a tilt
and an azimuth. The trees learn over all panels how far off it is: shading, losses, a wrong azimuth, the weather model's
bias, and last hours that were duller than forecast. Where no weather is known, the model without weather speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattlake.tasks.forecasting import solar
from wattlake.tasks.forecasting.boosted import Boosted, Trees, boost_each
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.misses import LEVELS
from wattlake.tasks.forecasting.past import decaying, mean
from wattlake.tasks.forecasting.sky import Sky, sky_of
from wattlake.tasks.forecasting.solar_features import LEAST, solar_table

NAME, VERSION = "solar_weather", "2"
WINDOW_DAYS = 28
SHRINK_DAYS = 3.0
"""A panel's own bias is taken for less than it is while it was seen on few days."""
QUANTILE = {**solar.TREES, "objective": "quantile", "num_iterations": 120}


@dataclass(frozen=True)
class SolarWeatherModel:
    """Trees for the chain's error, its middle and quantiles, and the model without weather."""

    middle: Boosted
    quantiles: Mapping[float, Boosted]
    plain: solar.SolarModel


def train(
    days: Days, number: int, clear_w_per_m2: Floats, chain: Floats, trees: Trees | None = None
) -> SolarWeatherModel:
    """Train on the days before a day.

    Args:
        days: output in kW per kWp.
        number: the day.
        clear_w_per_m2: radiation under a clear sky, days × slots.
        chain: what the chain made of the weather as it was forecast when each day began, kW per kWp, series × days ×
            slots; NaN where there was no forecast.
        trees: settings other than those of the model without weather.

    Raises:
        ValueError: there are not fifteen days of history, or no forecast of the weather on any of them.
    """
    plain, past = solar.train(days, number, clear_w_per_m2, trees), days.until(number)
    sky = sky_of(past, clear_w_per_m2[:number])
    names, tables, errors, is_drawn = list[str](), [], [], solar.drawn_slots(past)
    for day in range(solar.FIRST_DAYS, number):
        names, table = _table(past, sky, day, chain)
        error = (past.values[:, day] - chain[:, day]).reshape(-1)
        used = (np.nan_to_num(chain[:, day]).reshape(-1) > LEAST) & ~np.isnan(error) & is_drawn
        tables.append(table[used])
        errors.append(error[used])
    table, error = np.concatenate(tables), np.concatenate(errors)
    if not error.size:
        raise ValueError(
            f"No weather was forecast on the {number} days of history; use the solar model without weather."
        )
    own = dict(trees or {})
    levels = [QUANTILE | own | {"alpha": level} for level in LEVELS]
    middle, *quantiles = boost_each(names, table, error, [{**solar.TREES, **own}, *levels])
    return SolarWeatherModel(middle, dict(zip(LEVELS, quantiles, strict=True)), plain)


def forecast(
    model: SolarWeatherModel, days: Days, number: int, clear_w_per_m2: Floats, chain: Floats
) -> dict[float, Floats]:
    """Forecast one day of each series: quantiles by their level, 0.5 being the forecast itself.

    Args:
        model: trained on days before the day.
        days: output in kW per kWp; only the days before the day are read.
        number: the day.
        clear_w_per_m2: radiation under a clear sky, days × slots.
        chain: as in ``train``, the day's own included; where that is NaN the model without weather speaks.
    """
    without = solar.forecast(model.plain, days, number, clear_w_per_m2)
    past = days.until(number).with_days(number + 1)
    _, table = _table(past, sky_of(past, clear_w_per_m2[: number + 1]), number, chain)
    today = chain[:, number]
    by_level = {}
    for level, trees in {solar.MIDDLE: model.middle, **model.quantiles}.items():
        corrected = np.maximum(today + trees.predict(table).reshape(today.shape), 0.0)
        by_level[level] = np.where(np.isnan(today), without[level], np.where(today > LEAST, corrected, 0.0))
    return by_level


def contributions(
    model: SolarWeatherModel, days: Days, number: int, clear_w_per_m2: Floats, chain: Floats, series: int
) -> dict[str, Floats]:
    """Return what each feature adds to a series' forecast of a day: kW per kWp and slot by name.

    The chain, from which the trees correct, and ``base`` are in it; what is below zero is not cut off.
    """
    today = chain[series, number]
    without = solar.contributions(model.plain, days, number, clear_w_per_m2, series)
    past = days.until(number).with_days(number + 1)
    _, table = _table(past, sky_of(past, clear_w_per_m2[: number + 1]), number, chain)
    rows = table.reshape(len(days.series), days.slots, -1)[series]
    corrected = model.middle.contributions(rows) | {"weather_chain": today}
    unknown, is_day, zero = np.isnan(today), np.nan_to_num(today) > LEAST, np.zeros(days.slots)
    return {
        name: np.where(unknown, without.get(name, zero), np.where(is_day, corrected.get(name, zero), 0.0))
        for name in {**corrected, **without}
    }


def _table(days: Days, sky: Sky, number: int, chain: Floats) -> tuple[list[str], Floats]:
    """Build names and rows × features: those without weather, the chain and its past errors."""
    names, table, _ = solar_table(days, sky, number)
    features = _chain_features(days, number, chain)
    shape = (len(days.series), days.slots)
    columns = [np.broadcast_to(column, shape).reshape(-1) for column in features.values()]
    return [*names, *features], np.concatenate([table, np.stack(columns, axis=1)], axis=1)


def _chain_features(days: Days, number: int, chain: Floats) -> dict[str, Floats]:
    first, hour = max(number - WINDOW_DAYS, 0), days.slots // 24
    errors, today = days.values[:, first:number] - chain[:, first:number], chain[:, number]
    newest, day_mean = errors[:, -1], mean(today, 1)[:, None]
    recent = decaying(errors.shape[1], 7.0)
    known = (~np.isnan(errors).all(2)).sum(1)[:, None]
    bias = np.nan_to_num(mean(errors, 1, recent)) * known / (known + SHRINK_DAYS)
    lasts = {f"chain_error_last_{hours}h": mean(newest[:, -hours * hour :], 1)[:, None] for hours in (3, 6, 12, 24)}
    return {
        "chain": today,
        "chain_before": np.roll(today, hour, 1),
        "chain_after": np.roll(today, -hour, 1),
        "chain_day": day_mean,
        "chain_step": today - days.values[:, number - 1],
        "chain_change": today - chain[:, number - 1],
        "chain_bias": bias,
        "chain_bias_day": mean(bias, 1)[:, None],
        "chain_error_24h": newest,
        "chain_spread": np.sqrt(mean(errors**2, 1)),
        **lasts,
    }

"""Ridge regression of each series and slot of the clock, fitted anew at each issue.

It learns what the trees that serve all members cannot know of one: how much yesterday says of today *here*. On sums of
members it follows a drift of the level within days. Hoerl and Kennard (1970), Ridge Regression.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattlake.tasks.forecasting.days import Booleans, Days, Floats
from wattlake.tasks.forecasting.past import earlier, mean, running_mean, trailing_mean

WINDOW_DAYS = 180
FIRST_DAYS = 14
"""The features of so many first days are made from too little to learn from."""
ENOUGH_DAYS = 21
SCALE_DAYS = 28
FADED_DAYS = 60
"""After so many days more the running means have forgotten."""
BLOCK = 200
FURTHEST = 5.0
"""Features further out than so many scales are cut to that: one feast is no habit."""
FURTHEST_DEVIATIONS = 4.0
YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Design:
    """The features of each day, made from the days before it.

    Attributes:
        features: series × slots × days × features.
        base: what is expected without a regression, series × days × slots; the regression tells how far off it is.
        scale: one number per series and day (series × days × 1), the unit of features and target.
    """

    features: Floats
    base: Floats
    scale: Floats


def design(days: Days) -> Design:
    """Build the features of every day of a history; those of a day know nothing of it."""
    values, is_off = days.values, days.is_off()
    scale = np.maximum(trailing_mean(mean(values, 2)[:, :, None], SCALE_DAYS), 1e-3)
    base = (running_mean(values, 6.6) + running_mean(values, 13.5, is_off, 0.1)) / 2
    yesterday, unusual = earlier(values, 1), earlier((values - base) / scale, 1)
    for late in (yesterday, unusual):
        late[:, :, days.slots - days.late_slots :] = np.nan
    hour = days.slots // 24
    beside = np.concatenate([unusual[:, :, :1], unusual, unusual[:, :, -1:]], axis=2)
    levels = [yesterday, *(earlier(values, lag) for lag in (2, 7, 14))]
    levels += [trailing_mean(values, window) for window in (7, 28)]
    levels += [
        running_mean(values, 22.8, is_off, 0.0),
        running_mean(values, 4.3, is_off, 0.0),
        running_mean(values, 2.4),
    ]
    levels += [np.stack([earlier(values, lag) for lag in (7, 14, 21, 28)]).mean(0)]
    features = [(level - base) / scale for level in levels]
    features += [mean(unusual[:, :, hours], 2)[:, :, None] for hours in _stretches(hour)]
    features += [
        trailing_mean(mean(unusual, 2)[:, :, None], 7),
        (beside[:, :, :-2] + beside[:, :, 2:]) / 2,
        base / scale,
    ]
    features += [column[None].astype(np.float64) for column in _calendar(days)]
    table = np.stack([np.broadcast_to(feature, values.shape) for feature in features], axis=-1)
    table = np.clip(np.nan_to_num(table, posinf=0.0, neginf=0.0), -FURTHEST, FURTHEST)
    return Design(np.ascontiguousarray(table.transpose(0, 2, 1, 3)), base, scale)


@dataclass(frozen=True)
class Fitted:
    """One linear model per series and slot.

    Attributes:
        centre: of the features, series × slots × features.
        deviation: of the features.
        coefficients: of the standardised features.
        middle: of the target, series × slots.
        is_enough: whether there was enough to learn from, series × slots.
    """

    centre: Floats
    deviation: Floats
    coefficients: Floats
    middle: Floats
    is_enough: Booleans


def ridge_in_blocks(days: Days, numbers: range, penalty: float) -> Floats:
    """Forecast days in a row, 200 series at once: series × days × slots.

    The models are fitted once, on the months before the first day. Blocks spare the memory of all designs at once.
    """
    first = max(0, numbers[0] - WINDOW_DAYS - FADED_DAYS)
    values = days.with_days(numbers[-1] + 1).values[:, first:]
    recent = replace(days, first_day=days.day(first), values=values)
    blocks = []
    for start in range(0, len(days.series), BLOCK):
        block = recent.only(range(start, min(start + BLOCK, len(days.series))))
        known = design(block)
        fitted = fit(known, block, numbers[0] - first, penalty)
        blocks.append(np.stack([expected(fitted, known, number - first) for number in numbers], axis=1))
    return np.concatenate(blocks)


def ridge(known: Design, days: Days, number: int, penalty: float, half_life_days: float = np.inf) -> Floats:
    """Forecast a day from those before it: series × slots; NaN with fewer than 21 known days.

    Args:
        known: of the same days.
        days: the history; of it only the days before the day are read.
        number: the day.
        penalty: on the squares of the standardised coefficients, in days.
        half_life_days: after how many days one counts half.
    """
    return expected(fit(known, days, number, penalty, half_life_days), known, number)


def fit(known: Design, days: Days, number: int, penalty: float, half_life_days: float = np.inf) -> Fitted:
    """Fit on the days before one; the arguments are those of ``ridge``."""
    first = min(max(FIRST_DAYS, number - WINDOW_DAYS), number)
    past = slice(first, number)
    target = ((days.values[:, past] - known.base[:, past]) / known.scale[:, past]).transpose(0, 2, 1)
    weights = np.where(np.isnan(target), 0.0, 0.5 ** ((number - np.arange(first, number)) / half_life_days))
    total = np.maximum(weights.sum(2), 1e-9)[..., None]
    table, target = known.features[:, :, past], np.nan_to_num(target)
    centre = np.einsum("shdf,shd->shf", table, weights) / total
    middle = (target * weights).sum(2) / total[..., 0]
    centred = table - centre[:, :, None]
    deviation = np.sqrt(np.einsum("shdf,shd->shf", centred**2, weights) / total)
    deviation[deviation < 1e-6] = 1.0
    centred /= deviation[:, :, None]
    weighted = centred * weights[..., None]
    gram = weighted.transpose(0, 1, 3, 2) @ centred + penalty * np.eye(table.shape[-1])
    moment = np.einsum("shdf,shd->shf", weighted, target - middle[..., None])
    coefficients = np.linalg.solve(gram, moment[..., None])[..., 0]
    return Fitted(centre, deviation, coefficients, middle, (weights > 0).sum(2) >= ENOUGH_DAYS)


def expected(fitted: Fitted, known: Design, number: int) -> Floats:
    """Forecast a day with a fitted model: series × slots."""
    standard = (known.features[:, :, number] - fitted.centre) / fitted.deviation
    today = np.clip(standard, -FURTHEST_DEVIATIONS, FURTHEST_DEVIATIONS)
    off = (today * fitted.coefficients).sum(2) + fitted.middle
    values = off * known.scale[:, number] + known.base[:, number]
    return np.where(fitted.is_enough, np.maximum(values, 0.0), np.nan)


def _stretches(hour: int) -> list[slice]:
    """List the parts of yesterday: the whole day, its last six hours, its last two, its morning."""
    return [slice(None), slice(-6 * hour, None), slice(-2 * hour, None), slice(6 * hour, 12 * hour)]


def _calendar(days: Days) -> list[Floats]:
    """Build columns of weekdays, days off (before, on, after) and day-length pace: days × slots."""
    weekdays = days.weekdays()
    day_of_year = np.array([days.day(number).timetuple().tm_yday for number in range(days.values.shape[1])])
    pace = np.sin(2 * np.pi * (day_of_year + 10) / YEAR_DAYS)[:, None]
    off = [days.is_off(later) for later in (-1, 0, 1)]
    return [*(weekdays == weekday for weekday in range(7)), *off, np.broadcast_to(pace, weekdays.shape)]

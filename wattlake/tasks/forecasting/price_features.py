"""Features of tomorrow's prices from the days before and the calendar, in asinh units."""

import numpy as np

from wattlake.tasks.forecasting.days import Days, Floats, Integers
from wattlake.tasks.forecasting.past import mean

LAGS_DAYS = (1, 2, 3, 7)
FIRST_DAYS = 28
SUNDAY = 6


def regressors(days: Days, scaled: Floats, numbers: Integers) -> Floats:
    """Build the regressors of the autoregressions: days × regressors.

    They are the hours of earlier days, the weekday, whether a day beside is a holiday, yesterday's highest, lowest and
    mean price, the week's level and the season.
    """
    hourly = scaled.reshape(len(scaled), 24, -1).mean(2)
    kinds, is_bridge = _kinds(days, int(numbers[-1]))
    yesterday = scaled[numbers - 1]
    week = np.mean([scaled[numbers - lag].mean(1) for lag in range(1, 8)], axis=0)
    seasons = [2 * np.pi * days.day(int(number)).timetuple().tm_yday / 365.25 for number in numbers]
    ends = np.stack([yesterday.max(1), yesterday.min(1), yesterday.mean(1), week, np.sin(seasons), np.cos(seasons)], 1)
    lags = [hourly[numbers - lag] for lag in LAGS_DAYS]
    return np.concatenate([*lags, np.eye(7)[kinds[numbers]], is_bridge[numbers, None], ends], axis=1)


def _kinds(days: Days, number: int) -> tuple[Integers, Floats]:
    """Return the weekday of each day, holidays as Sundays, and whether a day beside it is one.

    The days are those up to ``number``.
    """
    dates = [days.day(day) for day in range(-1, number + 2)]
    is_holiday = np.array([on in days.holidays for on in dates])
    kinds = np.where(is_holiday, SUNDAY, np.array([on.weekday() for on in dates]))
    return kinds[1:-1], (is_holiday[:-2] | is_holiday[2:]).astype(np.float64)


def step_table(
    days: Days, prices: Floats, number: int, median: float, deviation: float
) -> tuple[list[str], Floats, Floats]:
    """Build names, a table of slots × features, and yesterday's price of each slot.

    All is in asinh units; the levels are relative to the slot's price of yesterday.
    """
    scaled = np.arcsinh((prices[max(number - FIRST_DAYS, 0) : number] - median) / deviation)
    yesterday, daily, hour = scaled[-1], scaled.mean(1), days.slots // 24
    kinds, is_bridge = _kinds(days, number)
    levels = {f"lag_{lag * 24}h": scaled[-lag] for lag in (2, 3, 7, 14)} | {
        "lag_23h": np.roll(yesterday, -hour),
        "lag_25h": np.roll(yesterday, hour),
        "mean_7d": mean(scaled[-7:], 0),
        "mean_28d": mean(scaled, 0),
        "weekday_mean_4w": mean(scaled[[-7, -14, -21, -28]], 0),
        "day_mean": daily[-1],
        "day_highest": yesterday.max(),
        "day_lowest": yesterday.min(),
        "last_hour": yesterday[-hour:].mean(),
        "last_three_hours": yesterday[-3 * hour :].mean(),
        "noon": yesterday[11 * hour : 15 * hour].mean(),
        "evening": yesterday[18 * hour : 21 * hour].mean(),
        "level_7d": daily[-7:].mean(),
        "level_28d": daily.mean(),
    }
    season = 2 * np.pi * days.day(number).timetuple().tm_yday / 365.25
    plain = {
        "yesterday": yesterday,
        "clock_hour": days.clock_hours(),
        "kind": kinds[number],
        "kind_before": kinds[number - 1],
        "bridge": is_bridge[number],
        "season_sin": np.sin(season),
        "season_cos": np.cos(season),
    }
    features = {name: level - yesterday for name, level in levels.items()} | plain
    table = np.stack([np.broadcast_to(column, yesterday.shape) for column in features.values()], axis=-1)
    return list(features), table.astype(np.float64), yesterday

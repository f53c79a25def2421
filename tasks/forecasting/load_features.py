"""What is known of a member's load at the beginning of a day: lags, usual values of the clock, the calendar."""

import numpy as np

from tasks.forecasting.days import Days, Floats
from tasks.forecasting.past import decaying, highest, lowest, mean, quantiles, spread

WINDOW_DAYS = 56
SCALE_DAYS = 28
SMALLEST_SCALE = 1e-3
LAGS_DAYS = (1, 2, 3, 4, 5, 6, 7, 14, 21, 28)
OTHER_KIND = 0.15
"""How much a working day says of a day off, and the other way round, against a day of the same kind."""

Features = dict[str, Floats]


def scale(days: Days, number: int) -> Floats:
    """Each series' mean over the 28 days before a day, one number per series; NaN where nothing is known."""
    return np.maximum(mean(days.until(number).values[:, max(number - SCALE_DAYS, 0) :], (1, 2)), SMALLEST_SCALE)


def load_features(days: Days, number: int) -> Features:
    """The features of one day, in units of each series' scale: name → series × slots.

    Nothing of the day itself or later is read but its place in the calendar, so all is known when it begins.
    """
    scaled = _window(days, number) / scale(days, number)[:, None, None]
    return {
        **_calendar(days, number),
        **_lags(scaled),
        **_last_hours(scaled),
        **_levels(scaled),
        **_clock(scaled),
        **_same_kind(scaled, _is_same_kind(days, number)),
        **_community(scaled),
        "log_scale": _each(scaled, np.log(scale(days, number))),
    }


def _window(days: Days, number: int) -> Floats:
    """The 56 days before a day; NaN before the history begins."""
    known = days.until(number).values[:, max(number - WINDOW_DAYS, 0) :]
    return np.pad(known, ((0, 0), (WINDOW_DAYS - known.shape[1], 0), (0, 0)), constant_values=np.nan)


def _is_same_kind(days: Days, number: int) -> Floats:
    """For each day and slot of the window how much its kind (day off or not) says of the day's: 1 × days × slots."""
    is_off = days.with_days(number + 1).is_off()
    window = np.pad(
        is_off[max(number - WINDOW_DAYS, 0) : number], ((WINDOW_DAYS - min(number, WINDOW_DAYS), 0), (0, 0))
    )
    return np.where(window == is_off[number], 1.0, OTHER_KIND)[None]


def _each(scaled: Floats, of_series: Floats) -> Floats:
    """One number per series in all its slots."""
    return np.broadcast_to(of_series[:, None], (scaled.shape[0], scaled.shape[2]))


def _calendar(days: Days, number: int) -> Features:
    shape = (len(days.series), days.slots)
    day = days.with_days(number + 1)
    columns = {
        "clock_hour": day.clock_hours(),
        "weekday": day.weekdays()[number],
        "is_off": day.is_off()[number],
        "is_off_before": day.is_off(-1)[number],
        "is_off_after": day.is_off(1)[number],
    }
    return {name: np.broadcast_to(column.astype(np.float64), shape) for name, column in columns.items()}


def _lags(scaled: Floats) -> Features:
    """The same slot some days ago, and its neighbours a day and a week ago."""
    flat, (series, days, slots) = scaled.reshape(len(scaled), -1), scaled.shape
    found = {f"lag_{lag * 24}h": scaled[:, -lag] for lag in LAGS_DAYS}
    for lag in (1, 7):
        for hours in (-2, -1, 1, 2):
            places = (days - lag) * slots + np.arange(slots) + hours * slots // 24
            is_past = places < days * slots
            beside = np.full((series, slots), np.nan)
            beside[:, is_past] = flat[:, places[is_past]]
            found[f"lag_{lag * 24 - hours}h"] = beside
    return found


def _last_hours(scaled: Floats) -> Features:
    """The last hours before the day begins."""
    flat, hour = scaled.reshape(len(scaled), -1), scaled.shape[2] // 24
    return {f"mean_last_{hours}h": _each(scaled, mean(flat[:, -hours * hour :], 1)) for hours in (1, 2, 3, 6, 12)}


def _levels(scaled: Floats) -> Features:
    """How high and how uneven the last days and weeks were as a whole."""
    daily, week = mean(scaled, 2), scaled[:, -7:]
    each = {
        "day_24h": daily[:, -1],
        "day_48h": daily[:, -2],
        "day_168h": daily[:, -7],
        "mean_7d": mean(daily[:, -7:], 1),
        "day_spread_28d": spread(daily[:, -28:], 1),
        "spread_24h": spread(scaled[:, -1], 1),
        "spread_28d": spread(scaled[:, -28:], (1, 2)),
        "lowest_7d": lowest(week.reshape(len(week), -1), 1),
        "highest_24h": highest(scaled[:, -1], 1),
        "highest_7d": highest(week.reshape(len(week), -1), 1),
        "lowest_peak_7d": lowest(highest(week, 2), 1),
    }
    return {name: _each(scaled, column) for name, column in each.items()}


def _clock(scaled: Floats) -> Features:
    """What the slot's clock usually brings."""
    week, month = scaled[:, -7:], scaled[:, -28:]
    found = {f"clock_mean_{days}d": mean(scaled[:, -days:], 1) for days in (7, 14, 28, 56)}
    even, recent = np.ones((1, 1, 1)), decaying(WINDOW_DAYS, 5)
    (found["clock_median_7d"],) = quantiles(week, even, (0.5,))
    (found["clock_median_recent"],) = quantiles(scaled, recent, (0.5,))
    levels = quantiles(month, even, (0.1, 0.5, 0.9))
    found |= dict(zip(("clock_low_28d", "clock_median_28d", "clock_high_28d"), levels, strict=True))
    found["clock_mean_recent"] = mean(scaled, 1, recent)
    found["clock_spread_28d"] = spread(month, 1)
    found["clock_spread_7d"], found["clock_lowest_7d"] = spread(week, 1), lowest(week, 1)
    found["weekday_mean_4w"] = mean(scaled[:, [-7, -14, -21, -28]], 1)
    return found


def _same_kind(scaled: Floats, kinds: Floats) -> Features:
    """What the clock brings on days of the same kind, and how far yesterday and its evening were from that."""
    recent = kinds * decaying(WINDOW_DAYS, 21)
    levels = quantiles(scaled, recent, (0.25, 0.5, 0.75))
    found = dict(zip(("kind_low", "kind_median", "kind_high"), levels, strict=True))
    usual = mean(scaled, 1, recent)
    found["kind_mean"], found["kind_mean_newest"] = usual, mean(scaled, 1, kinds * decaying(WINDOW_DAYS, 5))
    found["kind_mean_smooth"] = (np.roll(usual, 1, 1) + 2 * usual + np.roll(usual, -1, 1)) / 4
    unusual, hour = scaled[:, -1] - usual, scaled.shape[2] // 24
    for hours in (3, 6, 24):
        found[f"unusual_last_{hours}h"] = _each(scaled, mean(unusual[:, -hours * hour :], 1))
    return found


def _community(scaled: Floats) -> Features:
    """How the community as a whole has moved: cold spells and holidays show in all homes at once."""
    together, hour = mean(scaled, 0), scaled.shape[2] // 24
    week = mean(together[-8:-1], 0)
    moved = {
        "community_24h": mean(together[-1], 0) / mean(week, 0),
        "community_evening": mean(together[-1, -6 * hour :], 0) / mean(week[-6 * hour :], 0),
        "community_trend": mean(together[-7:], (0, 1)) / mean(together[-28:], (0, 1)),
    }
    return {name: np.full((scaled.shape[0], scaled.shape[2]), value) for name, value in moved.items()}

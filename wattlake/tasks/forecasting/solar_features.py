"""Features of tomorrow's solar output per kWp, from the output of the days before.

The season is not among it: in a history of less than a year it is no more than a trend, and trees that know it take the
newest spell of weather for one. The clear day of the last weeks tells how high the sun stands.
"""

import numpy as np

from wattlake.tasks.forecasting.baselines import MONTH_DAYS
from wattlake.tasks.forecasting.days import Booleans, Days, Floats
from wattlake.tasks.forecasting.past import decaying, lowest, mean, quantiles, spread
from wattlake.tasks.forecasting.sky import Sky

LEAST = 1e-3
"""Where even a clear day brings less (kW per kWp), it is night."""


def solar_table(days: Days, sky: Sky, number: int) -> tuple[list[str], Floats, Booleans]:
    """Build names, rows × features and, series × slots, where it is day, from the days before."""
    features = _output_features(days, number)
    features |= _sky_features(days, sky, number) | _from_yesterday(features, sky.envelope[:, number])
    table = np.stack([np.broadcast_to(column, (len(days.series), days.slots)) for column in features.values()], axis=-1)
    return list(features), table.reshape(-1, len(features)), np.asarray(features["clear_28d"] > LEAST)


def _from_yesterday(features: dict[str, Floats], clear: Floats) -> dict[str, Floats]:
    """Return how far each usual output is from yesterday's."""
    names = (
        "low_28d",
        "median_28d",
        "high_28d",
        "clear_28d",
        "lag_48h",
        "mean_3d",
        "mean_7d",
        "mean_28d",
        "mean_recent",
    )
    yesterday = features["lag_24h"]
    return {f"{name}_step": features[name] - yesterday for name in names} | {"clear_step": clear - yesterday}


def _output_features(days: Days, number: int) -> dict[str, Floats]:
    month = days.values[:, max(number - MONTH_DAYS, 0) : number]
    levels = quantiles(month, np.ones((1, 1, 1)), (0.25, 0.5, 0.75, 0.95))
    return {
        "clock_hour": days.clock_hours(),
        **{f"lag_{lag * 24}h": month[:, -lag] for lag in (1, 2, 3)},
        "lag_23h": np.roll(month[:, -1], -1, 1),
        "lag_25h": np.roll(month[:, -1], 1, 1),
        "mean_3d": mean(month[:, -3:], 1),
        "mean_7d": mean(month[:, -7:], 1),
        "mean_28d": mean(month, 1),
        "mean_recent": mean(month, 1, decaying(month.shape[1], 3.1)),
        "spread_28d": spread(month, 1),
        **dict(zip(("low_28d", "median_28d", "high_28d", "clear_28d"), levels, strict=True)),
    }


def _sky_features(days: Days, sky: Sky, number: int) -> dict[str, Floats]:
    index, slots = sky.day_index[:, max(number - MONTH_DAYS, 0) : number], days.slots
    jumps = np.abs(np.diff(days.values[:, number - 1] - sky.envelope[:, number - 1] * index[:, -1:], axis=1))
    each = {
        **{f"index_{lag}d": index[:, -lag] for lag in (1, 2, 3)},
        "index_7d": mean(index[:, -7:], 1),
        "index_28d": mean(index, 1),
        "index_lowest_7d": lowest(index[:, -7:], 1),
        "index_afternoon": sky.afternoon_index[:, number - 1],
        "index_morning": sky.morning_index[:, number - 1],
        "roughness": np.nansum(jumps, axis=1),
        "clear_peak": np.nan_to_num(sky.envelope[:, number]).max(1),
    }
    return {"clear": sky.envelope[:, number]} | {
        name: np.broadcast_to(column[:, None], (len(index), slots)) for name, column in each.items()
    }

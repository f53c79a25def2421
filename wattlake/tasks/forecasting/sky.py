"""Clearness of the sky, told from panels: output against that of the clearest recent days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from pvlib import clearsky, solarposition

from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.past import mean, quantiles

CLEAREST = 0.95
CLEAREST_DAYS = 15
LOW_SUN_W_PER_M2 = 10.0
DARK = 0.02
"""Below this share of the rated output a slot says nothing of the sky."""
HIGHEST_INDEX = 1.3


@dataclass(frozen=True)
class Sky:
    """The clearness of the sky on each day, as panels told it.

    Attributes:
        envelope: what a clear day would bring, by the 15 days before each day: series × days × slots.
        slot_index: how much of that there was at all panels together: days × slots; NaN in the dark.
        day_index: the same of each whole day and series: series × days.
        afternoon_index: of the later half of each day.
        morning_index: of the earlier half.
    """

    envelope: Floats
    slot_index: Floats
    day_index: Floats
    afternoon_index: Floats
    morning_index: Floats


def clear_sky_w_per_m2(days: Days, latitude: float, longitude: float) -> Floats:
    """Compute clear-sky radiation in the middle of each slot: days × slots, in W/m².

    It is global radiation after Haurwitz (1945).
    """
    half = timedelta(minutes=12 * 60 / days.slots)
    clear = np.zeros((days.values.shape[1], days.slots))
    at, starts = [], []
    for number in range(len(clear)):
        for slot, instants in enumerate(days.starts_utc(number)):
            at += [(number, slot)] * len(instants[:1])
            starts += [start + half for start in instants[:1]]
    sun = solarposition.get_solarposition(pd.DatetimeIndex(starts, tz="UTC"), latitude, longitude)
    clear[tuple(np.array(at).T)] = clearsky.haurwitz(sun["apparent_zenith"])["ghi"].to_numpy()
    return clear


def sky_of(days: Days, clear_w_per_m2: Floats) -> Sky:
    """Tell each day's sky from the output per kWp.

    Args:
        days: output in kW per kWp, or any unit in proportion to the rated output.
        clear_w_per_m2: radiation under a clear sky, days × slots.
    """
    floor = np.maximum(clear_w_per_m2, LOW_SUN_W_PER_M2)
    ratio = days.values / floor
    envelope = np.stack(
        [_clearest(ratio[:, max(day - CLEAREST_DAYS, 0) : day]) * floor[day] for day in range(ratio.shape[1])], axis=1
    )
    middle = int(np.argmax(np.nan_to_num(envelope).mean((0, 1)))) + 1
    together, clear = np.nansum(days.values, axis=0), np.nansum(envelope, axis=0)
    is_dark = np.nanmean(np.nan_to_num(envelope), axis=0) < DARK
    return Sky(
        envelope,
        np.where(is_dark, np.nan, _index(together, clear)),
        _index(_sum(days.values), _sum(envelope)),
        _index(_sum(days.values[:, :, middle:]), _sum(envelope[:, :, middle:])),
        _index(_sum(days.values[:, :, :middle]), _sum(envelope[:, :, :middle])),
    )


def alike(sky: Sky, number: int) -> Floats:
    """Weigh each earlier day by how alike the days before it were to those before this one.

    Likeness is of the sky over all panels: the day before, its afternoon, and the day before that; a Gaussian kernel,
    halved every 60 days of age.
    """
    day, afternoon = mean(sky.day_index, 0), mean(sky.afternoon_index, 0)
    past = np.arange(3, number)
    distance = (
        (day[past - 1] - day[number - 1]) ** 2
        + (afternoon[past - 1] - afternoon[number - 1]) ** 2
        + 0.6 * (day[past - 2] - day[number - 2]) ** 2
    )
    weights = np.exp(-np.nan_to_num(distance) / (2 * 0.2**2)) * 0.5 ** ((number - past) / 60)
    return np.concatenate([np.zeros(min(3, number)), weights])


def by_likeness(sky: Sky, number: int, levels: Sequence[float]) -> list[Floats]:
    """Return quantiles of what followed on days alike: series × slots for each level.

    They are on each series' own envelope.
    """
    weights = alike(sky, number)
    past = np.nan_to_num(sky.slot_index[:number])[None]
    return [sky.envelope[:, number] * index for index in quantiles(past, weights[None, :, None], levels)]


def _clearest(ratio: Floats) -> Floats:
    if not ratio.shape[1]:
        return np.full((len(ratio), ratio.shape[2]), np.nan)
    return quantiles(ratio, np.ones((1, 1, 1)), (CLEAREST,))[0]


def _sum(values: Floats) -> Floats:
    return np.where(np.isnan(values).all(-1), np.nan, np.nansum(values, axis=-1))


def _index(output: Floats, clear: Floats) -> Floats:
    ratio = np.divide(output, clear, out=np.full_like(output, np.nan), where=clear > DARK / 2)
    return np.clip(ratio, 0.0, HIGHEST_INDEX)

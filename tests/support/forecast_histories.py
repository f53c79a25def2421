"""Made-up histories with known patterns: homes with habits, panels under a sky, prices with two peaks."""

from datetime import date

import numpy as np

from wattlake.tasks.forecasting.days import Days, Floats

FIRST_DAY = date(2024, 1, 1)
"""A Monday."""


def days(values: Floats, first_day: date = FIRST_DAY, timezone: str = "Etc/UTC", **more: object) -> Days:
    return Days(tuple(f"m{number}" for number in range(len(values))), first_day, values, timezone, **more)


def homes(members: int = 6, count: int = 80, seed: int = 1) -> Days:
    """Homes of different size with a morning and an evening, more at weekends, and noise in proportion."""
    draw = np.random.default_rng(seed)
    clock = np.arange(24)
    habit = 0.2 + np.exp(-((clock - 8) ** 2) / 4) + 2 * np.exp(-((clock - 19) ** 2) / 8)
    weekend = np.where(np.arange(count) % 7 >= 5, 1.3, 1.0)[None, :, None]
    size = draw.uniform(0.2, 3.0, members)[:, None, None]
    return days(size * habit * weekend * draw.gamma(4.0, 0.25, (members, count, 24)))


def panels(members: int = 3, count: int = 60, seed: int = 2) -> Days:
    """Panels of different direction under one sky that is clear, hazy or dull for days on end; per kWp."""
    draw = np.random.default_rng(seed)
    clock = np.arange(24) + 0.5
    shape = np.stack([np.maximum(np.sin((clock - 6 - tilt) / 12 * np.pi), 0.0) for tilt in np.linspace(-1, 1, members)])
    shape[:, (clock < 6) | (clock > 18)] = 0.0
    index, spell = np.empty(count), 1.0
    for number in range(count):
        spell = draw.choice([1.0, 0.6, 0.2]) if draw.random() < 0.3 else spell
        index[number] = spell * draw.uniform(0.9, 1.0)
    return days(0.8 * shape[:, None, :] * index[None, :, None])


def prices(count: int = 100, slots: int = 24, seed: int = 3) -> Days:
    """Prices with two peaks, cheap weekends and negative noons; level and noise change from day to day."""
    draw = np.random.default_rng(seed)
    clock = np.arange(slots) * 24 / slots
    shape = 60 + 40 * np.sin(2 * np.pi * (clock - 3) / 12) - 70 * np.exp(-((clock - 13) ** 2) / 6)
    level = 10 * draw.standard_normal((count, 1)) - 20 * (np.arange(count) % 7 >= 5)[:, None]
    return days((shape + level + 3 * draw.standard_normal((count, slots)))[None])

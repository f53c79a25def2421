"""Weather that a forecast may know: its track, and each zone's hours as an array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wattlake.tasks.forecasting.days import Floats

NONE, FORECAST, PERFECT = "none", "forecast", "perfect"
TRACKS = (NONE, FORECAST, PERFECT)
"""Without weather; as it was forecast when each day began; and as it turned out to be, for analysis only."""
PREFIXES = tuple(f"{track}_" for track in TRACKS)
"""The names of features of weather begin with their track."""
MEASURED = (
    "temperature_celsius",
    "shortwave_w_per_m2",
    "cloud_cover_pct",
    "wind_m_per_s",
    "relative_humidity_pct",
    "weather_code",
)
MOVING = {"temperature_{}_24h_celsius": "temperature_celsius", "humidity_{}_24h_pct": "relative_humidity_pct"}
"""What has a mean and a deviation over the 24 hours up to an hour, its own included, by their names."""
MOVING_HOURS = 24
CLEAR_SKY = "clear_sky_w_per_m2"

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Weather:
    """The weather of some days, as each was seen when it began.

    Attributes:
        track: ``forecast``, or ``perfect``, which nobody can have when a forecast is issued.
        zones: the number of each series' zone; -1 where it is not known.
        values: ``MEASURED``, means and deviations of ``MOVING``, and ``CLEAR_SKY``, each zones × days × slots; NaN
            where nothing was known.
        known_at_utc: since when it is known, zones × days × slots; NaT where nothing is.
    """

    track: str
    zones: tuple[int, ...]
    values: Mapping[str, Floats]
    known_at_utc: Instants

    def of_days(self, numbers: Sequence[int]) -> pa.Table:
        """Return the rows of some days as a table.

        The columns are the place of each day among them, zone, slot, since when it is known, and the values.
        """
        days, known_at_utc = list(numbers), self.known_at_utc[:, numbers]
        zone, issue, slot = (indices.reshape(-1).astype(np.int32) for indices in np.indices(known_at_utc.shape))
        columns = {name: pa.array(part[:, days].reshape(-1), from_pandas=True) for name, part in self.values.items()}
        known = pa.array(known_at_utc.reshape(-1), pa.timestamp("us"))
        return pa.table({"issue": issue, "zone": zone, "slot": slot, "known_at_utc": known, **columns})


def moving(values: Mapping[str, Floats]) -> dict[str, Floats]:
    """Average ``MOVING`` over the 24 hours up to each hour, and give their deviation from that.

    Only known hours count. The sums go hour by hour, so that other issues beside change no bit.

    Args:
        values: zones × issues × hours.

    Returns:
        The same without the first 23 hours; NaN where no hour is known.
    """
    named = {}
    for name, of in MOVING.items():
        middle = _mean_of(_hours_back(values[of]))
        away = [(part - middle) ** 2 for part in _hours_back(values[of])]
        named[name.format("mean")] = middle
        named[name.format("deviation")] = np.sqrt(_mean_of(away))
    return named


def latest(instants: Instants) -> Instants:
    """Find the latest instant of the 24 hours up to each hour, of zones × issues × hours."""
    first, *later = _hours_back(instants)
    newest: Instants = reduce(np.fmax, later, first)
    return newest


def _hours_back(values: Any) -> list[Any]:  # noqa: ANN401 – floats or instants
    """List the values of each of the 24 hours up to an hour, the first of them first."""
    hours = values.shape[-1] - MOVING_HOURS + 1
    return [values[..., first : first + hours] for first in range(MOVING_HOURS)]


def _mean_of(parts: Sequence[Floats]) -> Floats:
    total, count = np.zeros(parts[0].shape), np.zeros(parts[0].shape)
    for part in parts:
        total += np.nan_to_num(part)
        count += ~np.isnan(part)
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)

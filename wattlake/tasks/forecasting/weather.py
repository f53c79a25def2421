"""Weather that a forecast may know: its track, and each zone's hours as an array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wattlake.tasks.forecasting.days import Floats

NONE, FORECAST, PERFECT = "none", "forecast", "perfect"
TRACKS = (NONE, FORECAST, PERFECT)
"""Without weather; as it was forecast when each day began; and as it turned out to be, for analysis only."""
MEASURED = ("temperature_celsius", "shortwave_w_per_m2", "cloud_cover_pct", "wind_m_per_s")
CLEAR_SKY = "clear_sky_w_per_m2"

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Weather:
    """The weather of some days, as each was seen when it began.

    Attributes:
        track: ``forecast``, or ``perfect``, which nobody can have when a forecast is issued.
        zones: the number of each series' zone; -1 where it is not known.
        values: ``MEASURED`` and ``CLEAR_SKY``, each zones × days × slots; NaN where nothing was known.
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

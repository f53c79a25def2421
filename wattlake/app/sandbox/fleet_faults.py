"""The faults of simulated panels, and the readings that each causes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
from numpy.typing import NDArray

from wattlake.app.sandbox.noise import Floats, Integers

KINDS = (
    "dead",
    "degraded 10 %",
    "degraded 30 %",
    "shaded afternoons",
    "stuck reading",
    "swapped units",
    "gaps",
    "clock offset",
    "tripped",
)
SLOTS_OF_DAY, SHADE_HOUR = 96, 13
TRIP_HOURS, TRIP_EVERY_DAYS = (11, 14), 3
SHADED_RATIO, GAP_RATIO, OFFSET_SLOTS, WATTS_PER_KILOWATT = 0.5, 0.3, 4, 1000


@dataclass(frozen=True)
class PlantedFault:
    """One panel's fault: its kind, and the UTC day it begins on."""

    plant_id: str
    panel_id: str
    kind: str
    first_day: date


def faulty(
    fault: PlantedFault, ac_kw: Floats, kept: NDArray[np.intp], seconds: Integers, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.intp]]:
    """Apply a fault to a panel's powers, and to the intervals that are written.

    Args:
        fault: what is wrong.
        ac_kw: the power of each interval.
        kept: the numbers of the intervals that are written.
        seconds: when each interval starts, in seconds since 1970.
        rng: draws the gaps.
    """
    first = int(np.searchsorted(seconds, datetime.combine(fault.first_day, time.min, UTC).timestamp()))
    changed = ac_kw.copy()
    hours = seconds % 86_400 / 3600
    if fault.kind == "dead":
        changed[first:] = 0
    elif fault.kind.startswith("degraded"):
        changed[first:] *= 1 - int(fault.kind.split()[1]) / 100
    elif fault.kind == "shaded afternoons":
        changed[first:][hours[first:] >= SHADE_HOUR] *= SHADED_RATIO
    elif fault.kind == "stuck reading":
        changed[first:] = ac_kw[first : first + SLOTS_OF_DAY].max()
    elif fault.kind == "swapped units":
        changed[first:] *= WATTS_PER_KILOWATT
    elif fault.kind == "tripped":
        days = (np.arange(ac_kw.size) - first) // SLOTS_OF_DAY
        at_noon = (hours >= TRIP_HOURS[0]) & (hours < TRIP_HOURS[1])
        changed[(days >= 0) & (days % TRIP_EVERY_DAYS == 0) & at_noon] = 0
    elif fault.kind == "clock offset":
        changed[first:] = np.roll(ac_kw, OFFSET_SLOTS)[first:]
    elif fault.kind == "gaps":
        return ac_kw, kept[(kept < first) | (rng.random(kept.size) >= GAP_RATIO)]
    return np.round(changed, 3), kept

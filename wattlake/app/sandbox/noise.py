"""Random numbers that depend on what they are for, never on what was asked before.

A weather that can be asked for any hour of any year must give that hour the same value whichever range it is part of.
A generator that runs through a sequence cannot do that cheaply; a hash of (seed, name, place, step) can. The hash is
SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), vectorised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Place:
    """A point on the earth, in decimal degrees (north and east are positive)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Signal:
    """A standard-normal process in time and space, smooth between its steps and between places.

    Attributes:
        name: Two signals of different names are independent.
        step_hours: Distance of the steps between which the signal is interpolated.
        persistence: Correlation of one step with the next.
        memory_steps: How many steps back a value remembers; fixed, so that access at random is exact.
    """

    name: str
    step_hours: float
    persistence: float
    memory_steps: int = 16


REGION_DEGREES, REGION_WEIGHT = 6.0, 0.96
NEIGHBOURHOOD_DEGREES, NEIGHBOURHOOD_WEIGHT = 0.2, 0.28


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def uniform(seed: int, name: str, *keys: Integers | int) -> Floats:
    """Draw independent uniform numbers in (0, 1), one per (broadcast) combination of keys."""
    state = _mix(np.array([seed & 0xFFFFFFFF], dtype=np.uint64) * _GOLDEN + np.uint64(crc32(name.encode())))
    for key in keys:
        state = _mix(state * _GOLDEN + np.asarray(key, dtype=np.int64).astype(np.uint64))
    return ((state >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(seed: int, name: str, *keys: Integers | int) -> Floats:
    """Draw independent standard-normal numbers, one per (broadcast) combination of keys.

    The method is that of Box and Muller (1958).
    """
    radius = np.sqrt(-2.0 * np.log(uniform(seed, f"{name} radius", *keys)))
    return radius * np.cos(2.0 * np.pi * uniform(seed, f"{name} angle", *keys))


def _at_place(seed: int, name: str, site: Place, steps: Integers, cell_degrees: float) -> Floats:
    """Draw independent numbers per step, bilinear between the corners of the place's cell.

    So neighbours agree.
    """
    row, column = site.latitude / cell_degrees, site.longitude / cell_degrees
    south, west = int(np.floor(row)), int(np.floor(column))
    north_share, east_share = row - south, column - west
    total, squares = np.zeros(steps.size), 0.0
    for d_row, row_share in ((0, 1 - north_share), (1, north_share)):
        for d_column, column_share in ((0, 1 - east_share), (1, east_share)):
            weight = row_share * column_share
            total += weight * normal(seed, name, south + d_row, west + d_column, steps)
            squares += weight * weight
    return total / np.sqrt(squares)


def sample(signal: Signal, seed: int, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Sample the signal at every place (rows) and instant (columns): mean about 0, deviation 1."""
    position = unix_seconds / (signal.step_hours * 3600.0)
    before = np.floor(position).astype(np.int64)
    first, last = int(before.min()), int(before.max()) + 1
    steps = np.arange(first - signal.memory_steps, last + 1, dtype=np.int64)
    share = position - before
    share = share * share * (3.0 - 2.0 * share)
    values = np.empty((len(places), unix_seconds.size))
    for row, site in enumerate(places):
        fresh = REGION_WEIGHT * _at_place(seed, f"{signal.name} region", site, steps, REGION_DEGREES)
        fresh += NEIGHBOURHOOD_WEIGHT * _at_place(seed, f"{signal.name} near", site, steps, NEIGHBOURHOOD_DEGREES)
        nodes = _remembering(fresh, signal.persistence, signal.memory_steps)
        values[row] = (1.0 - share) * nodes[before - first] + share * nodes[before - first + 1]
    return values


def _remembering(fresh: Floats, persistence: float, memory_steps: int) -> Floats:
    """Apply a first-order autoregression, cut off after `memory_steps` steps.

    The first `memory_steps` are used up.
    """
    weights = persistence ** np.arange(memory_steps + 1)
    total = np.zeros(fresh.size - memory_steps)
    for age, weight in enumerate(weights):
        total += weight * fresh[memory_steps - age : fresh.size - age]
    return total / np.sqrt(float(np.sum(weights * weights)))

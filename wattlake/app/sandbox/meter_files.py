"""Meter files in the layout of the public London set, with the blemishes its exports have.

Rows are made as numbers into tables of ready-made texts, so that a row costs next to nothing.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattlake.app.sandbox import PROVENANCE
from wattlake.app.sandbox.households import HIGHEST_WH, SLOTS
from wattlake.app.sandbox.noise import Integers

HOMES_PER_BLOCK = 50
NULL = HIGHEST_WH + 1
ENERGY_TEXTS = pl.Series([*(f" {wh / 1000:.3f} " for wh in range(HIGHEST_WH + 1)), "Null"], dtype=pl.String)
OFF_GRID_SECONDS = 427  # the stray reading comes at 7 minutes and 7 seconds past its half-hour
MIDNIGHTS_PER_DUPLICATE = 30
GAP_SHARE, NULL_SHARE, LONG_SECONDS_SHARE = 0.3, 0.1, 0.1  # of the homes in a block


@dataclass(frozen=True)
class Block:
    """The readings of the meters in one file.

    Attributes:
        meter_ids: One per meter.
        first, after: Half-hours at which each meter's readings begin, and at which they have ended.
        energy_wh: Meters x half-hours, whole Wh.
    """

    meter_ids: tuple[str, ...]
    first: Integers
    after: Integers
    energy_wh: NDArray[np.int32]


def first_meters(meters: int, files: int = 0) -> list[int]:
    """List each file's first meter: 50 meters to a file, or spread evenly over the files."""
    if not files:
        return list(range(0, meters, HOMES_PER_BLOCK))
    return sorted({meters * number // files for number in range(files)})


def time_texts(unix_seconds: Integers) -> pl.Series:
    """Write the half-hours as text: as usual, then with `.0000000`, then off the grid."""
    usual, stray = (
        pl.Series(seconds.astype("datetime64[s]").astype("datetime64[ms]")).dt.strftime("%Y-%m-%d %H:%M:%S")
        for seconds in (unix_seconds, unix_seconds + OFF_GRID_SECONDS)
    )
    return pl.concat([usual, usual + ".0000000", stray])


def _runs(rng: np.random.Generator, share: float, longest: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mark a run of up to `longest` half-hours in a share of the homes, at least in one."""
    homes, slots = shape
    marked = np.zeros(shape, dtype=bool)
    for home in rng.choice(homes, size=max(1, round(share * homes)), replace=False):
        begin = int(rng.integers(slots))
        marked[home, begin : begin + int(rng.integers(1, longest + 1))] = True
    return marked


def write_block(block: Block, texts: pl.Series, rng: np.random.Generator, path: Path) -> int:
    """Write a block's rows, blemishes included; returns the number of rows.

    Gaps and repeated midnights change how often a row is written; `Null`, long seconds and the one reading off the
    grid change which text is.
    """
    homes, slots = shape = block.energy_wh.shape
    slot = np.arange(slots)
    present = ((slot >= block.first[:, None]) & (slot < block.after[:, None])).astype(np.int8)
    times = present.copy()
    midnights = np.arange(0, slots, SLOTS)
    times[:, midnights] *= 1 + (rng.integers(MIDNIGHTS_PER_DUPLICATE, size=(homes, midnights.size)) == 0).astype(
        np.int8
    )
    times[_runs(rng, GAP_SHARE, SLOTS, shape)] = 0
    energy = np.where(_runs(rng, NULL_SHARE, 2, shape), NULL, block.energy_wh)
    moment = np.tile(slot, (homes, 1))
    moment[_runs(rng, LONG_SECONDS_SHARE, SLOTS, shape)] += slots
    stray_home, stray_slot = rng.integers(homes), rng.integers(slots)
    moment[stray_home, stray_slot] = stray_slot + 2 * slots
    times[stray_home, stray_slot] = present[stray_home, stray_slot]
    rows = np.repeat(np.arange(homes * slots), times.ravel())
    table = pl.DataFrame(
        {
            "LCLid": pl.Series(block.meter_ids).gather(rows // slots),
            "tstp": texts.gather(moment.ravel()[rows]),
            "energy(kWh/hh)": ENERGY_TEXTS.gather(energy.ravel()[rows]),
            "provenance": pl.repeat(PROVENANCE, rows.size, eager=True),
        }
    )
    table.write_csv(path, quote_style="never")
    return rows.size

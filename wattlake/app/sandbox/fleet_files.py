"""A simulated plant's files as portals export them: readings, weather and the register.

They have small blemishes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattlake.app.sandbox import PROVENANCE
from wattlake.app.sandbox.fleet_faults import PlantedFault, faulty
from wattlake.app.sandbox.noise import Floats, Integers

MINUTES = 15
SLOTS = 24 * 60 // MINUTES
INVERTER_EFFICIENCY = 0.97
TOLERANCE, UNEVENNESS = 0.008, 0.02  # of a panel against its peers for good, and in one interval
SKIPPED, REPEATED = 0.002, 0.001  # readings of panels in order


@dataclass(frozen=True)
class Plant:
    """One plant: its name, its panels' names and sizes, the weather, and the best output."""

    plant_id: str
    panel_ids: tuple[str, ...]
    panel_kwp: Floats
    irradiance: Floats
    ambient_celsius: Floats
    module_celsius: Floats
    w_per_kwp: Floats


def write_plant(
    plant: Plant,
    number: int,
    seconds: Integers,
    faults: tuple[PlantedFault, ...],
    rng: np.random.Generator,
    folder: Path,
) -> int:
    """Write a plant's two files; returns the number of the readings' rows.

    Args:
        plant: what it gives at its best.
        number: of the plant; the first writes its dates as a public set does.
        seconds: when each interval starts, in seconds since 1970.
        faults: of the fleet's panels.
        rng: draws what is uneven, skipped and repeated.
        folder: for the files.
    """
    form = "%d-%m-%Y %H:%M" if number == 0 else "%Y-%m-%d %H:%M:%S"
    times = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us")).dt.strftime(form)
    path = folder / f"{plant.plant_id.lower()}_generation.csv"
    rows = 0
    with path.open("wb") as file:
        for panel, panel_id in enumerate(plant.panel_ids):
            ac_kw = _output_kw(plant, panel, rng)
            kept = np.flatnonzero(rng.random(ac_kw.size) >= SKIPPED)
            for fault in faults:
                if (fault.plant_id, fault.panel_id) == (plant.plant_id, panel_id):
                    ac_kw, kept = faulty(fault, ac_kw, kept, seconds, rng)
            kept = np.sort(np.concatenate([kept, kept[rng.random(kept.size) < REPEATED]]))
            frame = _rows(plant, panel_id, times, ac_kw, kept)
            frame.write_csv(file, include_header=panel == 0, float_precision=3)
            rows += frame.height
    _write_weather(plant, times, rng, folder / f"{plant.plant_id.lower()}_weather.csv")
    return rows


def _output_kw(plant: Plant, panel: int, rng: np.random.Generator) -> Floats:
    own = plant.panel_kwp[panel] * (1 + TOLERANCE * rng.uniform(-1, 1)) / 1000
    uneven = 1 + UNEVENNESS * rng.standard_normal(plant.w_per_kwp.size)
    return np.maximum(np.round(plant.w_per_kwp * own * uneven, 3), 0)


def _rows(plant: Plant, panel_id: str, times: pl.Series, ac_kw: Floats, kept: NDArray[np.intp]) -> pl.DataFrame:
    counted = np.cumsum(np.where(ac_kw < plant.panel_kwp.max() * 2, ac_kw, ac_kw / 1000)) * MINUTES / 60
    of_day = counted - np.repeat(np.concatenate([[0.0], counted[SLOTS - 1 : -1 : SLOTS]]), SLOTS)
    columns = {
        "DATE_TIME": times.gather(kept),
        "PLANT_ID": pl.repeat(plant.plant_id, kept.size, eager=True),
        "SOURCE_KEY": pl.repeat(panel_id, kept.size, eager=True),
        "DC_POWER": ac_kw[kept] / INVERTER_EFFICIENCY,
        "AC_POWER": ac_kw[kept],
        "DAILY_YIELD": of_day[kept],
        "TOTAL_YIELD": 7_000 + counted[kept],
        "provenance": pl.repeat(PROVENANCE, kept.size, eager=True),
    }
    return pl.DataFrame(columns)


def _write_weather(plant: Plant, times: pl.Series, rng: np.random.Generator, path: Path) -> None:
    sensor = np.maximum(plant.irradiance * (1 + 0.005 * rng.standard_normal(plant.irradiance.size)), 0) / 1000
    pl.DataFrame(
        {
            "DATE_TIME": times,
            "PLANT_ID": plant.plant_id,
            "SOURCE_KEY": f"SENSOR-{plant.plant_id}",
            "AMBIENT_TEMPERATURE": plant.ambient_celsius,
            "MODULE_TEMPERATURE": plant.module_celsius,
            "IRRADIATION": sensor,
            "provenance": PROVENANCE,
        }
    ).write_csv(path, float_precision=4)


def write_register(plants: list[Plant], path: Path) -> None:
    """Write the register of all panels."""
    rows = [
        (plant.plant_id, panel, float(kwp), PROVENANCE)
        for plant in plants
        for panel, kwp in zip(plant.panel_ids, plant.panel_kwp, strict=True)
    ]
    pl.DataFrame(rows, schema=["plant_id", "panel_id", "panel_kwp", "provenance"], orient="row").write_csv(path)

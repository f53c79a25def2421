"""A simulated solar fleet: plants of inverters under the sandbox's weather, with planted faults, from a seed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from app.sandbox import PROVENANCE
from app.sandbox.fleet_faults import KINDS, PlantedFault, faulty
from app.sandbox.noise import Floats, Integers, Place
from app.sandbox.sun import Panels, irradiance, plane_of_array_w_per_m2
from app.sandbox.weather import World, temperature_celsius

MINUTES = 15
SLOTS = 24 * 60 // MINUTES
NOMINAL_CELSIUS_RISE = 28.0  # of the modules over the air at 1,000 W/m²
POWER_PER_CELSIUS = -0.004
PERFORMANCE = 0.85  # after cables, dust and inverter
INVERTER_EFFICIENCY = 0.97
TOLERANCE, UNEVENNESS = 0.008, 0.02  # of a panel against its peers for good, and in one interval
SKIPPED, REPEATED = 0.002, 0.001  # readings of panels in order


@dataclass(frozen=True)
class SimulatedFleet:
    """What `simulate_fleet` wrote: the folder, how many readings, and which panel has which fault from when on."""

    folder: Path
    readings: int
    faults: tuple[PlantedFault, ...]


@dataclass(frozen=True)
class Plant:
    """One plant: its name, its panels' names and sizes, what falls on them and what they give at their best."""

    plant_id: str
    panel_ids: tuple[str, ...]
    panel_kwp: Floats
    irradiance: Floats
    ambient_celsius: Floats
    module_celsius: Floats
    w_per_kwp: Floats


def simulate_fleet(
    panels: int, days: int, seed: int, out: Path, until: date, plants: int = 1, faults_of_a_kind: int = 1
) -> SimulatedFleet:
    """Write the last `days` days of a fleet, in quarter-hours and UTC; equal seeds give equal bytes.

    As in a public set, the first plant writes its dates day-first and its DC power tenfold. Its inverters have
    different sizes, those of each other plant one.

    Args:
        panels: inverters in all, spread evenly over the plants.
        days: days of readings.
        seed: of sizes, weather and faults.
        out: folder for `inverters/`: a file of readings and one of the weather per plant, and `panels.csv`, the
            register; and for `planted_faults.csv`.
        until: the first day without readings.
        plants: how many.
        faults_of_a_kind: how many panels have each kind of fault, from somewhere in the middle third on.

    Raises:
        ValueError: there are too few panels for so many faults, or nothing to simulate.
    """
    if min(panels, days, plants) < 1 or panels < plants:
        raise ValueError(f"{panels} panels in {plants} plants over {days} days leave nothing to simulate.")
    if faults_of_a_kind * len(KINDS) * 2 >= panels and faults_of_a_kind:
        raise ValueError(f"{panels} panels are too few for {faults_of_a_kind} of each fault: most have to be in order.")
    folder = out / "inverters"
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, panels, days, plants])
    midnight = datetime.combine(until, time.min, UTC) - timedelta(days=days)
    seconds = int(midnight.timestamp()) + np.arange(days * SLOTS, dtype=np.int64) * MINUTES * 60
    built = [_plant(number, size, seed, seconds, rng) for number, size in enumerate(_sizes(panels, plants))]
    names = [(plant.plant_id, panel) for plant in built for panel in plant.panel_ids]
    faults = _planted(names, days, until, faults_of_a_kind, rng)
    readings = sum(_write_plant(plant, number, seconds, faults, rng, folder) for number, plant in enumerate(built))
    _write_register(built, folder / "panels.csv")
    rows = [(fault.plant_id, fault.panel_id, fault.kind, fault.first_day) for fault in faults]
    planted = pl.DataFrame(rows, schema=["plant_id", "panel_id", "kind", "first_day"], orient="row")
    planted.write_csv(out / "planted_faults.csv")
    return SimulatedFleet(folder, readings, faults)


def _sizes(panels: int, plants: int) -> list[int]:
    return [panels * (number + 1) // plants - panels * number // plants for number in range(plants)]


def _plant(number: int, panels: int, seed: int, seconds: Integers, rng: np.random.Generator) -> Plant:
    world, place = World(seed), Place(51.5 - 0.4 * (number % 9), -1.0 + 0.5 * (number % 7))
    middles = seconds + MINUTES * 30
    plane = plane_of_array_w_per_m2(irradiance(world, [place], middles), Panels(1, 30, 180))[0]
    air = temperature_celsius(world, [place], middles)[0]
    modules = air + NOMINAL_CELSIUS_RISE * plane / 1000
    at_best = plane * PERFORMANCE * (1 + POWER_PER_CELSIUS * (modules - 25))
    names = tuple(f"INV{number + 1:02d}-{panel + 1:03d}" for panel in range(panels))
    kwp = rng.choice([50.0, 60.0, 75.0], panels) if number == 0 else np.full(panels, 60.0)
    return Plant(f"PLANT{number + 1:02d}", names, kwp, plane, air, modules, at_best)


def _planted(
    names: list[tuple[str, str]], days: int, until: date, of_a_kind: int, rng: np.random.Generator
) -> tuple[PlantedFault, ...]:
    chosen = rng.choice(len(names), of_a_kind * len(KINDS), replace=False)
    begin = rng.integers(days // 3, max(2 * days // 3, days // 3 + 1), chosen.size)
    return tuple(
        PlantedFault(plant_id, panel_id, KINDS[place % len(KINDS)], until - timedelta(days=int(days - begin[place])))
        for place, (plant_id, panel_id) in enumerate(names[panel] for panel in chosen.tolist())
    )


def _write_plant(
    plant: Plant,
    number: int,
    seconds: Integers,
    faults: tuple[PlantedFault, ...],
    rng: np.random.Generator,
    folder: Path,
) -> int:
    """Write a plant's two files; gives the rows of the readings."""
    form = "%d-%m-%Y %H:%M" if number == 0 else "%Y-%m-%d %H:%M:%S"
    times = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us")).dt.strftime(form)
    path = folder / f"{plant.plant_id.lower()}_generation.csv"
    rows = 0
    with path.open("wb") as file:
        for place, panel_id in enumerate(plant.panel_ids):
            ac_kw = _output_kw(plant, place, rng)
            kept = np.flatnonzero(rng.random(ac_kw.size) >= SKIPPED)
            for fault in faults:
                if (fault.plant_id, fault.panel_id) == (plant.plant_id, panel_id):
                    ac_kw, kept = faulty(fault, ac_kw, kept, seconds, rng)
            kept = np.sort(np.concatenate([kept, kept[rng.random(kept.size) < REPEATED]]))
            frame = _rows(plant, panel_id, times, ac_kw, kept, 10.0 if number == 0 else 1.0)
            frame.write_csv(file, include_header=place == 0, float_precision=3)
            rows += frame.height
    _write_weather(plant, times, rng, folder / f"{plant.plant_id.lower()}_weather.csv")
    return rows


def _output_kw(plant: Plant, place: int, rng: np.random.Generator) -> Floats:
    own = plant.panel_kwp[place] * (1 + TOLERANCE * rng.uniform(-1, 1)) / 1000
    uneven = 1 + UNEVENNESS * rng.standard_normal(plant.w_per_kwp.size)
    return np.maximum(np.round(plant.w_per_kwp * own * uneven, 3), 0)


def _rows(
    plant: Plant, panel_id: str, times: pl.Series, ac_kw: Floats, kept: NDArray[np.intp], dc_factor: float
) -> pl.DataFrame:
    counted = np.cumsum(np.where(ac_kw < plant.panel_kwp.max() * 2, ac_kw, ac_kw / 1000)) * MINUTES / 60
    of_day = counted - np.repeat(np.concatenate([[0.0], counted[SLOTS - 1 : -1 : SLOTS]]), SLOTS)
    columns = {
        "DATE_TIME": times.gather(kept),
        "PLANT_ID": pl.repeat(plant.plant_id, kept.size, eager=True),
        "SOURCE_KEY": pl.repeat(panel_id, kept.size, eager=True),
        "DC_POWER": ac_kw[kept] / INVERTER_EFFICIENCY * dc_factor,
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


def _write_register(plants: list[Plant], path: Path) -> None:
    rows = [
        (plant.plant_id, panel, float(kwp), PROVENANCE)
        for plant in plants
        for panel, kwp in zip(plant.panel_ids, plant.panel_kwp, strict=True)
    ]
    pl.DataFrame(rows, schema=["plant_id", "panel_id", "panel_kwp", "provenance"], orient="row").write_csv(path)

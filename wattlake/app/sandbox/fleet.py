"""A simulated solar fleet with planted faults, from a seed.

Its plants of inverters are under the sandbox's weather.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from wattlake.app.sandbox.fleet_faults import KINDS, PlantedFault
from wattlake.app.sandbox.fleet_files import MINUTES, SLOTS, Plant, write_plant, write_register
from wattlake.app.sandbox.noise import Integers, Place
from wattlake.app.sandbox.sun import Panels, irradiance, plane_of_array_w_per_m2
from wattlake.app.sandbox.weather import World, temperature_celsius

NOMINAL_CELSIUS_RISE = 28.0  # of the modules over the air at 1,000 W/m²
POWER_PER_CELSIUS = -0.004
PERFORMANCE = 0.85  # after cables, dust and inverter


@dataclass(frozen=True)
class SimulatedFleet:
    """The fleet that `simulate_fleet` wrote: its folder, number of readings, and faults.

    A fault tells which panel has it, and from when on.
    """

    folder: Path
    readings: int
    faults: tuple[PlantedFault, ...]


def simulate_fleet(
    panels: int, days: int, seed: int, out: Path, until: date, plants: int = 1, faults_of_a_kind: int = 1
) -> SimulatedFleet:
    """Write the last `days` days of a fleet, in UTC quarter-hours; equal seeds, equal bytes.

    As in a public set, the first plant writes its dates day-first. Its inverters have different sizes, those of
    each other plant one.

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
    readings = sum(write_plant(plant, number, seconds, faults, rng, folder) for number, plant in enumerate(built))
    write_register(built, folder / "panels.csv")
    rows = [(fault.plant_id, fault.panel_id, fault.kind, fault.first_day) for fault in faults]
    planted = pl.DataFrame(rows, schema=["plant_id", "panel_id", "kind", "first_day"], orient="row")
    planted.write_csv(out / "planted_faults.csv")
    return SimulatedFleet(folder, readings, faults)


def _sizes(panels: int, plants: int) -> list[int]:
    return [panels * (number + 1) // plants - panels * number // plants for number in range(plants)]


def _plant(number: int, panels: int, seed: int, seconds: Integers, rng: np.random.Generator) -> Plant:
    world, site = World(seed), Place(51.5 - 0.4 * (number % 9), -1.0 + 0.5 * (number % 7))
    middles = seconds + MINUTES * 30
    plane = plane_of_array_w_per_m2(irradiance(world, [site], middles), Panels(1, 30, 180))[0]
    air = temperature_celsius(world, [site], middles)[0]
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
        PlantedFault(
            plant_id, panel_id, KINDS[position % len(KINDS)], until - timedelta(days=int(days - begin[position]))
        )
        for position, (plant_id, panel_id) in enumerate(names[panel] for panel in chosen.tolist())
    )

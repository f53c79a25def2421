"""What flows between panels, homes, neighbours and the grid: energy of a day, or power now."""

from collections.abc import Callable
from dataclasses import dataclass

from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.live_news import power
from wattlake.app.dashboard.queries.live import PowerFlows
from wattlake.app.dashboard.queries.today import DayFlows


@dataclass(frozen=True)
class Flows:
    """What is drawn, of a day (kWh) or of now (W).

    Attributes:
        production: of all panels.
        consumption: of all homes.
        self_consumption: the part of production that who produces it consumes.
        traded: what neighbours have of each other; None where nothing is settled.
        grid_import: drawn from the grid.
        grid_export: fed into the grid.
        written: writes an amount with its unit.
    """

    production: float
    consumption: float
    self_consumption: float
    traded: float | None
    grid_import: float
    grid_export: float
    written: Callable[[float], str]


def of_day(day: DayFlows) -> Flows:
    """Take the energy of a day."""
    own, grid = day.self_consumption_kwh, (day.grid_import_kwh, day.grid_export_kwh)
    return Flows(day.production_kwh, day.consumption_kwh, own, day.traded_kwh, *grid, energy)


def of_now(now: PowerFlows) -> Flows:
    """Take the power of now."""
    own, grid = now.self_consumption_w, (now.grid_import_w, now.grid_export_w)
    return Flows(now.production_w, now.consumption_w, own, now.traded_w, *grid, power)

"""Plant data: readings of inverters and of a plant's sensors, and the register of panels."""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.units import MONTHLY, Kwh

MOST_W = 10_000_000_000
"""No inverter has ten gigawatts; a megawatt that was taken for kilowatts stays below, and is told as such."""


def reading(meaning: str, unit: str, low: float, high: float) -> Any:  # noqa: ANN401
    """Make a column of a reading; null where the file has no such number."""
    return column(meaning, unit, nullable=True, ge=low, le=high)


class Inverters(Bronze):
    """One row of a plant's file, or of the register of panels, as it was written."""

    date_time: str = bronze("DATE_TIME", "Start of the interval")
    plant: str = bronze("PLANT_ID", "Plant")
    source_key: str = bronze("SOURCE_KEY", "Inverter, panel or sensor")
    dc_power: str = bronze("DC_POWER", "Mean DC power in kW")
    ac_power: str = bronze("AC_POWER", "Mean AC power in kW")
    daily_yield: str = bronze("DAILY_YIELD", "What the inverter has counted since midnight, in kWh")
    total_yield: str = bronze("TOTAL_YIELD", "What the inverter has counted in all, in kWh")
    ambient_temperature: str = bronze("AMBIENT_TEMPERATURE", "Temperature of the air in °C")
    module_temperature: str = bronze("MODULE_TEMPERATURE", "Temperature of the modules in °C")
    irradiation: str = bronze("IRRADIATION", "Irradiance on the modules in kW/m²")
    panel: str = bronze("panel_id", "Inverter or panel, in the register")
    panel_kwp: str = bronze("panel_kwp", "Its size in kWp, in the register")
    valid_from: str = bronze("valid_from", "Day it came into service, in the register")
    valid_to: str = bronze("valid_to", "Day it went out of service, in the register")
    provenance: str = bronze("provenance", "`simulated` where the simulator wrote the file, otherwise absent")
    line: int = column("Line in its file, of a file that has a mapping", nullable=True)
    cells: str = bronze("cells", "The row of a file that has a mapping, as JSON: column and what it holds")

    class Config:
        metadata = table("bronze.inverters")


class InverterReading(Contract):
    """What one inverter, panel or sensor of a plant read in one interval, as its newest valid file says."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter, panel or sensor as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=[1, 5, 10, 15, 30, 60])
    ac_power_w: int = reading("Mean AC power; below 0 what it took from the grid", "W", -MOST_W, MOST_W)
    dc_power_w: int = reading("Mean DC power", "W", -MOST_W, MOST_W)
    daily_yield_kwh: Kwh = reading("Counted since midnight", "kWh", 0, 10**11)
    total_yield_kwh: Kwh = reading("Counted in all", "kWh", 0, 10**11)
    irradiance_w_per_m2: Annotated[Decimal, 6, 1] = reading("Irradiance on the modules", "W/m²", -100, 2000)
    module_temperature_celsius: Annotated[Decimal, 5, 2] = reading("Temperature of the modules", "°C", -80, 150)
    ambient_temperature_celsius: Annotated[Decimal, 5, 2] = reading("Temperature of the air", "°C", -80, 80)
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.inverter_reading",
            key=("plant_id", "panel_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            has_intervals=True,
            rules=(
                SLOTS,
                Rule(
                    "something was read",
                    "coalesce(ac_power_w, dc_power_w, daily_yield_kwh, total_yield_kwh, irradiance_w_per_m2, "
                    "module_temperature_celsius, ambient_temperature_celsius) is not null",
                    dimension="completeness",
                ),
                Rule(
                    "DC power is about AC power",
                    "ac_power_w is null or dc_power_w is null or abs(ac_power_w) < 1000 "
                    "or dc_power_w between 0.8 * ac_power_w and 2 * ac_power_w",
                    severity="warn",
                ),
            ),
        )


class Panel(Contract):
    """One inverter or panel of a plant, as the register describes it."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel as its files name it")
    panel_kwp: Annotated[Decimal, 12, 3] = column("Size of the modules behind it", "kWp", gt=0, le=1_000_000)
    commissioned_utc: Utc = column("When it came into service; null where it always was", nullable=True)
    decommissioned_utc: Utc = column("When it went out of service; null while it is in it", nullable=True)
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.panel",
            key=("plant_id", "panel_id"),
            rules=(Rule("no panel ends before it begins", "commissioned_utc <= decommissioned_utc"),),
        )

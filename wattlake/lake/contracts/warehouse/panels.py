"""The solar fleet as its page and ready-made queries read it, in kW, kWh and EUR."""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.gold.panel_case import KINDS
from wattlake.lake.contracts.gold.panels import Ratio, ratio, size
from wattlake.lake.contracts.units import Eur, Kw, Kwh, Share, eur, kwh, share


def kw(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of power in kilowatts, exact to the watt."""
    return column(meaning, "kW", nullable=True)


class WarehousePanelCase(Contract):
    """One case: what is wrong with one panel over days that follow each other, worst first by `place`."""

    place: int = column("Place in the list: what is open first, then what costs most a day", ge=1)
    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    kind: str = column("What is wrong", isin=list(KINDS))
    since_utc: Utc = column("Start of the day on which it began")
    last_day_utc: Utc = column("Start of the last day on which it was seen")
    is_open: bool = column("Whether it lasts: seen on the panel's newest day, or but for `dead` in the three before")
    days: int = column("Days from the one on which it began to the last", ge=1)
    loss_kwh: Kwh = kwh("What a panel in order would have given more; 0 where only the reading is wrong")
    loss_eur: Eur = eur("What that would have earned")
    loss_kwh_per_day: Kwh = column("The loss of one of these days", "kWh/d", ge=0)
    panel_kwp: Annotated[Decimal, 12, 3] = size()
    is_kwp_estimated: bool = column("Whether the size is estimated, for the register does not have the panel")
    peers_ratio: Ratio = ratio(
        "Energy of what a panel in order gave, on the last of these days that was read; empty where its unit is wrong"
    )
    days_since_last_output: int = column("Days since the last output, on the last of these days", nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.panel_case", ("place",))


class PlantHole(Contract):
    """One stretch by day of an hour or more in which a plant, or its light, was not read."""

    plant_id: str = column("Plant")
    missing: str = column("What was not read", isin=["irradiance", "all of the plant"])
    from_utc: Utc = column("Start of the first interval that is missing")
    to_utc: Utc = column("Start of the first that was read again, or the end of the last without light")
    missing_minutes: int = column("Minutes that are missing; of light, those by day", "min", ge=60)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.plant_hole", ("plant_id", "missing", "from_utc"))


class FactPanelKpiDaily(Contract):
    """How one panel did on one UTC day on which its plant was read."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    period_start_utc: Utc = column("Start of the day")
    panel_kwp: Annotated[Decimal, 12, 3] = size()
    is_kwp_estimated: bool = column("Whether the size is estimated, for the register does not have the panel")
    energy_kwh: Kwh = kwh("AC energy that was read")
    specific_yield_kwh_per_kwp: Annotated[Decimal, 12, 3] = column("Energy of each kWp", "kWh/kWp", nullable=True)
    fleet_median_kwh_per_kwp: Annotated[Decimal, 12, 3] = column(
        "Median of the same over the panels of the plant", "kWh/kWp", nullable=True
    )
    performance_ratio: Ratio = ratio("Performance ratio of IEC 61724-1")
    corrected_performance_ratio: Ratio = ratio("The same, corrected to modules of 25 °C")
    availability_ratio: Share = share("Part of the intervals of daylight with output")
    failure_ratio: Share = share("Part of the intervals of daylight that were read without output")
    missing_ratio: Share = share("Part of the intervals of daylight that were not read")
    average_output_w: Annotated[Decimal, 14, 1] = column("Mean AC power over the readings", "W", nullable=True)
    expected_kwh: Kwh = kwh("What light and temperature let expect of the whole day", nullable=True)
    expected_ratio: Ratio = ratio("Energy of what light and temperature let expect")
    peers_kwh: Kwh = kwh("What a panel in order of this size gave on the whole day", nullable=True)
    peers_ratio: Ratio = ratio("Energy of what a panel in order gave")
    days_since_last_output: int = column("Days since the last output", ge=0, nullable=True)
    dc_per_ac_ratio: Annotated[Decimal, 12, 3] = column("DC energy of AC energy; about 1", ge=0, nullable=True)
    counter_ratio: Ratio = ratio("What the panel's own counter moved by, of the energy that was read")
    kind: str = column("What is wrong on this day; null where nothing is", isin=list(KINDS), nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.fact_panel_kpi_daily", ("plant_id", "panel_id", "period_start_utc"))


class FactPanelInterval(Contract):
    """What one panel gave in one interval, beside what its peers and the light let expect of its size."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min")
    ac_power_kw: Kw = kw("Mean AC power")
    dc_power_kw: Kw = kw("Mean DC power")
    peers_kw: Kw = kw("What the panel in the middle gave, for this size")
    expected_kw: Kw = kw("What light and temperature let expect of this size")
    irradiance_w_per_m2: Annotated[Decimal, 6, 1] = column("Irradiance on the modules", "W/m²", nullable=True)
    module_temperature_celsius: Annotated[Decimal, 5, 2] = column("Temperature of the modules", "°C", nullable=True)
    is_daylight: bool = column("Whether a panel in order has output")
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.fact_panel_interval", ("plant_id", "panel_id", "period_start_utc"))

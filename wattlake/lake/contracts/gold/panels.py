"""The solar fleet's panels, day by day."""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.gold.plants import PerKwp, PerSquareMetre, light, per_kwp
from wattlake.lake.contracts.promises import MIDNIGHT, Rule, Total
from wattlake.lake.contracts.units import MONTHLY, Kwh, Share, kwh, share


class PanelDaily(Contract):
    """One panel's UTC day, summed up from its readings and what its plant had in the same intervals."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    period_start_utc: Utc = column("Start of the day")
    readings: int = column("Readings of AC power", ge=1)
    measured_minutes: int = column("Minutes that they cover", "min", ge=1, le=1440)
    energy_kwh: Kwh = kwh("AC energy")
    dc_energy_kwh: Kwh = kwh("DC energy", nullable=True)
    counter_kwh: Kwh = kwh("What the panel's own counter moved by, from its first to its last reading", nullable=True)
    daylight_readings: int = column("Readings in intervals of daylight", ge=0)
    failing_readings: int = column("Of these, without output", ge=0)
    daylight_up_to_output: int = column("Intervals of daylight up to the panel's last output", ge=0)
    last_output_utc: Utc = column("Start of the last interval with output", nullable=True)
    lit_energy_kwh: Kwh = kwh("AC energy of the intervals of which the light is known")
    irradiation_kwh_per_m2: PerSquareMetre = light("Light in the intervals that were read")
    corrected_irradiation_kwh_per_m2: PerSquareMetre = light("The same, less what heat takes")
    compared_energy_kwh: Kwh = kwh("AC energy of the intervals in which there is something to compare it with")
    reference_kwh_per_kwp: PerKwp = per_kwp("What a panel in order gave in these")
    morning_energy_kwh: Kwh = kwh("The part of `compared_energy_kwh` before the plant's noon")
    morning_reference_kwh_per_kwp: PerKwp = per_kwp("What a panel in order gave in the same time")
    first_output_minutes: int = column("Middle of the first interval with output, after noon", "min", nullable=True)
    last_output_minutes: int = column("Middle of the last interval with output, after noon", "min", nullable=True)
    stuck_minutes: int = column("Minutes by day in which the reading stood still while the peers moved", "min", ge=0)
    tripped_minutes: int = column("Minutes by day that were read without output, between two outputs", "min", ge=0)
    tripped_kwh_per_kwp: PerKwp = per_kwp(
        "What a panel in order gave in these, if they are a trip; where none did, by the light"
    )
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.panel_daily",
            ("plant_id", "panel_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(MIDNIGHT, Rule("no more fails than was read", "failing_readings <= daylight_readings")),
            totals=(Total("silver.inverter_reading", (("readings", "nullif(count(ac_power_w), 0)"),)),),
            volume="sum(readings)",
        )


Ratio = Annotated[Decimal, 12, 4]


def ratio(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of a ratio that may be beyond 1, or unknown."""
    return column(meaning, nullable=True, ge=0)


def size() -> Any:  # noqa: ANN401
    """Make the column of a panel's size."""
    return column("Size of the panel, of the register or estimated", "kWp", gt=0, nullable=True)


class PanelKpiDaily(Contract):
    """How one panel did on one UTC day on which its plant was read, silent panels included.

    Performance ratios are those of IEC 61724-1, over the intervals that were read; one with a temperature correction
    to 25 °C. Peers are the panels of the same plant.
    """

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    period_start_utc: Utc = column("Start of the day")
    panel_kwp: Annotated[Decimal, 12, 3] = size()
    is_kwp_estimated: bool = column("Whether the size is estimated, for the register does not have the panel")
    readings: int = column("Readings of AC power", ge=0)
    intervals: int = column("Intervals of which anything of the plant was read", ge=1)
    period_minutes: int = column("Length of an interval", "min", ge=1, le=60)
    daylight_intervals: int = column("Of these, intervals of daylight", ge=0)
    energy_kwh: Kwh = kwh("AC energy that was read")
    specific_yield_kwh_per_kwp: Annotated[Decimal, 12, 3] = column("Energy of each kWp", "kWh/kWp", ge=0, nullable=True)
    fleet_median_kwh_per_kwp: Annotated[Decimal, 12, 3] = column(
        "Median of the same over the panels of the plant", "kWh/kWp", ge=0, nullable=True
    )
    performance_ratio: Ratio = ratio("Energy of what the light would give at 25 °C without any loss")
    corrected_performance_ratio: Ratio = ratio("The same, the modules' temperature considered")
    availability_ratio: Share = share("Part of the intervals of daylight with output; what was not read has none")
    failure_ratio: Share = share("Part of the intervals of daylight that were read without output")
    missing_ratio: Share = share("Part of the intervals of daylight that were not read")
    average_output_w: Annotated[Decimal, 14, 1] = column(
        "Mean AC power over the day's readings", "W", ge=0, nullable=True
    )
    expected_kwh: Kwh = kwh("What light and temperature let expect of the whole day", nullable=True)
    expected_ratio: Ratio = ratio("Energy of what light and temperature let expect, over the intervals that were read")
    peers_kwh: Kwh = kwh("What a panel in order of this size gave on the whole day", nullable=True)
    peers_ratio: Ratio = ratio("Energy of what a panel in order gave, over the intervals that were read")
    morning_ratio: Ratio = ratio("The same before the plant's noon")
    afternoon_ratio: Ratio = ratio("The same after the plant's noon")
    begins_late_minutes: int = column("First output after that of the peers", "min", nullable=True)
    ends_late_minutes: int = column("Last output after that of the peers", "min", nullable=True)
    silent_minutes: int = column("Daylight after the panel's last output of the day", "min", ge=0)
    stuck_minutes: int = column("Minutes by day in which the reading stood still while the peers moved", "min", ge=0)
    tripped_minutes: int = column("Minutes by day that were read without output, between two outputs", "min", ge=0)
    tripped_kwh: Kwh = kwh(
        "What a panel in order of this size gave in these minutes, if they are a trip", nullable=True
    )
    days_since_last_output: int = column(
        "Days since the last output; 0 on a day that has any, null where there was none in ninety days",
        ge=0,
        nullable=True,
    )
    dc_per_ac_ratio: Annotated[Decimal, 12, 3] = column("DC energy of AC energy; about 1", ge=0, nullable=True)
    peers_dc_per_ac_ratio: Ratio = ratio("The same, of that of the plant's panel in the middle")
    counter_ratio: Ratio = ratio("What the panel's own counter moved by, of the energy that was read")
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.panel_kpi_daily",
            ("plant_id", "panel_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            look_back_days=90,
            rules=(
                MIDNIGHT,
                Rule(
                    "DC energy is about AC energy",
                    "energy_kwh < 1 or dc_per_ac_ratio between 0.9 and 1.5",
                    severity="warn",
                ),
            ),
        )

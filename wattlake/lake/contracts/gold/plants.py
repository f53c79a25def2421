"""The solar fleet's plants: their panels' size and their intervals."""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import MIDNIGHT, Rule
from wattlake.lake.contracts.units import MONTHLY, YEARLY

PerSquareMetre = Annotated[Decimal, 38, 6]
PerKwp = Annotated[Decimal, 38, 6]


def light(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of light summed up over time; unknown without a sensor."""
    return column(meaning, "kWh/m²", ge=0, nullable=True)


def per_kwp(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of energy per kWp, or unknown."""
    return column(meaning, "kWh/kWp", ge=0, nullable=True)


class PlantBest(Contract):
    """The best that the panels of one plant which the register does not know gave on one UTC day."""

    plant_id: str = column("Plant")
    period_start_utc: Utc = column("Start of the day")
    panels: int = column("Panels that were read and are not in the register", ge=1)
    best_w: int = column("The panels' highest AC power of the day, that of the panel in the middle", "W", ge=0)
    standard_w: int = column(
        "Their AC power in strong light, made that of 1,000 W/m² and 25 °C", "W", ge=0, nullable=True
    )

    class Config:
        metadata = table("gold.plant_best", ("plant_id", "period_start_utc"), partitioned_by=YEARLY, rules=(MIDNIGHT,))


class PlantSize(Contract):
    """The size that one plant's panels which the register does not know are taken to have on one UTC day.

    All of them are taken to be as large as the one in the middle, by the day and the thirty before: a weak panel is not
    to be taken for a small one.
    """

    plant_id: str = column("Plant")
    period_start_utc: Utc = column("Start of the day")
    panel_kwp: Annotated[Decimal, 12, 3] = column("Estimated size of one panel", "kWp", gt=0)

    class Config:
        metadata = table(
            "gold.plant_size",
            ("plant_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=30,
            rules=(MIDNIGHT,),
        )


class PlantInterval(Contract):
    """One interval of one plant: the light on its modules, and what a panel in order gives of each kWp."""

    plant_id: str = column("Plant")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", ge=1, le=60)
    panels: int = column("Panels whose AC power was read", ge=0)
    irradiance_w_per_m2: Annotated[Decimal, 6, 1] = column(
        "Mean irradiance that the plant's sensors read", "W/m²", ge=0, nullable=True
    )
    module_temperature_celsius: Annotated[Decimal, 5, 2] = column(
        "Mean temperature of the modules", "°C", nullable=True
    )
    median_w_per_kwp: Annotated[Decimal, 14, 3] = column(
        "AC power per kWp of the panel in the middle", "W/kWp", ge=0, nullable=True
    )
    irradiation_kwh_per_m2: Annotated[Decimal, 9, 6] = light("Light of the interval")
    corrected_irradiation_kwh_per_m2: Annotated[Decimal, 9, 6] = light(
        "Light of the interval, less what the modules' heat takes from their power; as it is where that is unknown"
    )
    reference_kwh_per_kwp: Annotated[Decimal, 14, 6] = per_kwp(
        "What a panel in order gives: the one in the middle, or where peers are few what the light lets expect"
    )
    is_daylight: bool = column("Whether a panel in order has output")
    daylight_so_far: int = column("Intervals of daylight on this UTC day, up to this one", ge=0)
    solar_minutes: int = column("Middle of the interval after the plant's noon; before it below 0", "min")
    is_moving: bool = column("Whether what a panel in order gives has changed by a twentieth since the interval before")
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.plant_interval",
            ("plant_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(Rule("noon is at most half a day away", "solar_minutes between -720 and 719"),),
        )

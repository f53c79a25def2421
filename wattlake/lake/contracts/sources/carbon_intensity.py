"""Carbon intensity of Great Britain's grid from NESO."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, known_at, landing, provenance, table
from wattlake.lake.contracts.promises import Rule
from wattlake.lake.contracts.units import YEARLY


class CarbonIntensity(Bronze):
    """One half-hour of an answer, as it was written."""

    start: str = bronze("from", "Start of the half-hour, in UTC")
    end: str = bronze("to", "End of the half-hour, in UTC")
    forecast: str = bronze("forecast", "Intensity expected, in gCO₂/kWh")
    actual: str = bronze("actual", "Intensity estimated afterwards, in gCO₂/kWh")
    index: str = bronze("index", "The service's word for it, from `very low` to `very high`")
    provenance: str = bronze("provenance", "`simulated` where the sandbox answered, otherwise absent")

    class Config:
        metadata = table("bronze.carbon_intensity")


class GridCarbonIntensity(Contract):
    """The carbon intensity of one region's electricity in one half-hour."""

    region: str = column("Region of the grid; GB is Great Britain", isin=["GB"])
    period_start_utc: Utc = column("Start of the half-hour")
    period_minutes: int = column("Length of the period", "min", isin=[30])
    forecast_gco2_per_kwh: float = column("Intensity as last expected", "gCO₂/kWh", nullable=True, ge=0, le=2000)
    actual_gco2_per_kwh: float = column(
        "Intensity as estimated afterwards; null for the future", "gCO₂/kWh", nullable=True, ge=0, le=2000
    )
    provenance: str = provenance()
    known_at_utc: Utc = known_at()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.carbon_intensity",
            key=("region", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(
                Rule(
                    "a value is given",
                    "coalesce(forecast_gco2_per_kwh, actual_gco2_per_kwh) is not null",
                    dimension="completeness",
                ),
                Rule(
                    "periods start on the half-hour",
                    "epoch_us(period_start_utc) % 1800000000 = 0",
                    dimension="validity",
                ),
            ),
            fresh_within_days=3,
            volume="count(*)",
        )

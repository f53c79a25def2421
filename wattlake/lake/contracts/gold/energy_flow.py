"""Each member's energy, slot by slot: read and estimated."""

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, known_at, table
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.units import MONTHLY, YEARLY, Kwh, kwh


class EnergyEstimate(Contract):
    """What is estimated of one member's energy in one slot: filled where no reading is, or no measured one.

    Readings that their source estimated or substituted count here and not as read; so does what a running total counted
    over a gap.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    zone: str = column("Zone of the member in the slot")
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no measured consumption covers and the estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption of these minutes", nullable=True)
    production_estimated_kwh: Kwh = kwh(
        "Estimated production of the minutes that the production meter did not measure", nullable=True
    )
    estimation_method: str = column("What the estimate was made from; several ways are listed")
    known_at_utc: Utc = column("When the world could have known all that the estimate was made from")

    class Config:
        metadata = table(
            "gold.energy_estimate",
            key=("member_id", "period_start_utc"),
            partitioned_by=YEARLY,
        )


class EnergyFlow(Contract):
    """One member's energy in one slot.

    What was read and what was estimated stand apart: consumption, production, self-consumption, surplus and deficit are
    what they would be without any estimate, and balance exactly. What a source estimated or substituted counts as
    estimated. A slot that no measured reading covers but that could be estimated has a row, too: with the estimated
    columns, and with the output of panels that have no meter.
    """

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    zone: str = column("Zone of the member in the slot", references="gold.zone.zone")
    consumption_minutes: int = column("Minutes of the slot that measured consumption covers", "min", ge=0, le=60)
    consumption_kwh: Kwh = kwh(
        "What the member consumed; empty where no measured reading covers the slot", nullable=True
    )
    production_kwh: Kwh = kwh("What the member's panels produced; empty where it is not known", nullable=True)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=True)
    surplus_kwh: Kwh = kwh("Production beyond consumption", nullable=True)
    deficit_kwh: Kwh = kwh("Consumption beyond production", nullable=True)
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no measured consumption covers and an estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_kwh: Kwh = kwh(
        "Estimated consumption of these minutes, not part of what was read", nullable=True
    )
    production_estimated_kwh: Kwh = kwh(
        "Estimated production of the minutes that the production meter did not measure", nullable=True
    )
    estimation_method: str = column("What the estimates were made from; several ways are listed", nullable=True)
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.energy_flow",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            held=("member_id", "zone"),
            rules=(
                SLOTS,
                Rule(
                    "production is self-consumption and surplus", "production_kwh = self_consumption_kwh + surplus_kwh"
                ),
                Rule(
                    "consumption is self-consumption and deficit",
                    "consumption_kwh = self_consumption_kwh + deficit_kwh",
                ),
                Rule(
                    "production and grid import are consumption and grid export",
                    "production_kwh + deficit_kwh = consumption_kwh + surplus_kwh",
                ),
                Rule("readings cover no more than the slot", "consumption_minutes <= period_minutes"),
                Rule(
                    "energy says where it comes from",
                    "(consumption_kwh is null or consumption_provenance is not null) "
                    "and (coalesce(production_kwh, 0) = 0 or production_provenance is not null)",
                    dimension="completeness",
                ),
            ),
        )

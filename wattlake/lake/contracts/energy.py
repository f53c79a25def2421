"""The community's energy: by member and slot, by day, and how much of it is known."""

from typing import Any

from wattlake.lake.contracts import PROVENANCE, Contract, Utc, column, known_at, table
from wattlake.lake.contracts.promises import MIDNIGHT, SLOTS, Rule, Total
from wattlake.lake.contracts.units import MONTHLY, YEARLY, Share, energy

SUMS_OF_FLOW = tuple(
    (name, f"coalesce(sum({name}), 0)")
    for name in (
        *("consumption_minutes", "consumption_wh", "production_wh", "self_consumption_wh", "surplus_wh", "deficit_wh"),
        *("consumption_estimated_minutes", "consumption_estimated_wh", "production_estimated_wh"),
    )
)


class EnergyEstimate(Contract):
    """What is estimated of one member's energy in one slot: of the minutes that no reading covers."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    zone: str = column("Zone of the member in the slot")
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no consumption reading covers and the estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_wh: int = energy("Estimated consumption of these minutes", nullable=True)
    production_estimated_wh: int = energy(
        "Estimated production of the minutes that the production meter missed", nullable=True
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
    what they would be without any estimate, and balance exactly. A slot that no reading covers but that could be
    estimated has a row, too: with the estimated columns, and with the output of panels that have no meter.
    """

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    zone: str = column("Zone of the member in the slot", references="gold.zone.zone")
    consumption_minutes: int = column("Minutes of the slot that consumption readings cover", "min", ge=0, le=60)
    consumption_wh: int = energy("What the member consumed; empty where no reading covers the slot", nullable=True)
    production_wh: int = energy("What the member's panels produced; empty where it is not known", nullable=True)
    self_consumption_wh: int = energy("The part of production consumed in the same slot", nullable=True)
    surplus_wh: int = energy("Production beyond consumption", nullable=True)
    deficit_wh: int = energy("Consumption beyond production", nullable=True)
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no consumption reading covers and an estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_wh: int = energy(
        "Estimated consumption of these minutes, not part of what was read", nullable=True
    )
    production_estimated_wh: int = energy(
        "Estimated production of the minutes that the production meter missed", nullable=True
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
            rules=(
                SLOTS,
                Rule("production is self-consumption and surplus", "production_wh = self_consumption_wh + surplus_wh"),
                Rule(
                    "consumption is self-consumption and deficit", "consumption_wh = self_consumption_wh + deficit_wh"
                ),
                Rule(
                    "production and grid import are consumption and grid export",
                    "production_wh + deficit_wh = consumption_wh + surplus_wh",
                ),
                Rule("readings cover no more than the slot", "consumption_minutes <= period_minutes"),
                Rule(
                    "energy says where it comes from",
                    "(consumption_wh is null or consumption_provenance is not null) "
                    "and (coalesce(production_wh, 0) = 0 or production_provenance is not null)",
                    dimension="completeness",
                ),
            ),
        )


class EnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the day", references="gold.calendar.period_start_utc")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day in which consumption or production is known", ge=0)
    consumption_minutes: int = column("Minutes of the day that consumption readings cover", "min", ge=0, le=1440)
    consumption_wh: int = energy("What the member consumed")
    production_wh: int = energy("What the member's panels produced")
    self_consumption_wh: int = energy("The part of production consumed in the same slot")
    surplus_wh: int = energy("Production beyond consumption, slot by slot")
    deficit_wh: int = energy("Consumption beyond production, slot by slot")
    consumption_estimated_minutes: int = column(
        "Minutes of the day that no consumption reading covers and an estimate stands for", "min", ge=0, le=1440
    )
    consumption_estimated_wh: int = energy("Estimated consumption, not part of what was read")
    production_estimated_wh: int = energy("Estimated production, not part of what was read")
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table(
            "gold.energy_balance_daily",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(
                MIDNIGHT,
                Rule(
                    "production holds self-consumption and surplus", "production_wh >= self_consumption_wh + surplus_wh"
                ),
                Rule(
                    "consumption holds self-consumption and deficit",
                    "consumption_wh >= self_consumption_wh + deficit_wh",
                ),
            ),
            totals=(Total("gold.energy_flow", SUMS_OF_FLOW, by=("member_id",)),),
        )


def minutes_of_day(meaning: str, **bounds: Any) -> Any:  # noqa: ANN401
    """A column of minutes of one UTC day."""
    return column(meaning, "min", **{"ge": 0, "le": 1440, **bounds})


class CompletenessDaily(Contract):
    """How complete one member's consumption is on one UTC day of which the community has any energy."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    expected_minutes: int = minutes_of_day("Minutes of the slots that start while the member has a meter", ge=1)
    measured_minutes: int = minutes_of_day("Of these, the minutes that readings cover")
    estimated_minutes: int = minutes_of_day("Of these, the minutes that no reading covers and an estimate stands for")
    missing_minutes: int = minutes_of_day("The rest: minutes of which nothing is known")
    completeness_ratio: Share = column("Measured of expected minutes; estimates do not count", ge=0, le=1)

    class Config:
        metadata = table("gold.completeness_daily", key=("member_id", "period_start_utc"), partitioned_by=MONTHLY)

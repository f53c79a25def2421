"""Each member's energy by day, and how much of it is known."""

from typing import Any

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, table
from wattlake.lake.contracts.promises import MIDNIGHT, Rule, Total
from wattlake.lake.contracts.units import MONTHLY, Kwh, Share, kwh

SUMS_OF_FLOW = tuple(
    (name, f"coalesce(sum({name}), 0)")
    for name in (
        *(
            "consumption_minutes",
            "consumption_kwh",
            "production_kwh",
            "self_consumption_kwh",
            "surplus_kwh",
            "deficit_kwh",
        ),
        *("consumption_estimated_minutes", "consumption_estimated_kwh", "production_estimated_kwh"),
    )
)


class EnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the day", references="gold.calendar.period_start_utc")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day in which consumption or production is known", ge=0)
    consumption_minutes: int = column("Minutes of the day that measured consumption covers", "min", ge=0, le=1440)
    consumption_kwh: Kwh = kwh("What the member consumed")
    production_kwh: Kwh = kwh("What the member's panels produced")
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot")
    surplus_kwh: Kwh = kwh("Production beyond consumption, slot by slot")
    deficit_kwh: Kwh = kwh("Consumption beyond production, slot by slot")
    consumption_estimated_minutes: int = column(
        "Minutes of the day that no measured consumption covers and an estimate stands for", "min", ge=0, le=1440
    )
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption, not part of what was read")
    production_estimated_kwh: Kwh = kwh("Estimated production, not part of what was read")
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
                    "production holds self-consumption and surplus",
                    "production_kwh >= self_consumption_kwh + surplus_kwh",
                ),
                Rule(
                    "consumption holds self-consumption and deficit",
                    "consumption_kwh >= self_consumption_kwh + deficit_kwh",
                ),
            ),
            totals=(Total("gold.energy_flow", SUMS_OF_FLOW, by=("member_id",)),),
        )


def minutes_of_day(meaning: str, **bounds: Any) -> Any:  # noqa: ANN401
    """Make a column of minutes of one UTC day."""
    return column(meaning, "min", **{"ge": 0, "le": 1440, **bounds})


class CompletenessDaily(Contract):
    """How complete one member's consumption is on one UTC day of which the community has any energy."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    expected_minutes: int = minutes_of_day("Minutes of the slots that start while the member has a meter", ge=1)
    measured_minutes: int = minutes_of_day("Of these, the minutes that measured readings cover")
    estimated_minutes: int = minutes_of_day(
        "Of these, the minutes that no measured reading covers and an estimate stands for"
    )
    missing_minutes: int = minutes_of_day("The rest: minutes of which nothing is known")
    completeness_ratio: Share = column("Measured of expected minutes; estimates do not count", ge=0, le=1)

    class Config:
        metadata = table("gold.completeness_daily", key=("member_id", "period_start_utc"), partitioned_by=MONTHLY)

"""Forecasts of energy as they were issued, in kWh to the watt-hour."""

from itertools import pairwise

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.units import Kwh, kwh

BY_ISSUE = ("year(issued_at_utc)", "month(issued_at_utc)")
TARGETS = ["consumption", "production"]
TIERS = "model, or what stood in for it: a baseline, members alike by the register, the other members, nothing"
HORIZON = Rule(
    "the horizon is from the issue to the slot",
    "abs(horizon_hours * 60 - date_diff('second', issued_at_utc, period_start_utc) / 60) < 1",
)
MEAN_WITHIN = Rule("every band holds the mean", "mean_kwh between lower_50_kwh and upper_50_kwh")


def bands(expected: str, unit: str) -> Rule:
    """Make the rule that each band holds the narrower one, and the narrowest the expectation."""
    lower = [f"lower_{unit}", f"lower_80_{unit}", f"lower_50_{unit}"]
    ends = [*lower, expected, *(end.replace("lower", "upper") for end in reversed(lower))]
    return Rule(
        "each band holds the narrower one", " and ".join(f"{outer} <= {inner}" for outer, inner in pairwise(ends))
    )


class IssuedFor(Contract):
    """The issue of a forecast, and the slot it is for."""

    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])


class Issued(IssuedFor):
    """The issue of a forecast, its slot and its forecaster."""

    horizon_hours: float = column("From the issue to the start of the slot", "h", ge=0)
    forecaster: str = column("Name of the forecaster; `ladder` where no model was there")
    forecaster_version: str = column("Number of its model in ops.model; 0 where no model was there")


class Expectation(Issued):
    """The energy a forecast expects, and the bands around it."""

    expected_kwh: Kwh = kwh("Expected energy: of a member the median, right most often; of a group the mean")
    lower_kwh: Kwh = kwh("Lower end of the 95 % band")
    upper_kwh: Kwh = kwh("Upper end of the 95 % band")
    lower_80_kwh: Kwh = kwh("Lower end of the 80 % band")
    upper_80_kwh: Kwh = kwh("Upper end of the 80 % band")
    lower_50_kwh: Kwh = kwh("Lower end of the 50 % band")
    upper_50_kwh: Kwh = kwh("Upper end of the 50 % band")


class Made(Contract):
    """The origin of a forecast, and the time it was computed."""

    provenance: str = provenance()
    made_at_utc: Utc = column("When it was computed, from what had been fetched by then", alias="_made_at_utc")


class OfMember(Contract):
    """The member a row is of."""

    member_id: str = column("Member of the community", references="gold.member_version.member_id")


class OfMemberAndTarget(OfMember):
    """The member and the kind of energy a forecast is of."""

    target: str = column("What is forecast", isin=TARGETS)


class Ladder(Contract):
    """The rung a member's expectation is taken from, and the baselines beside it."""

    tier: str = column(f"What the expectation is of: {TIERS}")
    samples: int = column("How often the slot's clock time is known in the 28 days before", ge=0)
    mean_kwh: Kwh = kwh("Expected energy: the mean, which adds up to the right sum")
    naive_24h_kwh: Kwh = kwh("Baseline: the same slot a day before", nullable=True)
    naive_168h_kwh: Kwh = kwh("Baseline: the same slot a week before; of consumption", nullable=True)
    weekday_mean_kwh: Kwh = kwh("Baseline: the mean of the last four same weekdays; of consumption", nullable=True)
    clock_mean_kwh: Kwh = kwh("Baseline: the mean of the last 28 days", nullable=True)
    smart_persistence_kwh: Kwh = kwh("Baseline: a clear day, dimmed as yesterday was; of production", nullable=True)


class OfGroup(Contract):
    """The group of members and the kind of energy a forecast is of."""

    level: str = column("Whose energy is added up", isin=["zone", "community"])
    group_id: str = column("The zone; `community` for all together")
    target: str = column("What is forecast", isin=TARGETS)
    members: int = column("Members that are added up", ge=0)


# Columns stand in the order of the bases from last to first.
class Forecast(Made, Ladder, Expectation, OfMemberAndTarget):
    """One member's expected energy in one slot, as it was foreseen at one time by one forecaster."""

    class Config:
        metadata = table(
            "gold.forecast",
            key=("member_id", "target", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
            partitioned_by=BY_ISSUE,
            rules=(SLOTS, HORIZON, bands("expected_kwh", "kwh"), MEAN_WITHIN),
        )


class GroupForecast(Made, Expectation, OfGroup):
    """What a zone's members, or all of the community's, are expected to consume or produce together in one slot."""

    class Config:
        metadata = table(
            "gold.group_forecast",
            key=(
                "level",
                "group_id",
                "target",
                "issued_at_utc",
                "period_start_utc",
                "forecaster",
                "forecaster_version",
            ),
            partitioned_by=BY_ISSUE,
            rules=(SLOTS, HORIZON, bands("expected_kwh", "kwh")),
        )

"""Forecasts as they were issued, how they went, and what to do about them; in integer watt-hours."""

from itertools import pairwise
from typing import Annotated, Any

import polars as pl

from wattlake.lake.contracts import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.units import Share, energy

BY_ISSUE = ("year(issued_at_utc)", "month(issued_at_utc)")
TARGETS = ["consumption", "production"]
TIERS = "model, or what stood in for it: a baseline, members alike by the register, the other members, nothing"
HORIZON = Rule(
    "the horizon is from the issue to the slot",
    "abs(horizon_hours * 60 - date_diff('second', issued_at_utc, period_start_utc) / 60) < 1",
)
MEAN_WITHIN = Rule("every band holds the mean", "mean_wh between lower_50_wh and upper_50_wh")
Price = Annotated[pl.Decimal, 12, 4]


def price(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """A column of prices at the exchange."""
    return column(meaning, "EUR/MWh", nullable=nullable)


def bands(expected: str, unit: str) -> Rule:
    """The narrowest band holds the expectation, and each band the narrower one."""
    lower = [f"lower_{unit}", f"lower_80_{unit}", f"lower_50_{unit}"]
    ends = [*lower, expected, *(end.replace("lower", "upper") for end in reversed(lower))]
    return Rule("each band holds the narrower one", " and ".join(f"{one} <= {next}" for one, next in pairwise(ends)))


class _Slot(Contract):
    """When it was foreseen, and for when."""

    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])


class _Issued(_Slot):
    """By whom, too."""

    horizon_hours: float = column("From the issue to the start of the slot", "h", ge=0)
    forecaster: str = column("Name of the forecaster; `ladder` where no model was there")
    forecaster_version: str = column("Number of its model in ops.model; 0 where no model was there")


class _Energy(_Issued):
    """How much energy, and within which bounds."""

    expected_wh: int = energy("Expected energy: of a member the median, right most often; of a group the mean")
    lower_wh: int = energy("Lower end of the 95 % band")
    upper_wh: int = energy("Upper end of the 95 % band")
    lower_80_wh: int = energy("Lower end of the 80 % band")
    upper_80_wh: int = energy("Upper end of the 80 % band")
    lower_50_wh: int = energy("Lower end of the 50 % band")
    upper_50_wh: int = energy("Upper end of the 50 % band")


class _Made(Contract):
    """From what, and when it was computed."""

    provenance: str = provenance()
    made_at_utc: Utc = column("When it was computed, from what had been fetched by then", alias="_made_at_utc")


class _Member(Contract):
    member_id: str = column("Member of the community", references="gold.member_version.member_id")


class _OfMember(_Member):
    target: str = column("What is forecast", isin=TARGETS)


class _Ladder(Contract):
    """What stood in, and the baselines beside."""

    tier: str = column(f"What the expectation is of: {TIERS}")
    samples: int = column("How often the slot's clock time is known in the 28 days before", ge=0)
    mean_wh: int = energy("Expected energy: the mean, which adds up to the right sum")
    naive_24h_wh: int = energy("Baseline: the same slot a day before", nullable=True)
    naive_168h_wh: int = energy("Baseline: the same slot a week before; of consumption", nullable=True)
    weekday_mean_wh: int = energy("Baseline: the mean of the last four same weekdays; of consumption", nullable=True)
    clock_mean_wh: int = energy("Baseline: the mean of the last 28 days", nullable=True)
    smart_persistence_wh: int = energy("Baseline: a clear day, dimmed as yesterday was; of production", nullable=True)


class _Group(Contract):
    level: str = column("Whose energy is added up", isin=["zone", "community"])
    group_id: str = column("The zone; `community` for all together")
    target: str = column("What is forecast", isin=TARGETS)
    members: int = column("Members that are added up", ge=0)


# Columns stand in the order of the bases from last to first.
class Forecast(_Made, _Ladder, _Energy, _OfMember):
    """One member's expected energy in one slot, as it was foreseen at one time by one forecaster."""

    class Config:
        metadata = table(
            "gold.forecast",
            key=("member_id", "target", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
            partitioned_by=BY_ISSUE,
            rules=(SLOTS, HORIZON, bands("expected_wh", "wh"), MEAN_WITHIN),
        )


class GroupForecast(_Made, _Energy, _Group):
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
            rules=(SLOTS, HORIZON, bands("expected_wh", "wh")),
        )


class _Zone(Contract):
    bidding_zone: str = column("Bidding zone of the exchange")


class _Price(_Issued):
    """At which price, and within which bounds."""

    tier: str = column(
        "`published` where the price is known already; otherwise the model, or the baseline in its place"
    )
    spot_eur_per_mwh: Price = price("Expected price")
    lower_eur_per_mwh: Price = price("Lower end of the 95 % band")
    upper_eur_per_mwh: Price = price("Upper end of the 95 % band")
    lower_80_eur_per_mwh: Price = price("Lower end of the 80 % band")
    upper_80_eur_per_mwh: Price = price("Upper end of the 80 % band")
    lower_50_eur_per_mwh: Price = price("Lower end of the 50 % band")
    upper_50_eur_per_mwh: Price = price("Upper end of the 50 % band")
    naive_24h_eur_per_mwh: Price = price("Baseline: the price a day before", nullable=True)
    naive_168h_eur_per_mwh: Price = price("Baseline: the price a week before", nullable=True)
    weekday_mean_eur_per_mwh: Price = price("Baseline: the mean of the last four same weekdays", nullable=True)


class PriceForecast(_Made, _Price, _Zone):
    """The day-ahead price expected in one slot; where the auction is over by the issue, what it came to."""

    class Config:
        metadata = table(
            "gold.price_forecast",
            key=("bidding_zone", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
            partitioned_by=BY_ISSUE,
            rules=(
                SLOTS,
                HORIZON,
                bands("spot_eur_per_mwh", "eur_per_mwh"),
                Rule("a published price is certain", "tier <> 'published' or lower_eur_per_mwh = upper_eur_per_mwh"),
            ),
        )


class _Advice(Contract):
    expected_surplus_wh: int = column("Expected production less consumption; negative is a deficit", "Wh")
    lower_surplus_wh: int = column("Lower end of the 80 % band of that", "Wh")
    upper_surplus_wh: int = column("Upper end of the 80 % band of that", "Wh")
    sell_micro_eur_per_kwh: int = column("What the grid is expected to pay", "µEUR/kWh", nullable=True)
    buy_micro_eur_per_kwh: int = column("What the grid is expected to charge", "µEUR/kWh", nullable=True)
    lower_revenue_micro_eur: int = column(
        "What the surplus brings at least: the lower end of its band, at what the grid pays; negative is a cost, of a "
        "deficit's far end at what the grid charges",
        "µEUR",
        nullable=True,
    )
    upper_revenue_micro_eur: int = column(
        "What the surplus brings at most: the upper end of its band, half-way between what the grid pays and charges, "
        "as among neighbours; of a deficit its near end",
        "µEUR",
        nullable=True,
    )
    advice: str = column(
        "SELL where the whole band is a surplus, BUY where it is a deficit, HOLD between", isin=["SELL", "BUY", "HOLD"]
    )
    confidence_ratio: Share = column(
        "Chance that there is a surplus (SELL), or a deficit (BUY), or that it is small either way (HOLD)", ge=0, le=1
    )
    load_rank: int = column(
        "1 for the best slot of the issue to run a load in: own surplus first, then low prices", ge=1
    )


class SurplusAdvice(_Advice, _Slot, _Member):
    """What a member is advised to do in one slot, by the forecasts of one issue and the community's prices."""

    class Config:
        metadata = table(
            "gold.surplus_advice",
            key=("member_id", "issued_at_utc", "period_start_utc"),
            partitioned_by=BY_ISSUE,
            rules=(
                SLOTS,
                Rule(
                    "the band holds the expectation",
                    "expected_surplus_wh between lower_surplus_wh and upper_surplus_wh",
                ),
                Rule(
                    "the advice is what the band says",
                    "advice = if(lower_surplus_wh > 0, 'SELL', if(upper_surplus_wh < 0, 'BUY', 'HOLD'))",
                ),
            ),
        )

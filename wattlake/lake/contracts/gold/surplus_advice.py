"""Advice to members, made from the forecasts of one issue."""

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.gold.forecast import BY_ISSUE, IssuedFor, OfMember
from wattlake.lake.contracts.promises import SLOTS, Rule
from wattlake.lake.contracts.units import Eur, EurPerKwh, Kwh, Share, eur, eur_per_kwh, kwh


class Advice(Contract):
    """The surplus a member expects, what it brings, and what to do about it."""

    expected_surplus_kwh: Kwh = kwh("Expected production less consumption; negative is a deficit", is_signed=True)
    lower_surplus_kwh: Kwh = kwh("Lower end of the 80 % band of that", is_signed=True)
    upper_surplus_kwh: Kwh = kwh("Upper end of the 80 % band of that", is_signed=True)
    sell_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid is expected to pay", nullable=True)
    buy_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid is expected to charge", nullable=True)
    lower_revenue_eur: Eur = eur(
        "What the surplus brings at least: the lower end of its band, at what the grid pays; negative is a cost, of a "
        "deficit's far end at what the grid charges",
        nullable=True,
    )
    upper_revenue_eur: Eur = eur(
        "What the surplus brings at most: the upper end of its band, half-way between what the grid pays and charges, "
        "as among neighbours; of a deficit its near end",
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


class SurplusAdvice(Advice, IssuedFor, OfMember):
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
                    "expected_surplus_kwh between lower_surplus_kwh and upper_surplus_kwh",
                ),
                Rule(
                    "the advice is what the band says",
                    "advice = if(lower_surplus_kwh > 0, 'SELL', if(upper_surplus_kwh < 0, 'BUY', 'HOLD'))",
                ),
            ),
        )

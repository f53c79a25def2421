"""Forecasts of the day-ahead price as they were issued."""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.gold.forecast import BY_ISSUE, HORIZON, Issued, Made, bands
from wattlake.lake.contracts.promises import SLOTS, Rule

Price = Annotated[Decimal, 12, 4]


def price(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """A column of prices at the exchange."""
    return column(meaning, "EUR/MWh", nullable=nullable)


class OfBiddingZone(Contract):
    """The bidding zone a price is of."""

    bidding_zone: str = column("Bidding zone of the exchange")


class ExpectedPrice(Issued):
    """The price a forecast expects, and the bands around it."""

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


class PriceForecast(Made, ExpectedPrice, OfBiddingZone):
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

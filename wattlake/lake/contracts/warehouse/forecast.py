"""Forecasts as people and the dashboard read them, in kWh and EUR; views over gold."""

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, table
from wattlake.lake.contracts.gold.forecast import TIERS
from wattlake.lake.contracts.gold.price_forecast import Price, price
from wattlake.lake.contracts.units import Eur, Kwh, Share, eur, kwh


class FactForecast(Contract):
    """One member's expected energy in one slot, as it was foreseen at one time by one forecaster."""

    user_sk: str = column("The member's newest register entry", references="warehouse.dim_user.user_sk")
    user_id: str = column("Member of the community")
    target: str = column("consumption or production")
    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    period_minutes: int = column("Length of the slot", "min")
    horizon_hours: float = column("From the issue to the start of the slot", "h")
    forecaster: str = column("Name of the forecaster; `ladder` where no model was there")
    forecaster_version: str = column("Number of its model in ops.model; 0 where no model was there")
    tier: str = column(f"What the expectation is of: {TIERS}")
    expected_kwh: Kwh = kwh("Expected energy: the median, right most often")
    mean_kwh: Kwh = kwh("Expected energy: the mean, which adds up to the right sum", nullable=True)
    lower_kwh: Kwh = kwh("Lower end of the 95 % band")
    upper_kwh: Kwh = kwh("Upper end of the 95 % band")
    lower_80_kwh: Kwh = kwh("Lower end of the 80 % band")
    upper_80_kwh: Kwh = kwh("Upper end of the 80 % band")
    lower_50_kwh: Kwh = kwh("Lower end of the 50 % band")
    upper_50_kwh: Kwh = kwh("Upper end of the 50 % band")
    naive_24h_kwh: Kwh = kwh("Baseline: the same slot a day before", nullable=True)
    clock_mean_kwh: Kwh = kwh("Baseline: the mean of the last 28 days", nullable=True)
    samples: int = column("How often the slot's clock time is known in the 28 days before")
    provenance: str = column("simulated where what it was made from is simulated, otherwise estimated", isin=PROVENANCE)

    class Config:
        metadata = table(
            "warehouse.fact_forecast",
            key=("user_id", "target", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
        )


class FactGroupForecast(Contract):
    """What a zone's members, or all of the community's, are expected to consume or produce together in one slot."""

    level: str = column("Whose energy is added up: zone or community")
    group_id: str = column("The zone, a key of dim_zone; `community` for all together")
    target: str = column("consumption or production")
    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    period_minutes: int = column("Length of the slot", "min")
    horizon_hours: float = column("From the issue to the start of the slot", "h")
    forecaster: str = column("Name of the forecaster; `ladder` where no model was there")
    forecaster_version: str = column("Number of its model in ops.model; 0 where no model was there")
    members: int = column("Members that are added up")
    expected_kwh: Kwh = kwh("Expected energy: the mean")
    lower_kwh: Kwh = kwh("Lower end of the 95 % band")
    upper_kwh: Kwh = kwh("Upper end of the 95 % band")
    lower_80_kwh: Kwh = kwh("Lower end of the 80 % band")
    upper_80_kwh: Kwh = kwh("Upper end of the 80 % band")
    lower_50_kwh: Kwh = kwh("Lower end of the 50 % band")
    upper_50_kwh: Kwh = kwh("Upper end of the 50 % band")
    provenance: str = column("simulated where what it was made from is simulated, otherwise estimated", isin=PROVENANCE)

    class Config:
        metadata = table(
            "warehouse.fact_group_forecast",
            key=(
                "level",
                "group_id",
                "target",
                "issued_at_utc",
                "period_start_utc",
                "forecaster",
                "forecaster_version",
            ),
        )


class FactPriceForecast(Contract):
    """The day-ahead price expected in one slot; where the auction was over by the issue, what it came to."""

    bidding_zone: str = column("Bidding zone of the exchange")
    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot; a key of dim_time")
    period_minutes: int = column("Length of the slot", "min")
    horizon_hours: float = column("From the issue to the start of the slot", "h")
    forecaster: str = column("Name of the forecaster; `ladder` where no model was there")
    forecaster_version: str = column("Number of its model in ops.model; 0 where no model was there")
    tier: str = column("`published` where the price was known already; otherwise what the expectation is of")
    spot_price_eur_per_mwh: Price = price("Expected price")
    lower_eur_per_mwh: Price = price("Lower end of the 95 % band")
    upper_eur_per_mwh: Price = price("Upper end of the 95 % band")
    lower_80_eur_per_mwh: Price = price("Lower end of the 80 % band")
    upper_80_eur_per_mwh: Price = price("Upper end of the 80 % band")
    lower_50_eur_per_mwh: Price = price("Lower end of the 50 % band")
    upper_50_eur_per_mwh: Price = price("Upper end of the 50 % band")
    provenance: str = column("simulated where what it was made from is simulated, otherwise estimated", isin=PROVENANCE)

    class Config:
        metadata = table(
            "warehouse.fact_price_forecast",
            key=("bidding_zone", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
        )


class FactSurplusAdvice(Contract):
    """What a member is advised to do in one slot, by the forecasts of one issue and the community's prices."""

    user_sk: str = column("The member's newest register entry", references="warehouse.dim_user.user_sk")
    user_id: str = column("Member of the community")
    issued_at_utc: Utc = column("When the forecasts were issued")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    period_minutes: int = column("Length of the slot", "min")
    expected_surplus_kwh: Kwh = kwh("Expected production less consumption; negative is a deficit", is_signed=True)
    lower_surplus_kwh: Kwh = kwh("Lower end of the 80 % band of that", is_signed=True)
    upper_surplus_kwh: Kwh = kwh("Upper end of the 80 % band of that", is_signed=True)
    lower_revenue_eur: Eur = eur("What the surplus brings at least; negative is a cost", nullable=True)
    upper_revenue_eur: Eur = eur("What the surplus brings at most", nullable=True)
    advice: str = column("SELL, BUY or HOLD")
    confidence_ratio: Share = column("How likely it is that the advice is right")
    load_rank: int = column("1 for the best slot of the issue to run a load in")

    class Config:
        metadata = table("warehouse.fact_surplus_advice", key=("user_id", "issued_at_utc", "period_start_utc"))

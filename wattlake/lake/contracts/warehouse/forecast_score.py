"""Errors of forecasts as people and the dashboard read them."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class FactForecastScore(Contract):
    """How one member's forecast of one target went on one UTC day, by how far ahead it looked."""

    user_id: str = column("Member of the community")
    target: str = column("consumption or production")
    period_start_utc: Utc = column("The day")
    lead_hours: int = column("Least horizon of the slots that are scored here", "h")
    forecaster: str = column("Name of the forecaster")
    forecaster_version: str = column("Number of its model in ops.model")
    slots: int = column("Slots whose energy is known by now")
    mae_kwh: float = column("Mean absolute error", "kWh")
    rmse_kwh: float = column("Root of the mean squared error", "kWh")
    wape_pct: float = column("Absolute errors over what came; empty where nothing came", "%", nullable=True)
    pinball_kwh: float = column("Mean pinball loss of the median and the ends of the bands", "kWh")
    coverage_50_pct: float = column("Slots within the 50 % band", "%")
    coverage_80_pct: float = column("Slots within the 80 % band", "%")
    coverage_95_pct: float = column("Slots within the 95 % band", "%")
    skill_naive_24h_pct: float = column("By how much the error is below the 24-hour naive one's", "%", nullable=True)
    skill_naive_168h_pct: float = column("By how much it is below the 168-hour naive one's", "%", nullable=True)

    class Config:
        metadata = table(
            "warehouse.fact_forecast_score",
            key=("user_id", "target", "period_start_utc", "lead_hours", "forecaster", "forecaster_version"),
        )

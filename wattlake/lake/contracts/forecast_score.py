"""How forecasts went, once what came is known; and as people read it."""

from wattlake.lake.contracts import Contract, Utc, column, table
from wattlake.lake.contracts.forecast import TARGETS
from wattlake.lake.contracts.promises import Rule
from wattlake.lake.contracts.units import MONTHLY, energy


class ForecastScore(Contract):
    """How one member's forecast of one target went on one UTC day, by how far ahead it looked."""

    member_id: str = column("Member of the community")
    target: str = column("What was forecast", isin=TARGETS)
    period_start_utc: Utc = column("The day")
    lead_hours: int = column(
        "Least horizon of the slots that are scored here: 0, 6, 12 or 18", "h", isin=[0, 6, 12, 18]
    )
    forecaster: str = column("Name of the forecaster")
    forecaster_version: str = column("Number of its model in ops.model")
    slots: int = column("Slots whose energy is known by now", ge=1)
    actual_wh: int = energy("What came")
    expected_wh: int = energy("What was expected")
    absolute_error_wh: int = energy("Absolute errors, added up")
    squared_error: int = column("Squared errors in Wh², added up", ge=0)
    pinball_wh: float = column("Pinball loss of the six ends of the bands and the median, added up", "Wh", ge=0)
    slots_in_50: int = column("Slots within the 50 % band", ge=0)
    slots_in_80: int = column("Slots within the 80 % band", ge=0)
    slots_in_95: int = column("Slots within the 95 % band", ge=0)
    naive_24h_slots: int = column("Slots in which the day before is known", ge=0)
    naive_24h_error_wh: int = energy("Absolute errors of the 24-hour naive forecast in them, added up")
    naive_168h_slots: int = column("Slots in which the week before is known", ge=0)
    naive_168h_error_wh: int = energy("Absolute errors of the 168-hour naive forecast in them, added up")

    class Config:
        metadata = table(
            "ops.forecast_score",
            key=("member_id", "target", "period_start_utc", "lead_hours", "forecaster", "forecaster_version"),
            partitioned_by=MONTHLY,
            rules=(
                Rule(
                    "wider bands hold no less",
                    "slots_in_50 <= slots_in_80 and slots_in_80 <= slots_in_95 and slots_in_95 <= slots",
                ),
            ),
        )


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

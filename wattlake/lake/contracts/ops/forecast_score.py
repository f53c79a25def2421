"""Ops: errors of forecasts, once the truth is known."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.gold.forecast import TARGETS
from wattlake.lake.contracts.promises import Rule
from wattlake.lake.contracts.units import MONTHLY, Kwh, kwh


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
    actual_kwh: Kwh = kwh("What came")
    expected_kwh: Kwh = kwh("What was expected")
    absolute_error_kwh: Kwh = kwh("Absolute errors, added up")
    squared_error: Annotated[Decimal, 38, 12] = column("Squared errors in kWh², added up", ge=0)
    pinball_kwh: float = column("Pinball loss of the six ends of the bands and the median, added up", "kWh", ge=0)
    slots_in_50: int = column("Slots within the 50 % band", ge=0)
    slots_in_80: int = column("Slots within the 80 % band", ge=0)
    slots_in_95: int = column("Slots within the 95 % band", ge=0)
    naive_24h_slots: int = column("Slots in which the day before is known", ge=0)
    naive_24h_error_kwh: Kwh = kwh("Absolute errors of the 24-hour naive forecast in them, added up")
    naive_168h_slots: int = column("Slots in which the week before is known", ge=0)
    naive_168h_error_kwh: Kwh = kwh("Absolute errors of the 168-hour naive forecast in them, added up")

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

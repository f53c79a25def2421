"""Forecast the next day."""

from datetime import UTC, datetime

from prefect import flow
from prefect.events import emit_event

from wattlake.flows import recorded_run
from wattlake.lake.runs.record import Run
from wattlake.tasks.forecast import issue_forecast

DRIFTED = "wattlake.forecast.drifted"
"""The event that asks for a new model; the deployment `train` waits for it."""


@flow(name="forecast")
def forecast(now_utc: datetime | None = None) -> int:
    """Forecast the next 24 hours of members, zones and prices from what is known, and advise on them; gives the rows.

    Args:
        now_utc: the present; the clock's by default.
    """
    with recorded_run("forecast") as run:
        forecast_all(run, now_utc or datetime.now(UTC))
        return run.forecast


def forecast_all(run: Run, now_utc: datetime) -> None:
    """Forecast, count what was issued, and ask for a new model where the forecasts before have drifted."""
    issued = issue_forecast(now_utc, datetime.now(UTC))
    issued.tell(run)
    for drift in issued.drifts:
        if drift.is_breach:
            emit_event(
                DRIFTED, {"prefect.resource.id": f"wattlake.forecast.{drift.target}"}, payload={"said": str(drift)}
            )

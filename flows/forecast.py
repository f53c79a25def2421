"""Forecast the next day."""

from datetime import UTC, datetime

from prefect import flow

from flows import recorded_run
from lake.runs import Run
from tasks.forecast import issue_forecast


@flow(name="forecast")
def forecast(now_utc: datetime | None = None) -> int:
    """Forecast every member's next 24 hours from what is known; gives the rows issued.

    Args:
        now_utc: the present; the clock's by default.
    """
    with recorded_run("forecast") as run:
        forecast_all(run, now_utc or datetime.now(UTC))
        return run.rows["gold.forecast"]


def forecast_all(run: Run, now_utc: datetime) -> None:
    """Forecast, and count what was issued."""
    run.wrote("gold.forecast", *issue_forecast(now_utc))

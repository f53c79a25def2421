"""Issue the forecasts of the next day as a task."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.inputs import time_of_issue
from wattlake.tasks.forecasts.issue import Issued, forecast


@task(name="forecast")
def issue_forecast(now_utc: datetime, made_at_utc: datetime) -> Issued:
    """Forecast the next 24 hours of every member, zone and price; returns what was issued."""
    lake = Lake(Settings())
    return forecast(lake, time_of_issue(lake, now_utc), made_at_utc)

"""Train the forecasters as a task."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.train import Trained, train
from wattlake.tasks.progress import show_progress


@task(name="train")
def train_models(
    now_utc: datetime, run_id: str, issue_hour: int | None = None, tune_minutes: float = 0
) -> list[Trained]:
    """Train every target's model and promote what is better; returns the outcome of each."""
    trained = train(Lake(Settings()), now_utc, run_id, issue_hour, tune_minutes=tune_minutes)
    return list(show_progress(trained, "train"))

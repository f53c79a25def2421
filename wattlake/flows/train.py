"""Train the forecasters anew."""

from datetime import UTC, datetime

from prefect import flow
from prefect.artifacts import create_link_artifact, create_table_artifact

from wattlake.flows import recorded_run
from wattlake.lake.runs.record import Run
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.model_page import write_report
from wattlake.tasks.forecasts.train import Trained
from wattlake.tasks.train import train_models


@flow(name="train")
def train(now_utc: datetime | None = None, issue_hour: int | None = None, tune_minutes: float = 0) -> dict[str, str]:
    """Train each target's model, judge it on the weeks it did not see, and promote what is better; gives what came.

    Args:
        now_utc: the present; the clock's by default.
        issue_hour: the hour at which forecasts will be issued; that of the present by default.
        tune_minutes: for so long other settings of the trees are tried for each target.
    """
    with recorded_run("train") as run:
        trained = train_all(run, now_utc or datetime.now(UTC), issue_hour, tune_minutes)
        run.message = "; ".join(f"{outcome.target}: {outcome.status}, {outcome.why}" for outcome in trained)
        return {outcome.target: outcome.status for outcome in trained}


def train_all(run: Run, now_utc: datetime, issue_hour: int | None = None, tune_minutes: float = 0) -> list[Trained]:
    """Train, and show what came of it as a table and as a page."""
    trained = train_models(now_utc, run.run_id, issue_hour, tune_minutes)
    table = [
        {"target": outcome.target, "model": outcome.model_id, "status": outcome.status, "why": outcome.why}
        for outcome in trained
    ]
    create_table_artifact(table, key="wattlake-train", description="What training came to")
    page = write_report(Lake(Settings(), read_only=True), now_utc)
    create_link_artifact(page.as_uri(), "The models and how good they are", key="wattlake-models")
    return trained

"""The whole job."""

from datetime import UTC, date, datetime, time, timedelta

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.flows.build import build_all
from wattlake.flows.forecast import forecast_all
from wattlake.flows.ingest import fill_all, land_all
from wattlake.flows.settle import settle_all
from wattlake.flows.train import train_all
from wattlake.tasks.landing.each_source import sources_to_land, window
from wattlake.tasks.landing.failures import SourcesFailedError


@flow(name="pipeline")
def pipeline(
    sources: list[str] | None = None,
    days: int = 7,
    from_day: date | None = None,
    to_day: date | None = None,
    now_utc: datetime | None = None,
    train: bool = False,
) -> dict[str, float]:
    """Land every source, build every table, settle the trades, forecast the next 24 hours; gives seconds by table.

    The APIs are also asked for the other days that meters have readings of and they lack. Where a source fails, what
    the others gave is built, settled and forecast all the same, and then the run fails.

    Args:
        sources: which ones; all of them by default.
        days: how many days the APIs are asked for, up to ``to_day``.
        from_day: first UTC day, instead of ``days``.
        to_day: last UTC day; today by default.
        now_utc: the present; the clock's by default.
        train: train the forecasters before they forecast, as the flow `train` does each week.
    """
    now_utc = now_utc or datetime.now(UTC)
    first, last = window(days, from_day, to_day, now_utc)
    with recorded_run("pipeline") as run:
        failures: list[SourcesFailedError] = []
        for land in (land_all, fill_all):
            failed = {name for failure in failures for name in failure.names}
            try:
                land(run, [name for name in sources or sources_to_land() if name not in failed], first, last, now_utc)
            except SourcesFailedError as error:
                failures.append(error)
        build_all(run, now_utc)
        settle_all(run, now_utc)
        until = min(now_utc, datetime.combine(last + timedelta(days=1), time.min, UTC))
        if train:
            train_all(run, until)
        forecast_all(run, until)
        if failures:
            raise SourcesFailedError(" ".join(map(str, failures)))
        return run.seconds

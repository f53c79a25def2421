"""Land what the sources have."""

from datetime import UTC, date, datetime
from functools import partial

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.lake.runs.record import Run
from wattlake.tasks.build_readings import build_readings
from wattlake.tasks.build_register import build_register
from wattlake.tasks.fill import fill_source
from wattlake.tasks.ingest import land_source
from wattlake.tasks.landing.each_source import land_each, sources_to_land, window
from wattlake.tasks.landing.reachable import silent_sources
from wattlake.tasks.sources import Api, source


@flow(name="ingest")
def ingest(
    sources: list[str] | None = None,
    days: int = 7,
    from_day: date | None = None,
    to_day: date | None = None,
    now_utc: datetime | None = None,
) -> int:
    """Land what the sources have for some days, by default the last seven; gives the rows landed.

    The community's register and meter files come first, then the register is built, so that the APIs can be asked for
    the community's zones. A source that fails makes the run fail, after every other source has been landed.

    Args:
        sources: which ones; all of them by default.
        days: how many days, up to ``to_day``.
        from_day: first UTC day, instead of ``days``.
        to_day: last UTC day; today by default.
        now_utc: the present; the clock's by default.
    """
    now_utc = now_utc or datetime.now(UTC)
    with recorded_run("ingest") as run:
        land_all(run, sources, *window(days, from_day, to_day, now_utc), now_utc)
        return run.total("bronze.")


def land_all(run: Run, sources: list[str] | None, from_day: date, to_day: date, now_utc: datetime) -> None:
    """Land sources as tasks, one failing source stopping no other; services that do not answer are told first.

    Raises:
        SourcesFailedError: which ones failed, and why.
    """
    land_one = partial(land_source, from_day=from_day, to_day=to_day, now_utc=now_utc, run_id=run.run_id)
    names = sources or sources_to_land()
    land_each(run, names, land_one, partial(build_register, run.run_id, now_utc), silent_sources(names))


def fill_all(run: Run, sources: list[str], from_day: date, to_day: date, now_utc: datetime) -> None:
    """Ask APIs for the days but ``[from_day, to_day]`` that meters have readings of and they lack.

    Raises:
        SourcesFailedError: which ones failed, and why.
    """
    for written in build_readings(run.run_id, now_utc):
        run.wrote(*written)
    fill_one = partial(fill_source, from_day=from_day, to_day=to_day, now_utc=now_utc, run_id=run.run_id)
    if apis := [name for name in sources if isinstance(source(name), Api)]:
        land_each(run, apis, fill_one, list)

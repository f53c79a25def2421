"""The simulated community of ``wattlake live``: a month in a lake, and what comes then."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from wattlake.app.progress import with_bar
from wattlake.app.sandbox.community import simulate
from wattlake.app.simulated_readings import HALF_HOUR, SimulatedReadings
from wattlake.lake.runs.record import recorded
from wattlake.lake.settings import Settings, in_project
from wattlake.lake.store.lake import Lake

MEMBERS, SEED = 24, 7
DAYS_BEFORE, DAYS_AFTER = 33, 3
"""Four weeks say what is usual of a member; a try may last until the day after."""
REPLAYED = timedelta(days=1)
MARK = ".made-by-wattlake-live"


@dataclass(frozen=True)
class World:
    """A community that begins to send.

    Attributes:
        settings: of its lake, which has the time before ``from_utc``.
        history: what its meters measure, in the future too.
        from_utc: from when on they send; half-hours before were landed from files.
        folder: of all of it.
    """

    settings: Settings
    history: SimulatedReadings
    from_utc: datetime
    folder: Path


def make_world(now: datetime) -> World:
    """Simulate a community, and land and build all but its last day; an earlier one goes.

    Raises:
        ValueError: its folder holds what was not made here.
    """
    folder = _emptied(in_project(Path("data-live")))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = (midnight + timedelta(days=DAYS_AFTER + 1)).date()
    days = DAYS_BEFORE + DAYS_AFTER + 1
    from_utc = now - REPLAYED - (now - midnight) % HALF_HOUR
    simulate(MEMBERS, days, SEED, folder / "inbox", until)
    _cut(folder / "inbox" / "smart_meters", from_utc)
    os.environ |= {
        "WATTLAKE_DATA": str(folder / "lake"),
        "WATTLAKE_CATALOG": "",
        "WATTLAKE_SMART_METERS": str(folder / "inbox" / "smart_meters"),
        "WATTLAKE_MEMBERS": str(folder / "inbox" / "members"),
    }
    settings = Settings()
    _fill(Lake(settings), now)
    return World(settings, SimulatedReadings(MEMBERS, days=days, until=until, seed=SEED), from_utc, folder)


def _emptied(folder: Path) -> Path:
    if folder.exists() and not (folder / MARK).exists():
        raise ValueError(f"{folder} was not made by `wattlake live`, which begins anew each time. Move it away.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return folder


def _cut(folder: Path, from_utc: datetime) -> None:
    """Leave out what will come by the stream."""
    for file in folder.glob("*.csv"):
        rows = pl.read_csv(file, infer_schema=False)
        rows.filter(pl.col("tstp") < f"{from_utc:%Y-%m-%d %H:%M:%S}").write_csv(file, quote_style="never")


def _fill(lake: Lake, now: datetime) -> None:
    from wattlake.tasks.building import build, written
    from wattlake.tasks.landing.land import land

    with recorded(lake, "live", lambda: datetime.now(UTC)) as run:
        for source in ("members", "smart_meters"):
            for landed in land(lake, source, now.date(), now.date(), now, run.run_id):
                run.wrote(f"bronze.{source}", landed.rows, 0.0)
        for wrote in written(list(with_bar(build(lake, run.run_id, now), "build"))):
            run.wrote(*wrote)
    lake.close()


@contextmanager
def environment_kept() -> Iterator[None]:
    """Have the environment as before once the block ends."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

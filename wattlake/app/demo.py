"""The demonstration: a simulated community and a solar fleet.

They are landed, built and forecast as a deployment would.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from wattlake.app.sandbox import APIS
from wattlake.app.sandbox.community import simulate
from wattlake.app.sandbox.fleet import simulate_fleet
from wattlake.app.sandbox.server import running
from wattlake.lake.market.comparison import compare
from wattlake.lake.runs.record import recorded
from wattlake.lake.settings import Settings
from wattlake.lake.sql import scalar
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import Api, source, source_names

MEMBERS = 60
DAYS = 80
PANELS, PANEL_DAYS = 22, 34
SEED = 7
UNTIL = date(2026, 6, 22)
COMPARED_DAYS = 14


def run_demo(settings: Settings) -> dict[str, float]:
    """Simulate a community and a fleet, and run the flow ``pipeline``; returns seconds by table.

    The outside world is served to the flow meanwhile.

    Raises:
        ValueError: the lake is somebody's own.
    """
    from wattlake.flows.pipeline import pipeline  # Prefect takes seconds to import.

    folder = settings.local_folder / "demo"
    if Lake(settings).exists() and not folder.exists():
        raise ValueError(
            f"The lake at {settings.data} holds data of your own, and the demonstration would mix simulated ones into "
            "it. Give it a folder of its own: WATTLAKE_DATA=data-demo wattlake demo"
        )
    simulate(MEMBERS, DAYS, SEED, folder, UNTIL)
    simulate_fleet(PANELS, PANEL_DAYS, SEED, folder, UNTIL)
    now_utc = datetime.combine(UNTIL, time.min, UTC)
    with running(seed=SEED, now=now_utc) as address, _environment(folder, address):
        is_new = not _is_trained(Lake(settings))
        seconds = pipeline(
            _simulated(folder), from_day=UNTIL - timedelta(days=DAYS), to_day=UNTIL, now_utc=now_utc, train=is_new
        )
    _compare_mechanisms(Lake(settings), now_utc)
    return seconds


def _simulated(folder: Path) -> list[str]:
    """List the sources that are simulated: by files in the folder, or by the sandbox."""
    served = {api.lower() for api in APIS}
    apis = [name for name in source_names() if isinstance(asked := source(name), Api) and served >= set(asked.urls)]
    return sorted([*apis, *(name for name in source_names() if (folder / name).is_dir())])


def _is_trained(lake: Lake) -> bool:
    """Say whether forecasters were trained before: the same days would make the same models."""
    return lake.exists() and scalar(lake.reader(), "select count(*) from ops.model") > 0


def _compare_mechanisms(lake: Lake, now_utc: datetime) -> None:
    """Let all mechanisms settle the last days, once, so that there is something to compare."""
    if scalar(lake.reader(), "select count(*) from gold.market_comparison"):
        return
    days = frozenset(UNTIL - timedelta(days=number) for number in range(1, COMPARED_DAYS + 1))
    with recorded(lake, "market compare", lambda: now_utc) as run:
        for _ in compare(lake, days):
            pass
        run.message = f"Compared the mechanisms on {COMPARED_DAYS} days."


@contextmanager
def _environment(folder: Path, address: str) -> Iterator[None]:
    """Set the settings that tasks read: the simulated files, and the sandbox for every API."""
    values = {f"WATTLAKE_URL__{api}": address for api in APIS}
    values |= {f"WATTLAKE_INBOX__{path.name.upper()}": str(path) for path in folder.iterdir() if path.is_dir()}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

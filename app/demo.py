"""The demonstration: a simulated community, asked of the sandbox, landed, built and forecast as a deployment would."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from app.sandbox import APIS
from app.sandbox.community import simulate
from app.sandbox.server import running
from lake.catalog import Lake
from lake.settings import Settings

MEMBERS = 60
DAYS = 80
SEED = 7
UNTIL = date(2026, 6, 22)


def run_demo(settings: Settings) -> dict[str, float]:
    """Simulate the community, serve its outside world, run the flow ``pipeline``; gives seconds by table.

    Raises:
        ValueError: the lake is somebody's own.
    """
    from flows.pipeline import pipeline  # Prefect takes seconds to import.

    folder = settings.local_folder / "demo"
    if Lake(settings).exists() and not folder.exists():
        raise ValueError(
            f"The lake at {settings.data} holds data of your own, and the demonstration would mix simulated ones into "
            "it. Give it a folder of its own: WATTLAKE_DATA=data-demo wattlake demo"
        )
    simulate(MEMBERS, DAYS, SEED, folder, UNTIL)
    now_utc = datetime.combine(UNTIL, time.min, UTC)
    with running(seed=SEED, now=now_utc) as address, _environment(folder, address):
        return pipeline(from_day=UNTIL - timedelta(days=DAYS), to_day=UNTIL, now_utc=now_utc, train=True)


@contextmanager
def _environment(folder: Path, address: str) -> Iterator[None]:
    """Settings as the tasks read them: the community's files, and the sandbox for every API."""
    values = {f"WATTLAKE_URL__{api}": address for api in APIS}
    values |= {"WATTLAKE_SMART_METERS": str(folder / "smart_meters"), "WATTLAKE_MEMBERS": str(folder / "members")}
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

"""A small community and the sandbox that serves its outside world, for tests of the whole job."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from wattlake.app.sandbox import APIS
from wattlake.app.sandbox.community import simulate
from wattlake.app.sandbox.faults import Faults
from wattlake.app.sandbox.server import running

UNTIL = date(2026, 6, 22)
SEED = 7


@dataclass(frozen=True)
class SmallWorld:
    """A community whose readings end at ``now_utc``, and where the sandbox answers for its APIs."""

    folder: Path
    members: int
    days: int
    address: str

    @property
    def now_utc(self) -> datetime:
        return datetime.combine(UNTIL, time.min, UTC)

    @property
    def days_asked(self) -> dict[str, object]:
        """The parameters of a flow that asks for the community's days."""
        return {"from_day": UNTIL - timedelta(days=self.days), "to_day": UNTIL, "now_utc": self.now_utc}

    def settings(self, data: Path, **more: str) -> dict[str, str]:
        """The environment of a lake in a folder that is filled from this world."""
        return {
            "WATTLAKE_DATA": str(data),
            "WATTLAKE_SMART_METERS": str(self.folder / "smart_meters"),
            "WATTLAKE_MEMBERS": str(self.folder / "members"),
            **{f"WATTLAKE_URL__{api}": self.address for api in APIS},
            **more,
        }


@contextmanager
def small_world(folder: Path, members: int, days: int, faults: Faults | None = None) -> Iterator[SmallWorld]:
    """Simulate a community and serve its outside world while the block runs."""
    made = simulate(members, days, SEED, folder, UNTIL)
    now_utc = datetime.combine(UNTIL, time.min, UTC)
    with running(seed=SEED, now=now_utc, faults=faults) as address:
        yield SmallWorld(folder, made.members, days, address)


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """These environment variables while the block runs, for fixtures that outlive a test."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value

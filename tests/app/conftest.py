"""The command line in the tests' own process, and lakes for it to work on."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.contents import content_of_tables
from tests.support.small_world import SmallWorld, environment, small_world
from wattlake.app import cli
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def wattlake(monkeypatch, capsys) -> Callable[..., Said]:
    """A function that runs the command ``wattlake`` with arguments."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["wattlake", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(ended.value.code or 0, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Iterator[SmallWorld]:
    with small_world(tmp_path_factory.mktemp("world"), members=4, days=8) as made:
        yield made


@pytest.fixture(scope="session")
def _filled(world, tmp_path_factory) -> Path:
    """A lake into which everything of the small world was landed, and which was built."""
    from datetime import UTC, datetime

    from wattlake.lake.runs.record import recorded
    from wattlake.tasks.building import build
    from wattlake.tasks.landing.each_source import sources_to_land
    from wattlake.tasks.landing.land import land

    folder = tmp_path_factory.mktemp("filled") / "lake"
    with environment(world.settings(folder)):
        lake = Lake(Settings())
        with recorded(lake, "pipeline", lambda: datetime.now(UTC)) as run:
            days = (world.days_asked["from_day"], world.days_asked["to_day"])
            for name in ("members", *(name for name in sources_to_land() if name != "members")):
                list(land(lake, name, *days, world.now_utc, run.run_id))
                list(build(lake, run.run_id, world.now_utc, only="gold.zone"))
            list(build(lake, run.run_id, world.now_utc))
        lake.close()
    return folder


@pytest.fixture
def use_lake(world, monkeypatch) -> Callable[[Path], Path]:
    """A function that makes a folder the lake of the commands, filled from the small world."""

    def use(folder: Path, **more: str) -> Path:
        for name, value in world.settings(folder, **more).items():
            monkeypatch.setenv(name, value)
        return folder

    return use


@pytest.fixture
def lake_to_look_at(_filled, use_lake) -> Path:
    """The filled lake, for commands that only look."""
    return use_lake(_filled)


@pytest.fixture
def lake_to_change(_filled, use_lake, tmp_path) -> Path:
    """A copy of the filled lake, for commands that write."""
    shutil.copytree(_filled, tmp_path / "lake")
    return use_lake(tmp_path / "lake")


@pytest.fixture
def contents() -> Callable[[Path], dict[str, str]]:
    """A function that hashes the tables of a lake."""

    def hashes(folder: Path) -> dict[str, str]:
        lake = Lake(Settings(data=str(folder)), read_only=True)
        with lake.reader() as reader:
            reader.execute("begin")  # In one transaction DuckLake looks up snapshot and tables once.
            content = content_of_tables(reader)
        lake.close()
        return content

    return hashes

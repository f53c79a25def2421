"""Lakes for the tests: of all four kinds, or quick ones in a folder that begin as a copy with its calendar built."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.lake_community import land_everything
from harness.lake_steps import CALENDAR, build_all, hashes
from harness.short_calendar import calendar_of_one_year
from wattlake.lake.reports.status import content_hash
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


@pytest.fixture
def lake(lake_settings: Settings) -> Iterator[Lake]:
    """An empty lake of each of the four kinds."""
    lake = Lake(lake_settings)
    lake.create()
    yield lake
    lake.close()


@pytest.fixture
def folder_lake(folder_settings: Settings) -> Iterator[Lake]:
    """An empty lake in a folder."""
    lake = Lake(folder_settings)
    lake.create()
    yield lake
    lake.close()


@pytest.fixture(scope="session")
def _lake_with_calendar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calendar") / "lake"
    lake = Lake(Settings(data=str(folder)))
    lake.create()
    build_all(lake, "calendar")
    lake.close()
    return folder


@pytest.fixture
def new_calendar_lake(_lake_with_calendar: Path, tmp_path: Path) -> Iterator[Callable[[], Lake]]:
    """Makes lakes in folders, with no landing yet but with the calendar, which is what takes a first build its time."""
    made: list[Lake] = []

    def make() -> Lake:
        folder = tmp_path / f"lake-{len(made)}"
        shutil.copytree(_lake_with_calendar, folder)
        made.append(Lake(Settings(data=str(folder))))
        return made[-1]

    yield make
    for lake in made:
        lake.close()


@pytest.fixture
def calendar_lake(new_calendar_lake: Callable[[], Lake]) -> Lake:
    """One lake in a folder, with its calendar."""
    return new_calendar_lake()


@pytest.fixture(scope="module")
def one_year_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Lake]]:
    """Makes a lake in a folder, with the settings given, a calendar of one year and no landing."""
    origins = tmp_path_factory.mktemp("one_year")

    def make(place: Path, slot_minutes: int, **settings: Any) -> Lake:
        origin = origins / str(slot_minutes)
        if not origin.exists():
            lake = Lake(Settings(data=str(origin), slot_minutes=slot_minutes))
            lake.create()
            build_all(lake, "calendar")
            lake.close()
        shutil.copytree(origin, place)
        return Lake(Settings(data=str(place), slot_minutes=slot_minutes, **settings))

    with calendar_of_one_year():
        yield make


@pytest.fixture(scope="session")
def built_at_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake to read only, where everything was landed first and then built at once."""
    folder = tmp_path_factory.mktemp("undisturbed")
    lake = Lake(Settings(data=str(folder / "lake")))
    lake.create()
    land_everything(lake, folder)
    build_all(lake)
    yield lake
    lake.close()


@pytest.fixture(scope="session")
def undisturbed(built_at_once: Lake) -> dict[str, str]:
    """The content of its tables."""
    return hashes(built_at_once)


@pytest.fixture(scope="session")
def calendar(built_at_once: Lake) -> dict[str, str]:
    """The content of its calendar."""
    return {table: content_hash(built_at_once.reader(), table) for table in CALENDAR}


@pytest.fixture(scope="session")
def _trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.support.foreseeing import AT, HOME, fill_community
    from wattlake.tasks.forecasts.train import train

    folder = tmp_path_factory.mktemp("foreseeing") / "lake"
    lake = Lake(HOME.model_copy(update={"data": str(folder)}))
    lake.create()
    fill_community(lake)
    found = list(train(lake, AT, "run-1"))
    assert [(one.target, one.model_id, one.done, one.total) for one in found] == [
        ("consumption", 1, 1, 3),
        ("production", 2, 2, 3),
        ("price", 3, 3, 3),
    ]
    assert found[0].status == "promoted", found[0].why
    # Sky and exchange are drawn at random here, so whether their models are better is by chance; here they serve.
    lake.write(lambda connection: connection.execute("update ops.model set status = 'promoted'"))
    lake.close()
    return folder


@pytest.fixture
def trained(_trained_folder: Path, tmp_path: Path) -> Iterator[Lake]:
    """A lake of its own with the community and its trained models."""
    from tests.support.foreseeing import HOME

    shutil.copytree(_trained_folder, tmp_path / "trained")
    lake = Lake(HOME.model_copy(update={"data": str(tmp_path / "trained")}))
    yield lake
    lake.close()

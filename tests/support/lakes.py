"""Lakes for the tests: of all four kinds, or quick ones in a folder that begin as a copy with its calendar built."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.lake_steps import CALENDAR, build_all, hashes, hashes_of
from harness.services import PostgresServer
from harness.short_calendar import calendar_of_one_year
from tests.support.made_once import made_once
from tests.support.origins import AFTER_STAGE, AT_ONCE, DATA_PATH, MADE, WITH_CALENDAR, Origins, place_files
from wattlake.lake.settings import Settings
from wattlake.lake.store.identity import database_name
from wattlake.lake.store.lake import Lake


@pytest.fixture(scope="session")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Origins:
    """The lakes that are made once for all workers, and copied."""
    return Origins(tmp_path_factory)


@pytest.fixture
def new_lake(request: pytest.FixtureRequest, origins: Origins) -> Iterator[Callable[[Settings], Lake]]:
    """Makes empty lakes where settings say, of any kind, as `Lake.create` does where there is nothing."""
    made: list[Lake] = []

    def make(settings: Settings) -> Lake:
        if settings.is_postgres:
            request.getfixturevalue("made_on_postgres")(settings)
        else:
            origins.copy_made(settings)
        made.append(Lake(settings))
        return made[-1]

    yield make
    for lake in made:
        lake.close()


@pytest.fixture
def lake(lake_settings: Settings, new_lake: Callable[[Settings], Lake]) -> Lake:
    """An empty lake of each of the four kinds."""
    return new_lake(lake_settings)


@pytest.fixture(scope="session")
def made_on_postgres(
    _postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Settings], None]:
    """Makes the empty lake of settings with an empty PostgreSQL database, as a copy of one that is made once."""
    made = tmp_path_factory.mktemp("made_on_postgres")
    catalog = _postgres_server.new_database()
    origin = Lake(Settings(data=str(made), catalog=catalog))
    origin.create()
    origin.close()

    def copy(settings: Settings) -> None:
        name = database_name(settings)
        _postgres_server.server.psql(
            f"drop database {name}; create database {name} template {database_name(origin.settings)};\n"
            f"\\connect {name}\n{DATA_PATH.format(f'{settings.data}/tables/')};"
        )
        place_files(made, settings)

    return copy


@pytest.fixture
def folder_lake(folder_settings: Settings, new_lake: Callable[[Settings], Lake]) -> Lake:
    """An empty lake in a folder."""
    return new_lake(folder_settings)


@pytest.fixture
def copied_lake(origins: Origins, tmp_path: Path) -> Iterator[Callable[[str], Lake]]:
    """Makes lakes in folders, each a copy of the one of a name (see tests/support/origins.py)."""
    made: list[Lake] = []

    def copy(name: str) -> Lake:
        made.append(origins.copy(name, tmp_path / f"lake-{len(made)}"))
        return made[-1]

    yield copy
    for lake in made:
        lake.close()


@pytest.fixture
def new_calendar_lake(copied_lake: Callable[[str], Lake]) -> Callable[[], Lake]:
    """Makes lakes in folders, with no landing yet but with the calendar, which is what takes a first build its time."""
    return partial(copied_lake, WITH_CALENDAR)


@pytest.fixture
def calendar_lake(new_calendar_lake: Callable[[], Lake]) -> Lake:
    """One lake in a folder, with its calendar."""
    return new_calendar_lake()


@pytest.fixture
def stage_1_lake(copied_lake: Callable[[str], Lake]) -> Lake:
    """One lake in a folder, with the community's first stage landed and built."""
    return copied_lake(AFTER_STAGE[1])


@pytest.fixture
def stage_2_lake(copied_lake: Callable[[str], Lake]) -> Lake:
    """The same with the second stage, too, landed and built after the first."""
    return copied_lake(AFTER_STAGE[2])


@pytest.fixture
def stage_3_lake(copied_lake: Callable[[str], Lake]) -> Lake:
    """The same with all three stages, each landed and built after the one before it."""
    return copied_lake(AFTER_STAGE[3])


@pytest.fixture(scope="module")
def one_year_lake(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Lake]]:
    """Makes a lake in a folder, with the settings given, a calendar of one year and no landing."""
    folder = tmp_path_factory.mktemp("one_year")

    def make(target: Path, slot_minutes: int, **settings: Any) -> Lake:
        origin = folder / str(slot_minutes)
        if not origin.exists():
            lake = origins.copy(MADE, origin, slot_minutes=slot_minutes)
            build_all(lake, "calendar")
            lake.close()
        shutil.copytree(origin, target)
        return Lake(Settings(data=str(target), slot_minutes=slot_minutes, **settings))

    with calendar_of_one_year():
        yield make


@pytest.fixture(scope="session")
def built_at_once(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake to read only, where everything was landed first and then built at once."""
    lake = origins.copy(AT_ONCE, tmp_path_factory.mktemp("undisturbed") / "lake")
    yield lake
    lake.close()


@pytest.fixture(scope="session")
def undisturbed(built_at_once: Lake) -> dict[str, str]:
    """The content of its tables."""
    return hashes(built_at_once)


@pytest.fixture(scope="session")
def calendar(built_at_once: Lake) -> dict[str, str]:
    """The content of its calendar."""
    return hashes_of(built_at_once, CALENDAR)


@pytest.fixture(scope="session")
def _trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "trained", _train) / "lake"


def _train(folder: Path) -> None:
    """Make a lake with the community of the forecasters' tests, and train its models."""
    from tests.support.foreseeing import AT, HOME, fill_community
    from wattlake.tasks.forecasts.train import train

    lake = Lake(HOME.model_copy(update={"data": str(folder / "lake")}))
    lake.create()
    fill_community(lake)
    trained = list(train(lake, AT, "run-1"))
    assert [(outcome.target, outcome.model_id, outcome.done, outcome.total) for outcome in trained] == [
        ("consumption", 1, 1, 3),
        ("production", 2, 2, 3),
        ("price", 3, 3, 3),
    ]
    assert trained[0].status == "promoted", trained[0].why
    # Sky and exchange are drawn at random here, so whether their models are better is by chance; here they serve.
    lake.write(lambda connection: connection.execute("update ops.model set status = 'promoted'"))
    lake.close()


@pytest.fixture
def trained(_trained_folder: Path, tmp_path: Path) -> Iterator[Lake]:
    """A lake of its own with the community and its trained models."""
    from tests.support.foreseeing import HOME

    shutil.copytree(_trained_folder, tmp_path / "trained")
    lake = Lake(HOME.model_copy(update={"data": str(tmp_path / "trained")}))
    yield lake
    lake.close()

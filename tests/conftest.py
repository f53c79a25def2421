"""What the tests share: real services, lakes of all four kinds, and nobody's own settings."""

import gc
import logging
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from harness import services
from harness.kafka import KafkaCluster, kafka_cluster
from harness.mariadb import MariaDbServer, mariadb_server
from harness.mosquitto import Mosquitto, mosquitto_broker
from harness.spark import SparkReader
from tests.support.full import KINDS_OF_LAKE
from tests.support.prefect_home import DATABASE, copy_database, harness_with_database, prefect_home
from tests.support.quick_disk import use_memory

if TYPE_CHECKING:
    from wattlake.lake.settings import Settings

pytest_plugins = ("tests.support.lakes",)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of whoever runs the tests, and their Prefect, out of them."""
    for name in list(os.environ):
        if name.startswith(("WATTLAKE_", "PREFECT_")) and not name.startswith(services.OF_THE_TESTS):
            del os.environ[name]
    # Without their bytecode, the hundreds of processes that the tests start would compile all modules, a second each.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # How fast an example runs is no test: on a busy machine each would fail. What is else set, as in CI, stays.
    settings.register_profile("unhurried", settings(deadline=None))
    settings.load_profile("unhurried")
    use_memory()
    config.prefect_home = tempfile.mkdtemp(prefix="wattlake-prefect-")
    os.environ |= {
        # Small lakes are built in two thirds of the time by one thread; tests/real has all of them.
        "WATTLAKE_THREADS": "1",
        "PREFECT_HOME": config.prefect_home,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(config.prefect_home, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the services it uses, and begin with the long files so that no worker ends alone."""
    for item in items:
        for service in set(services.SERVICES) & set(item.fixturenames):
            item.add_marker(service)
    longest = {item.path for item in items if _takes_longest(item)}
    items.sort(key=lambda item: item.path not in longest)


def _takes_longest(item: pytest.Item) -> bool:
    """A test that reads the real files, starts a Prefect server, or has been given more time than the others have."""
    return "real" in item.path.parts or any(map(item.get_closest_marker, ("prefect_server", "timeout")))


def pytest_collection_finish() -> None:
    """Leave out of every collection of garbage what the collected tests and their modules are, which stays anyway."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_env_file() -> None:
    from wattlake.lake.settings import Settings

    Settings.model_config["env_file"] = None


@pytest.fixture
def warnings_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What Wattlake logs from warnings on, also after a command has sent its log to standard error alone."""
    monkeypatch.setattr(logging.getLogger("wattlake"), "propagate", True)
    caplog.set_level("WARNING", logger="wattlake")
    return caplog


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real meter files and recorded answers, which are not part of the project."""
    folder = services.PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real files, and there is no {folder}")
    return folder


@pytest.fixture(scope="session")
def azurite() -> Iterator[str]:
    """The connection string of an Azure Blob account on this machine."""
    with services.azurite_server() as connection_string:
        yield connection_string


@pytest.fixture
def azure_container(azurite: str) -> str:
    """The name of a new container."""
    from azure.storage.blob import BlobServiceClient

    name = f"lake-{uuid.uuid4().hex}"
    with BlobServiceClient.from_connection_string(azurite) as account:
        account.create_container(name)
    return name


@pytest.fixture(scope="session")
def spark() -> SparkReader:
    """Spark with delta-spark."""
    return SparkReader()


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[services.PostgresServer]:
    with services.postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(_postgres_server: services.PostgresServer) -> str:
    """The address of a PostgreSQL server."""
    return _postgres_server.uri


@pytest.fixture
def new_postgres_database(postgres: str, _postgres_server: services.PostgresServer) -> Callable[[], str]:
    """Makes an empty PostgreSQL database at each call, and says its address."""
    return _postgres_server.new_database


@pytest.fixture
def postgres_database(new_postgres_database: Callable[[], str]) -> str:
    """The address of an empty PostgreSQL database."""
    return new_postgres_database()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDbServer]:
    """A MariaDB server."""
    with mariadb_server() as server:
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaCluster]:
    """A Kafka broker; each test makes topics of its own."""
    with kafka_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def mosquitto() -> Iterator[Mosquitto]:
    """An MQTT broker; each test has topics and names of clients of its own."""
    with mosquitto_broker() as broker:
        yield broker


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium browser."""
    return services.chromium_program()


@pytest.fixture(params=KINDS_OF_LAKE)
def lake_settings(request: pytest.FixtureRequest, tmp_path: Path) -> "Settings":
    """The settings of an empty lake: in a folder or on Blob, with its catalog in SQLite or PostgreSQL."""
    from wattlake.lake.settings import Settings

    data_place, catalog_place = request.param
    on_blob = data_place == "azurite"
    return Settings(
        data=f"az://{request.getfixturevalue('azure_container')}/lake" if on_blob else str(tmp_path / "lake"),
        azure_connection_string=request.getfixturevalue("azurite") if on_blob else None,
        catalog=request.getfixturevalue("postgres_database")
        if catalog_place == "postgres"
        else str(tmp_path / "catalog.sqlite"),
    )


@pytest.fixture
def folder_settings(tmp_path: Path) -> "Settings":
    """The settings of an empty lake in a folder, its catalog beside it."""
    from wattlake.lake.settings import Settings

    return Settings(data=str(tmp_path / "lake"), catalog=str(tmp_path / "catalog.sqlite"))


@pytest.fixture(scope="session")
def prefect_harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect API for flows that run in the tests' own process; one start for the whole session."""
    from prefect.testing.utilities import prefect_test_harness

    harness = prefect_test_harness(server_startup_timeout=services.START_SECONDS)
    with harness_with_database(tmp_path_factory):
        harness.__enter__()
    yield
    harness.__exit__(None, None, None)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the API of a Prefect server of its own, such as ``http://127.0.0.1:4321/api``."""
    with services.prefect_api(prefect_home(tmp_path_factory)) as address:
        yield address


@pytest.fixture(scope="session")
def prefect_of_commands(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    """For commands that start a Prefect server of their own: its database is there."""
    copy_database(tmp_path_factory, Path(pytestconfig.prefect_home) / DATABASE)

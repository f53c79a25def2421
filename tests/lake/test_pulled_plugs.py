"""Plugs pulled in the middle of a command: a sentence and exit code 2, nothing lost, and the next run completes.

The disk is full, the folder read-only, Blob answers 503 or slowly, the catalog's database is gone.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from benchmarks.torture.promises import broken_promises, content
from harness import services
from harness.lake_community import DAYS, REGISTER
from harness.lake_steps import METER_HEADER, REGISTER_HEADER, day_of_readings, select, written
from tests.support.blob_proxy import blob_proxy
from tests.support.forked_command import Forked, forked_command
from tests.support.origins import MADE, Origins
from wattlake.lake.runs.running import unended
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SOURCES = ("members", "smart_meters")
WITHIN_SECONDS = 240
NO_ROOM, ROOM_TO_BEGIN = 0, 100_000
"""Bytes that are left on a full disk: none, or enough to begin and too few to commit a build."""


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register and two meters' files."""
    folder = tmp_path_factory.mktemp("inbox")
    written(folder / "members" / "register.csv", REGISTER_HEADER, REGISTER)
    for number, meter in enumerate(["MAC1", "MAC3"]):
        readings = [line for day in DAYS for line in day_of_readings(meter, day, 100 + 20 * number)]
        written(folder / "smart_meters" / f"{meter}.csv", METER_HEADER, readings)
    return folder


def environment(settings: Settings, inbox: Path) -> dict[str, str]:
    """The environment of a command on a lake."""
    secret = settings.azure_connection_string
    return os.environ | {
        "WATTLAKE_DATA": settings.data,
        "WATTLAKE_CATALOG": settings.catalog.get_secret_value(),
        "WATTLAKE_AZURE_CONNECTION_STRING": secret.get_secret_value() if secret else "",
        "WATTLAKE_SMART_METERS": str(inbox / "smart_meters"),
        "WATTLAKE_MEMBERS": str(inbox / "members"),
    }


def begun(settings: Settings, inbox: Path, *arguments: str) -> AbstractContextManager[Forked]:
    """A command that has begun."""
    return forked_command(environment(settings, inbox), *arguments)


def fails(settings: Settings, inbox: Path, *arguments: str) -> str:
    """Run a command that cannot be done; what it says at the end."""
    with begun(settings, inbox, *arguments) as command:
        return told_at_the_end(command)


def told_at_the_end(command: Forked) -> str:
    code, said = command.ended(WITHIN_SECONDS)
    assert code == 2, said
    assert "Traceback" not in said
    sentence = said.splitlines()[-1]
    assert sentence.startswith("Error: ")
    return sentence


def works(settings: Settings, inbox: Path, *arguments: str) -> None:
    with begun(settings, inbox, *arguments) as command:
        code, said = command.ended(WITHIN_SECONDS)
        assert code == 0, said


def kept(settings: Settings) -> dict[str, str]:
    """The content of a lake that keeps its promises, and where no run is under way."""
    assert [note for note, is_at_work in unended(settings) if is_at_work] == []
    lake = Lake(settings)
    assert broken_promises(lake) == []
    found = content(lake)
    lake.close()
    return found


@pytest.fixture(scope="session")
def whole(origins: Origins, inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The content of a lake that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "lake"
    shutil.copytree(origins.folder(MADE), folder)
    settings = Settings(data=str(folder))
    works(settings, inbox, "ingest", *SOURCES)
    works(settings, inbox, "build")
    return kept(settings)


@contextmanager
def mounted(folder: Path, *how: str) -> Iterator[None]:
    """A mount while the block runs; where this machine allows none, the test is skipped by name."""
    folder.mkdir(exist_ok=True)
    try:
        subprocess.run(["mount", *how, str(folder)], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"needs the right to mount: {getattr(error, 'stderr', '') or error}".strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path, room: int) -> Iterator[None]:
    """A disk with hardly any room while the block runs."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(folder).free - room))
    try:
        yield
    finally:
        ballast.unlink()


def test_a_full_disk_is_told_and_once_there_is_room_the_next_run_completes(
    origins: Origins, inbox: Path, whole: dict[str, str], tmp_path: Path
):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=64m", "tmpfs"):
        shutil.copytree(origins.folder(MADE), tmp_path / "disk" / "lake")
        settings = Settings(data=str(tmp_path / "disk" / "lake"))
        with full(tmp_path / "disk", NO_ROOM):
            assert "The disk is full or does not answer: make room there." in fails(
                settings, inbox, "ingest", "smart_meters"
            )
        assert kept(settings)["gold.energy_flow"] == "0:0"
        works(settings, inbox, "ingest", *SOURCES)
        before = kept(settings)
        with full(tmp_path / "disk", ROOM_TO_BEGIN):
            assert fails(settings, inbox, "build").startswith("Error: The disk is full or does not answer")
        after = kept(settings)
        assert {table for table in before if after[table] != before[table]} == set()
        works(settings, inbox, "build")
        assert kept(settings) == whole


def test_a_read_only_folder_is_told_and_once_it_is_not_the_next_run_completes(
    origins: Origins, inbox: Path, whole: dict[str, str], tmp_path: Path
):
    shutil.copytree(origins.folder(MADE), tmp_path / "place" / "lake")
    settings = Settings(data=str(tmp_path / "place" / "lake"))
    works(settings, inbox, "ingest", "members")
    with mounted(tmp_path / "place", "--bind", str(tmp_path / "place")):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(tmp_path / "place")], check=True)
        for command in (("ingest", *SOURCES), ("build",)):
            assert "The lake cannot be written to: ask for the right to do it" in fails(settings, inbox, *command)
    works(settings, inbox, "ingest", *SOURCES)
    works(settings, inbox, "build")
    assert kept(settings) == whole


@pytest.mark.long
@pytest.mark.timeout(900)  # each request of a busy Blob is asked several times, with pauses
def test_a_blob_that_is_busy_for_a_while_or_slow_is_waited_for_and_one_that_stays_busy_is_told(
    azurite: str, azure_container: str, inbox: Path, whole: dict[str, str], tmp_path: Path
):
    with blob_proxy(azurite) as (through, weather):
        place, catalog = f"az://{azure_container}/lake", str(tmp_path / "catalog.sqlite")
        settings = Settings(data=place, catalog=catalog, azure_connection_string=through)
        looked_at = Settings(data=place, catalog=catalog, azure_connection_string=azurite)
        weather.spared, weather.busy = 10, 2
        works(settings, inbox, "ingest", *SOURCES)
        assert len(weather.refused) == 2
        before = kept(looked_at)
        weather.spared, weather.busy = 60, 10**6
        assert "Azure Blob does not answer as it should" in fails(settings, inbox, "build")
        weather.busy, weather.seconds = 0, 0.02
        after = kept(looked_at)
        assert {table for table in before if after[table] != before[table]} <= {"bronze.smart_meters"}
        works(settings, inbox, "build")
        assert kept(looked_at) == whole


@pytest.fixture
def stoppable_postgres() -> Iterator[tuple[services.PostgresServer, Callable[[], None]]]:
    """A PostgreSQL server of its own, and how to stop it at once; it can be started again."""
    with services.postgres_server() as server:

        def stop() -> None:
            postmaster = int((Path(server.server.pgdata) / "postmaster.pid").read_text().splitlines()[0])
            os.kill(postmaster, signal.SIGINT)  # it breaks every connection off

        yield server, stop


@pytest.mark.long
@pytest.mark.postgres
def test_a_catalog_s_database_that_goes_is_told_and_once_it_is_back_the_next_run_completes(
    stoppable_postgres: tuple[services.PostgresServer, Callable[[], None]],
    inbox: Path,
    whole: dict[str, str],
    tmp_path: Path,
):
    server, stop = stoppable_postgres
    settings = Settings(data=str(tmp_path / "lake"), catalog=server.new_database())
    for command, moment in ((("ingest", *SOURCES), "landed source=members"), (("build",), "table=silver.")):
        with begun(settings, inbox, *command) as running:
            running.await_line(moment)
            stop()
            assert "The catalog's database does not answer: start it" in told_at_the_end(running)
        server.server.ensure_postgres_running()
        kept(settings)
        works(settings, inbox, *command)
    assert kept(settings) == whole
    lake = Lake(settings)
    broken_off = "select name from ops.run where status = 'broken off' order by started_at_utc"
    assert select(lake, broken_off) == [("ingest",), ("build",)]
    lake.close()

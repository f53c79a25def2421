"""A project folder whose sources are databases, and a lake that has its tables; for the tests of a module."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.databases import Origin, of_server, of_sqlite
from tests.support.origins import MADE, Origins
from tests.support.project_folder import project_folder
from wattlake.lake.settings import Settings
from wattlake.lake.sql import quoted
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.land import land

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = date(2026, 3, 1)

TABLE = """
row = "One reading"

[columns.id]
type = "bigint"
meaning = "Number of the reading"

[columns.meter]
type = "varchar"
meaning = "Meter"

[columns.read_at]
type = "timestamp"
meaning = "When it was read, in UTC"

[columns.kwh]
type = "decimal(18,6)"
meaning = "Energy"
unit = "kWh"
"""

METERS = """
[mapping.columns]
meter = "meter"
datetime = "read_at"
value = "kwh"

[mapping.time]
format = "{format}"
zone = "UTC"
label = "start"
period_minutes = 60

[mapping.energy]
unit = "kWh"
"""
ODD = """
row = "One row with a name that has to be quoted"

[columns."a'b\\"c"]
type = "bigint"
meaning = "Number"

[columns.meter]
type = "varchar"
meaning = "Meter"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project folder with two tables of its own, whose sources each test describes in its way."""
    models = {"models/bronze/origin.toml": TABLE, "models/bronze/odd.toml": ODD}
    with project_folder(tmp_path_factory.mktemp("project"), models) as folder:
        (folder / "sources").mkdir()
        yield folder


@pytest.fixture
def origin(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> Origin:
    """An empty database of the kind that the test is for; by default of SQLite."""
    kind = getattr(request, "param", "sqlite")
    made = of_sqlite(tmp_path) if kind == "sqlite" else of_server(kind, request)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def describe(project: Path) -> Iterator[Callable[..., None]]:
    """Writes the file that describes a database as the source ``origin``, or another."""
    files: list[Path] = []

    def write(origin: Origin, *keys: str, name: str = "origin") -> None:
        lines = ['kind = "database"', f"address = '''{origin.address}'''", *keys]
        files.append(project / "sources" / f"{name}.toml")
        files[-1].write_text("\n".join(lines), encoding="utf-8")

    yield write
    for file in files:
        file.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def empty_lake(project: Path, origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty lake with the tables of the project; to be copied."""
    made = origins.copy(MADE, tmp_path_factory.mktemp("empty") / "lake")
    made.create()
    made.close()
    return Path(made.settings.data)


@pytest.fixture
def lake(empty_lake: Path, tmp_path: Path) -> Iterator[Lake]:
    """An empty lake with the tables of the project."""
    shutil.copytree(empty_lake, tmp_path / "lake")
    copied = Lake(Settings(data=str(tmp_path / "lake")))
    yield copied
    copied.close()


def landed(lake: Lake, name: str = "origin") -> list[int]:
    """Land what is new in a database: the rows of each landing."""
    return [step.rows for step in land(lake, name, DAY, DAY, NOW, "run-1")]


def rows_of(lake: Lake, columns: str = "id, meter, read_at, kwh") -> list[tuple[object, ...]]:
    """The rows of the source ``origin`` in its table."""
    return lake.reader().execute(f"select {columns} from bronze.origin order by all").fetchall()


def reading(number: int, meter: str = "m", kwh: str = "0.1") -> str:
    """The values of a reading, an hour after the one of the number before."""
    at = datetime(2026, 1, 1) + timedelta(hours=number)  # noqa: DTZ001
    return f"({number}, {quoted(meter)}, '{at}', {kwh})"


def table(origin: Origin, *readings: str) -> None:
    """Make a database's table with some readings."""
    origin.run(
        f"create table readings (id bigint, meter varchar(60), read_at {origin.instant}, kwh decimal(12,6));"
        f"insert into readings values {', '.join(readings)}"
    )

"""What docs/connect.md says goes in: each example is run, and its databases are of all kinds."""

import re
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.services import PROJECT
from tests.app.test_meter_files_guide import blocks, follows, lines_of
from tests.support.databases import of_server
from tests.support.local_service import Question, Reply, serving
from tests.support.project_folder import project_folder, write
from wattlake.lake.landing.inboxes import inbox_elsewhere
from wattlake.lake.mapping.part import Part
from wattlake.lake.settings import Settings
from wattlake.tasks.own_sources.kinds.database import DatabaseKeys
from wattlake.tasks.own_sources.rest import keys, reading
from wattlake.tasks.sources import source

GUIDE = (PROJECT / "docs" / "connect.md").read_text(encoding="utf-8").partition("## What goes out")[0]
SQL = blocks("sql", GUIDE)[0][1]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project folder with all that the guide writes down."""
    folder = tmp_path_factory.mktemp("guide")
    files = {name: content for language in ("toml", "python", "csv") for name, content in blocks(language, GUIDE)}
    with project_folder(folder, files):
        with sqlite3.connect(folder / "metering.sqlite") as connection:
            connection.executescript(SQL)
        yield folder


@pytest.fixture
def pumps(monkeypatch) -> Iterator[None]:
    """The guide's service of heat pumps, which knows who sends the key."""
    (answer,) = (content for name, content in blocks("json", GUIDE) if name == "answer")
    monkeypatch.setenv("PUMP_KEY", "Kanarien5vogel")

    def serve(question: Question) -> Reply:
        is_known = question.headers.get("X-Api-Key") == "Kanarien5vogel" and question.query["plant"] == "7"
        return Reply(answer.replace("2026-03-04", question.query["day"])) if is_known else Reply(status=401)

    with serving(serve) as service:
        monkeypatch.setenv("WATTLAKE_URL__HEAT_PUMP", service.url)
        yield


@pytest.mark.usefixtures("pumps")
def test_each_example_ends_as_the_guide_says(wattlake, project: Path, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", str(project / "data"))
    monkeypatch.setenv("WATTLAKE_INBOX__WELLS", str(project / "inbox" / "wells"))
    monkeypatch.setenv("WATTLAKE_SMART_METERS", str(project / "inbox" / "smart_meters"))
    commands = [
        part for _, block in blocks("console", GUIDE) for part in re.split(r"^\$ wattlake ", block, flags=re.M)[1:]
    ]
    assert len(commands) >= 8
    for command, _, shown in (part.partition("\n") for part in commands):
        said = wattlake(*shlex.split(command))
        assert said.code == 0, said.err
        assert follows(lines_of(said.out), lines_of(shown)), f"{command}\n{said.out}{said.err}"


@pytest.mark.parametrize("system", ["PostgreSQL", "MySQL, MariaDB", "SQL Server and others"])
def test_each_kind_of_address_reads_the_same_table(
    wattlake, project: Path, monkeypatch, request: pytest.FixtureRequest, system: str
):
    kinds = {"PostgreSQL": "postgresql", "MySQL, MariaDB": "mysql", "SQL Server and others": "odbc"}
    origin = of_server(kinds[system], request)
    origin.run(SQL)
    monkeypatch.setenv("METERS_PASSWORD", "secret")
    name = re.sub(r"\W+", "_", system.lower())
    described = (project / "sources" / "metering.toml").read_text(encoding="utf-8")
    told = re.search(rf"^\| {system} \| .*?`([^`]*)`( \||$|,)", GUIDE, flags=re.M)
    as_told = re.findall(r"`([a-z]+:[^`]{9,})`", told.string[told.start() : told.end() + 200].splitlines()[0])[-1]
    address = 'address = "sqlite:metering.sqlite"'
    write(project, {f"sources/{name}.toml": described.replace(address, f"address = '''{as_told}'''")})
    assert source(name).system == {"P": "postgresql", "M": "mysql", "S": "odbc"}[system[0]]
    for variable, value in origin.environment.items():
        monkeypatch.setenv(variable, value)
    write(project, {f"sources/{name}.toml": described.replace(address, f"address = '''{origin.address}'''")})
    monkeypatch.setenv("WATTLAKE_DATA", str(project / name))
    said = wattlake("ingest", name)
    assert (said.code, said.out.splitlines()[0]) == (0, "bronze.smart_meters: 3 rows landed."), said.err


def test_the_addresses_of_inboxes_are_settings(monkeypatch):
    for line in next(content for _, content in blocks("sh", GUIDE) if "WATTLAKE_SMART_METERS" in content).splitlines():
        monkeypatch.setenv(*line.split("=", 1))
    settings = Settings()
    assert [inbox_elsewhere(settings, name) for name in ("smart_meters", "weather", "members")] == [
        *("az://operator/meters", "file:///mnt/share/station", None)
    ]


def test_the_guide_names_every_key_of_a_database():
    rows = "".join(re.findall(r"^\| `\w.*", GUIDE, flags=re.M))
    assert set(DatabaseKeys.model_fields) <= {*re.findall(r"`(\w+)`", rows), "address", "address_env"}


def test_the_guide_names_every_key_of_a_rest_service():
    section = GUIDE.partition("\n## REST\n")[2].partition("\n## ")[0]
    parts = [kind for room in (keys, reading) for kind in vars(room).values() if isinstance(kind, type)]
    wanted = {
        name for kind in parts if issubclass(kind, Part) and kind is not reading.Reading for name in kind.model_fields
    }
    assert wanted - {*re.findall(r"[\w_]+", " ".join(re.findall(r"`([^`]*)`", section)))} == set()

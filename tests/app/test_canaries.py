"""A password, key or signature is in nothing that a command or flow prints or stores, however it ends.

A canary is planted in each credential; then every command and flow is run, and all that they wrote is searched.
"""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import duckdb
import pytest
import zstandard
from azure.storage.blob import ContainerClient

from harness import services
from tests.support import every_command
from tests.support.prefect_home import prefect_home
from tests.support.small_world import SmallWorld, small_world
from wattlake.lake.sql import quoted
from wattlake.lake.store.extensions import load_extension

CANARY = "Kanarien5vogel"
PASSWORD = f"{CANARY}/@?"
SPELT = quote(PASSWORD, safe="")
KEY = b64encode(CANARY.encode() * 4).decode()
FORMS = [CANARY.encode(), KEY[:-4].encode(), *(b64encode(b" " * shift + CANARY.encode())[4:-4] for shift in range(3))]
"""The canary as it is, which its percent-encoded forms hold as well, and within a text in base64."""
SECONDS = 1_500


class Echo(BaseHTTPRequestHandler):
    """A service that refuses every question, and repeats it with its headers."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()
        self.wfile.write(f"Cannot GET {self.path} of {dict(self.headers)}".encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[SmallWorld]:
    with small_world(tmp_path_factory.mktemp("world"), members=4, days=8) as made:
        yield made


@pytest.fixture(scope="module")
def blobs() -> Iterator[str]:
    """The connection string of an account whose key is a canary, with a container."""
    with services.azurite_server(KEY) as connection_string:
        with ContainerClient.from_connection_string(connection_string, "canaries") as container:
            container.create_container()
        yield connection_string


@pytest.fixture(scope="module")
def catalogs(_postgres_server) -> list[str]:
    """The addresses of two empty databases, for a user with a canary for a password."""
    _postgres_server.demand_password("canary", PASSWORD)
    databases = [urlsplit(_postgres_server.new_database()) for _ in range(2)]
    return [f"postgresql://canary:{SPELT}@{parts.path}?{parts.query}" for parts in databases]


def with_canaries(address: str) -> str:
    """An API's address with a login and a key."""
    return f"{address.replace('://', f'://me:{SPELT}@')}?apikey={SPELT}"


def settings(world: SmallWorld, data: str, api: str, **more: str) -> dict[str, str]:
    """The environment of a lake whose every API has canaries."""
    named = world.settings(Path("none")) | {"WATTLAKE_DATA": data} | more
    return {name: with_canaries(api) if name.startswith("WATTLAKE_URL__") else value for name, value in named.items()}


@pytest.fixture(scope="module")
def prefect(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of a Prefect server with a home of its own, which all tests search."""
    home = prefect_home(tmp_path_factory)
    with services.prefect_api(home) as api:
        yield {"PREFECT_HOME": str(home), "PREFECT_API_URL": api}


def ran(environment: dict[str, str], temporary: Path) -> tuple[dict[str, int], bytes]:
    """How each command and flow ended, and what they printed."""
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", every_command.__name__],
        cwd=services.PROJECT,
        env=os.environ | environment | {"TMPDIR": str(temporary)},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    ended = {name: int(code) for name, code in re.findall(r"^ENDED (.*): (\d+)$", done.stdout.decode(), re.MULTILINE)}
    assert ended.keys() >= set(every_command.commands()) - every_command.SERVED, done.stderr.decode()[-2000:]
    assert {f"flow {name}" for name in ("pipeline", "ingest", "build", "maintain")} <= ended.keys()
    return ended, done.stdout + done.stderr


def has_canary(content: bytes) -> bool:
    return any(form in content for form in FORMS)


def files_with_canaries(*folders: Path) -> list[str]:
    """The files that hold a canary: as they are, unpacked, and Parquet as rows."""
    return [str(path) for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and _holds(path)]


def _holds(path: Path) -> bool:
    content = path.read_bytes()
    if path.suffix == ".zst":
        content += zstandard.ZstdDecompressor().stream_reader(content).read()
    if path.suffix == ".parquet":
        content += str(duckdb.sql(f"select * from read_parquet({quoted(str(path))})").fetchall()).encode()
    return has_canary(content)


def rows_of_database(address: str) -> bytes:
    """Every row of a PostgreSQL database as text."""
    with duckdb.connect() as connection:
        load_extension(connection, "postgres_scanner")
        connection.execute(f"attach {quoted(address)} as catalog (type postgres, read_only)")
        listed = "select schema_name, table_name from duckdb_tables() where database_name = 'catalog'"
        tables = connection.execute(f"{listed} and schema_name = 'public'").fetchall()
        assert ("public", "ducklake_snapshot") in tables
        names = [f'catalog."{schema}"."{table}"' for schema, table in tables]
        return str([connection.execute(f"select * from {name}").fetchall() for name in names]).encode()


def download(connection_string: str, folder: Path) -> Path:
    """The files of the container, in a folder."""
    with ContainerClient.from_connection_string(connection_string, "canaries") as container:
        for name in container.list_blob_names():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(container.download_blob(name).readall())
    return folder


@pytest.mark.long
@pytest.mark.timeout(2 * SECONDS)
@pytest.mark.azurite
@pytest.mark.postgres
def test_nothing_shows_a_credential_where_all_goes_well_and_where_the_key_is_wrong(
    world: SmallWorld, prefect: dict[str, str], blobs: str, catalogs: list[str], _postgres_server, tmp_path: Path
):
    catalog, of_the_demo = catalogs
    lake = {"WATTLAKE_CATALOG": catalog, "WATTLAKE_AZURE_CONNECTION_STRING": blobs} | prefect
    environment = settings(world, "az://canaries/lake", world.address, **lake)
    ended, printed = ran(environment | {every_command.DEMO_CATALOG: of_the_demo}, tmp_path / "tmp")
    assert [name for name in ("run", "ingest", "build", "sql", "demo", "flow pipeline") if ended[name]] == []
    assert not has_canary(printed), _around(printed)
    wrong = b64encode(f"{CANARY}{CANARY}wrong".encode()).decode()
    ended, printed = ran(
        environment | {"WATTLAKE_AZURE_CONNECTION_STRING": blobs.replace(KEY, wrong)}, tmp_path / "tmp"
    )
    assert ended["ingest"] and ended["flow pipeline"], "it should have failed"
    assert not has_canary(printed), _around(printed)
    for address in catalogs:
        assert not has_canary(rows_of_database(_postgres_server.server.get_uri(database=urlsplit(address).path[1:])))
    home = Path(prefect["PREFECT_HOME"])
    assert files_with_canaries(tmp_path, home, download(blobs, tmp_path / "blobs")) == []
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        assert database.execute("select count(*) > 0 from flow_run").fetchall() == [(1,)]
    assert list((tmp_path / "blobs").rglob("*.parquet"))


@pytest.mark.timeout(2 * SECONDS)
@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param(f"postgresql://me:{SPELT}@127.0.0.1:1/lake", id="unreachable", marks=pytest.mark.long),
        pytest.param(f"postgresql://me:{PASSWORD}@127.0.0.1/lake", id="ambiguous", marks=pytest.mark.long),
        pytest.param("", id="echoing-api"),
    ],
)
def test_nothing_shows_a_credential_where_catalog_or_api_fail(
    world: SmallWorld, prefect: dict[str, str], echo: str, catalog: str, tmp_path: Path
):
    environment = settings(world, str(tmp_path / "lake"), echo, WATTLAKE_CATALOG=catalog)
    ended, printed = ran(environment | prefect, tmp_path / "tmp")
    assert ended["run"] and ended["flow ingest"], "it should have failed"
    assert not has_canary(printed), _around(printed)
    assert files_with_canaries(tmp_path, Path(prefect["PREFECT_HOME"])) == []


def test_a_canary_is_seen_wherever_it_is(tmp_path: Path):
    (tmp_path / "a.zst").write_bytes(zstandard.compress(f"x{quote(PASSWORD)}".encode()))
    (tmp_path / "b.json").write_bytes(b64encode(f"abc{PASSWORD}".encode()))
    duckdb.sql(f"copy (select 'a{CANARY}' as a from range(5000)) to {quoted(str(tmp_path / 'c.parquet'))}")
    (tmp_path / "d.txt").write_text(KEY)
    (tmp_path / "e.txt").write_text("nothing")
    assert [Path(name).name[0] for name in files_with_canaries(tmp_path)] == ["a", "b", "c", "d"]


def _around(printed: bytes) -> str:
    """What stands around the first canary, for who has to find out where it comes from."""
    at = next(printed.index(form) for form in FORMS if form in printed)
    return printed[max(0, at - 600) : at + 200].decode(errors="replace")

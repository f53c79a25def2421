"""A MariaDB server of Debian's: in a temporary folder, on loopback only, ended after the tests."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.services import find_program, find_servers_too, free_port, running, wait_until

HOW_TO_GET = "on Debian: apt-get install mariadb-server"


@dataclass
class MariaDbServer:
    """A running MariaDB server in which empty databases are made.

    Attributes:
        socket: where its own user is let in without a password.
        port: where others are, on loopback.
    """

    socket: Path
    port: int
    made: int = 0

    def run(self, sql: str, database: str = "") -> str:
        """Run statements as the server's own user; gives what they print."""
        command = [
            "mariadb",
            "--no-defaults",
            f"--socket={self.socket}",
            "--user=root",
            "--batch",
            "--skip-column-names",
        ]
        return subprocess.run([*command, database], input=sql, text=True, check=True, capture_output=True).stdout

    def new_database(self) -> str:
        """The name of a database nobody has used."""
        self.made += 1
        name = f"wattlake_{os.getpid()}_{self.made}"
        self.run(f"create database {name}")
        return name

    def reader(self, database: str, name: str, password: str) -> None:
        """Make a user who may read a database, and no more."""
        written = password.replace("\\", "\\\\").replace("'", "\\'")
        self.run(
            f"create or replace user '{name}'@'127.0.0.1' identified by '{written}'; "
            f"grant select on `{database}`.* to '{name}'@'127.0.0.1';"
        )

    def address(self, database: str, name: str = "root", password: str = "") -> str:
        """The address of a database, by the port for those with a password, otherwise by the socket."""
        if not password:
            return f"mysql://{name}@localhost/{database}?socket={quote(str(self.socket), safe='')}"
        return f"mysql://{quote(name)}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"


@contextmanager
def mariadb_server() -> Iterator[MariaDbServer]:
    """A MariaDB server, durable for nobody (so it is quick)."""
    find_servers_too()
    install = find_program("mariadb", ("mariadb-install-db",), HOW_TO_GET)
    program = find_program("mariadb", ("mariadbd",), HOW_TO_GET)
    with tempfile.TemporaryDirectory(prefix="wattlake-mariadb-", ignore_cleanup_errors=True) as folder:
        data, socket, port = Path(folder, "data"), Path(folder, "s.sock"), free_port()
        user = ["--user=root"] if os.getuid() == 0 else []
        subprocess.run(
            [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *user],
            check=True,
            capture_output=True,
        )
        options = [f"--datadir={data}", f"--socket={socket}", f"--port={port}", "--bind-address=127.0.0.1"]
        quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-name-resolve"]
        with running([str(program), "--no-defaults", *options, *quick, *user]) as (mariadb, output):
            server = MariaDbServer(socket, port)
            wait_until("MariaDB", mariadb, output, lambda: _answers(server))
            yield server


def _answers(server: MariaDbServer) -> bool:
    try:
        server.run("select 1")
    except subprocess.CalledProcessError:
        return False
    return True

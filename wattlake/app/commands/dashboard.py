"""The command that opens the dashboard."""

import os
import socket
import sys
from ipaddress import ip_address
from typing import Annotated

import typer

from wattlake.app.commands._port import Port, expect_free
from wattlake.app.render import say
from wattlake.lake import project
from wattlake.lake.settings import Settings

SHOWN = ("Look at it", 110)


def dashboard(
    port: Port = 8501,
    host: Annotated[
        str, typer.Option(help="Address to serve on; 0.0.0.0 for every one of this machine, with --share.")
    ] = "127.0.0.1",
    share: Annotated[
        bool, typer.Option("--share", help="Let other machines in: whoever reaches the port sees every member's data.")
    ] = False,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name", metavar="NAME", help="Host name that browsers reach it by, such as a proxy's. Repeatable."
        ),
    ] = None,
) -> None:
    """Open the dashboard: it serves until it is stopped with Ctrl-C."""
    from wattlake.app.dashboard import command

    _expect_readable()
    is_open = not is_loopback(host)
    if is_open and not share:
        raise ValueError(f"On {host} {seen_by_whom(port)} If that is meant, add --share; otherwise leave --host out")
    expect_free(port, host)
    if is_open:
        say(f"On {host} {seen_by_whom(port)}")
    say(f"Serving the dashboard on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops).")
    sys.stdout.flush()
    own_name = socket.gethostname()
    argv = command(port, host, [*(names or []), *([own_name, f"{own_name}.local"] if is_open else [])])
    os.execv(argv[0], argv)  # Streamlit takes this process's place, so that what ends the one ends the other.


def _expect_readable() -> None:
    """Say here what is wrong with the settings or the project's models, and not on every page."""
    Settings()
    if (project.PROJECT / "models").is_dir():
        from wattlake.lake.models.graph import models

        models()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server on an address or name.

    Raises:
        ValueError: this machine knows no such name.
    """
    try:
        addresses = {str(known[4][0]) for known in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError) as error:
        raise ValueError(f"There is no address `{host}` ({error}). Give --host an address of this machine") from error
    return all(ip_address(address.partition("%")[0]).is_loopback for address in addresses)


def seen_by_whom(port: int) -> str:
    """The rest of the sentence on who sees what of a dashboard that other machines reach."""
    return (
        f"everyone who reaches port {port} of this machine sees every member's readings, trades and bills without a "
        "login, and so does whoever listens on the way, for nothing is encrypted."
    )

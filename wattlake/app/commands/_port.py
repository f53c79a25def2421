"""The port that a command serves on."""

import errno
import socket
from typing import Annotated

import typer

PORT_IS_NOT_OURS = (errno.EADDRINUSE, errno.EACCES)


Port = Annotated[int, typer.Option(min=1, max=65_535, help="TCP port to serve on.")]


def expect_free(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that cannot be served on.

    Raises:
        OSError: another program listens there, or this machine does not have the address.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            choose = "Choose another with --port." if error.errno in PORT_IS_NOT_OURS else "Choose another --host."
            raise OSError(f"Port {port} cannot be had on {host} ({error.strerror}). {choose}") from error

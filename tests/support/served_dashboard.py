"""The dashboard as people start it, for tests that look at it through HTTP or a browser."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.services import free_port
from wattlake.app.dashboard import command

BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def dashboard_of(data: str, folder: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Start the dashboard of a lake from a folder; its address, once it answers."""
    port = free_port()
    environment = {**os.environ, "WATTLAKE_DATA": data, "WATTLAKE_CATALOG": ""}
    with (folder / "streamlit.log").open("wb") as log:
        argv = command(port, names=names)
        server = subprocess.Popen(argv, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/_stcore/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the dashboard did not answer at {address} (exit code {server.poll()})")

"""The dashboard: what the community produced, consumed and expects, read from the warehouse."""

import sys
from collections.abc import Collection
from pathlib import Path

MAIN = Path(__file__).parent / "main.py"


def command(port: int = 8501, host: str = "127.0.0.1", names: Collection[str] = ()) -> list[str]:
    """Build the command that starts the dashboard, from any working directory.

    Args:
        port: the TCP port to serve on.
        host: the address to serve on; by default nobody but this machine reaches it.
        names: host names under which browsers reach it, besides addresses and ``localhost``.
    """
    # With -P Python does not look for modules in the current folder, whose files may be anyone's.
    return [sys.executable, "-P", "-m", "wattlake.app.dashboard", f"--port={port}", f"--host={host}", *names]

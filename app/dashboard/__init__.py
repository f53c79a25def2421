"""The dashboard: what the community produced, consumed and expects, read from the warehouse."""

import sys
from pathlib import Path

MAIN = Path(__file__).parent / "main.py"
OPTIONS = {
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
    "logger.hideWelcomeMessage": "true",  # It would ask the internet for this machine's address.
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": "false",  # A string that stands alone in a page would be printed on it.
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}


def command(port: int = 8501, host: str = "127.0.0.1") -> list[str]:
    """The command that starts the dashboard, from any working directory.

    Args:
        port: the TCP port to serve on.
        host: the address to serve on; by default nobody but this machine reaches it.
    """
    options = {**OPTIONS, "server.port": str(port), "server.address": host}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "app.dashboard", *flags]

"""The dashboard: what the community produced, consumed and expects, read from the warehouse."""

import sys
from pathlib import Path

OPTIONS = {
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}


def command(port: int | None = None) -> list[str]:
    """The command that starts the dashboard, from any working directory.

    Args:
        port: the TCP port to serve on; Streamlit's own choice (8501) where it is None.
    """
    options = OPTIONS if port is None else {**OPTIONS, "server.port": str(port)}
    main = Path(__file__).parent / "main.py"
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(main), *flags]

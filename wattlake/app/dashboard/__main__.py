"""The dashboard's server: Streamlit behind ``protection``.

It imports what the pages need before the first look.
"""

import gc
import os
from argparse import ArgumentParser
from collections.abc import Collection
from importlib import import_module

import streamlit
from starlette.middleware import Middleware

from wattlake.app.dashboard import MAIN
from wattlake.app.dashboard.pages import pages
from wattlake.app.dashboard.protection import Protected

OPTIONS = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "server.enableCORS": True,  # Streamlit's name for refusing other origins.
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "browser.gatherUsageStats": False,
    "logger.hideWelcomeMessage": True,  # It would ask the internet for this machine's address.
    "client.allowedOrigins": [],  # Those of Streamlit's own cloud may not tell a page what to do.
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",  # A traceback in the browser could show anything; it goes to the terminal.
    "client.showErrorLinks": False,
    "client.disableDataExport": True,  # It writes cells as they are; the pages' own downloads are safe to open.
    "runner.magicEnabled": False,  # A string that stands alone in a page would be printed on it.
    "theme.metricValueFontSize": "1.6rem",  # Five cards stand side by side, none of them cut.
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}


def serve(port: int, host: str, names: Collection[str]) -> None:
    """Import what the pages need, and serve them until the process is stopped.

    Args:
        port: the TCP port to serve on.
        host: the address to serve on.
        names: host names under which browsers reach it.
    """
    import_module("pandas")  # Streamlit would import it at the first table.
    pages()
    gc.freeze()  # Streamlit collects garbage after each refresh of each viewer: of what stays anyway that took 0.1 s.
    os.chdir(MAIN.parent)  # Streamlit would take settings and secrets from the folder that it was started in.
    app = streamlit.App(MAIN, middleware=[Middleware(Protected, names=names)])
    own_origins = [f"{scheme}://{name}" for name in names for scheme in ("http", "https")]
    app.run(config={**OPTIONS, "server.port": port, "server.address": host, "server.corsAllowedOrigins": own_origins})


if __name__ == "__main__":
    parser = ArgumentParser(prog="wattlake.app.dashboard")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    serve(given.port, given.host, given.names)

"""A reader at a browser: how long each page takes to appear and to be drawn in full, and what the dashboard holds."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bench import HIDDEN
from benchmarks.measure import StepFailedError
from wattlake.app.dashboard import command
from wattlake.app.dashboard.pages import pages
from wattlake.lake.settings import PROJECT

PAGES = {entry.page.title: name if number else "" for number, (name, entry) in enumerate(pages().items())}
"""The address of each page below the dashboard's, by title."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
START_SECONDS, PAGE_SECONDS = 60, 120
SEE = """
    new MutationObserver((_, observer) => {
        if (document.querySelector("[data-testid=stHeading]")) {
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => window.paintedAt = performance.now()));
        }
    }).observe(document, {childList: true, subtree: true});
"""
"""Notes when the frame with the page's heading was painted."""
IS_DRAWN = """
    () => window.paintedAt && !document.querySelector("[data-testid=stStatusWidget], [data-testid=stSkeleton]")
        && (document.querySelector(".js-plotly-plot .main-svg, [data-testid=stGraphVizChart] svg")
            || document.querySelector("[data-testid=stDataFrame], [data-testid=stAlert]"))
"""
"""A chart or table is there, too, and nothing is waited for."""


@contextmanager
def serving(lake: Mapping[str, str], logs: Path) -> Iterator[tuple[str, int]]:
    """The dashboard of a lake, served while the block runs: its address, and the number of its process.

    Raises:
        StepFailedError: it did not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {key: value for key, value in os.environ.items() if not HIDDEN.match(key)}
    logs.parent.mkdir(parents=True, exist_ok=True)
    environment = own | dict(lake) | {"PYTHONPATH": str(PROJECT)}
    with logs.open("wb") as log, subprocess.Popen(command(port), env=environment, stdout=log, stderr=log) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise StepFailedError(f"The dashboard did not start within {START_SECONDS} s (exit code {server.poll()}).")


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser that holds nothing of before.

    Raises:
        StepFailedError: there is none.
    """
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise StepFailedError("There is no browser. Install Chromium (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of a browser that holds nothing of before.

    Raises:
        StepFailedError: there is no browser.
    """
    with opened_browser() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.add_init_script(SEE)
        yield page


def seconds_to_see(page: Page, address: str) -> tuple[float, float]:
    """Open an address and wait: until the first of its page, the heading, is painted, and until all of it is drawn.

    It comes from another address of the dashboard. From elsewhere, `Cross-Origin-Opener-Policy` has Chromium start a
    new process, which compiles the application's scripts anew and takes 1.3 s more.
    """
    page.goto(urljoin(address, "/_stcore/health"))
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(IS_DRAWN, timeout=PAGE_SECONDS * 1000, polling=20)
    drawn = time.perf_counter() - started
    return page.evaluate("() => window.paintedAt") / 1000, drawn


def peak_gb(pid: int) -> float:
    """The most that a process has held in memory, as Linux tells it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(match[1]) * 1024 / 1e9 if match else 0.0

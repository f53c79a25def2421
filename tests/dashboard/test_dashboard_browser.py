"""The dashboard as people start it and see it: its own command, a real browser, screenshots kept in test-output."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from app.dashboard import command

SCREENSHOTS = Path(__file__).parents[2] / "test-output"
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/_stcore/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the dashboard did not answer at {address} (exit code {server.poll()})")


@pytest.fixture(scope="module")
def address(chromium, filled_folder, tmp_path_factory) -> Iterator[str]:
    port = free_port()
    argv = command(port)
    environment = {**os.environ, "WATTLAKE_DATA": str(filled_folder)}
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with (elsewhere / "streamlit.log").open("wb") as log:
        server = subprocess.Popen(argv, cwd=elsewhere, env=environment, stdout=log, stderr=log)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


@pytest.fixture(params=["light", "dark"])
def browser_page(chromium, request) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        page = browser.new_page(viewport={"width": 1360, "height": 1280}, color_scheme=request.param)
        page.set_default_timeout(20_000)
        yield page
        browser.close()


def see(page: Page, heading: str, charts: int, screenshot: str) -> None:
    """Wait until a page is drawn in full, hold it free of exceptions, and keep a picture of it."""
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.locator(".js-plotly-plot .main-svg .trace, .js-plotly-plot .main-svg .bars").first).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(charts)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    page.wait_for_timeout(300)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{screenshot}.png", full_page=True)


@pytest.mark.chromium
def test_every_page_is_drawn_in_a_browser_without_an_error(address, browser_page, request):
    scheme = request.node.callspec.params["browser_page"]
    complaints: list[str] = []
    browser_page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))

    browser_page.goto(address)
    see(browser_page, "Overview", 2, f"overview-{scheme}")
    browser_page.get_by_role("combobox", name="Zones of the members").click()
    browser_page.get_by_role("option", name="south").click()
    expect(browser_page).to_have_url(f"{address}/?zone=south")
    browser_page.keyboard.press("Escape")

    browser_page.get_by_role("link", name="Forecast").click()
    see(browser_page, "Forecast", 1, f"forecast-{scheme}")
    assert complaints == []

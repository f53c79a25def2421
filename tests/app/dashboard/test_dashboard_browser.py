"""The dashboard as people start it and see it: its own command, and a real browser.

Four viewers look at once; ``WATTLAKE_TORTURE_VIEWERS=10`` asks for more.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.support.served_dashboard import BROWSER_FLAGS, dashboard_of
from wattlake.app.dashboard.pages import pages
from wattlake.lake.store.lake import Lake

PAGES = {entry.page.title: name for name, entry in pages().items() if name not in ("fleet", "live")}
"""The community of the demo has no plant and no stream: the pages of those have tests, and browsers, of their own."""
FIRST = next(iter(PAGES))
VIEWERS = int(os.environ.get("WATTLAKE_TORTURE_VIEWERS", "4"))
DRAWN = (
    "[data-testid=stImage] img, .js-plotly-plot .main-svg, [data-testid=stGraphVizChart] svg, "
    "[data-testid=stDataFrame], [data-testid=stTable]"
)
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def address(chromium, demo_lake, tmp_path_factory) -> Iterator[str]:
    with dashboard_of(demo_lake.data, tmp_path_factory.mktemp("elsewhere")) as served_at:
        yield served_at


@pytest.fixture
def open_browser(chromium) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """A function that opens a browser of a colour scheme and width: its page, and what it complains of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))

        def opened(scheme: str = "light", width: int = 1400) -> tuple[Page, list[str]]:
            page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
            page.set_default_timeout(60_000)
            complaints: list[str] = []
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page, complaints

        yield opened
        browser.close()


def settle(page: Page, title: str, within_ms: int = 60_000) -> None:
    """Wait until a page is drawn in full, and hold it free of exceptions."""
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=within_ms)
    expect(page.locator(DRAWN).first).to_be_visible(timeout=within_ms)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=within_ms)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def go_to(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    settle(page, title)


def test_every_page_is_drawn_in_a_browser_without_an_error(address, open_browser):
    page, complaints = open_browser("light")
    page.goto(address)
    settle(page, FIRST)
    for title in list(PAGES)[1:]:
        go_to(page, title)
    assert complaints == []


def test_the_controls_change_the_page_and_its_address(address, open_browser):
    page, complaints = open_browser()
    page.goto(address)  # Streamlit looks for its own files below the address that is opened, and complains of a page's.
    settle(page, FIRST)
    go_to(page, "Overview")
    page.get_by_role("radio", name="Month").or_(page.get_by_role("button", name="Month")).first.click()
    expect(page).to_have_url(re.compile("period=Month"))
    page.get_by_role("combobox", name="Zones of the members").click()
    option = page.get_by_role("option").nth(1)  # The first selects all.
    zone = option.inner_text()
    option.click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"zone={zone}"))
    expect(page.get_by_text(re.compile(f"{zone}, local time"))).to_be_visible()
    settle(page, "Overview")
    figures = page.locator("[data-testid=stMetricValue]").all_inner_texts()
    shared = open_browser()[0]
    shared.goto(page.url)
    settle(shared, "Overview")
    expect(shared.locator("[data-testid=stMetricValue]")).to_have_text(figures)
    go_to(page, "Impact")
    assert f"zone={zone}" in page.url
    assert complaints == []


def test_back_undoes_one_filter_after_the_other_and_the_figures_follow(address, open_browser):
    page, complaints = open_browser()
    page.goto(address)
    settle(page, FIRST)
    go_to(page, "Overview")
    figures = page.locator("[data-testid=stMetricValue]")
    sidebar = page.locator("[data-testid=stSidebar]")
    looks = [(page.url, figures.all_inner_texts())]
    page.get_by_role("radio", name="Month").or_(page.get_by_role("button", name="Month")).first.click()
    expect(page).to_have_url(re.compile("period=Month"))
    settle(page, "Overview")
    looks.append((page.url, figures.all_inner_texts()))
    page.get_by_role("combobox", name="Zones of the members").click()
    option = page.get_by_role("option").nth(1)
    zone = option.inner_text()
    option.click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(re.compile(f"{zone}, local time"))).to_be_visible()
    settle(page, "Overview")
    assert figures.all_inner_texts() not in [texts for _, texts in looks]
    chosen = sidebar.get_by_text(zone, exact=True)
    expect(chosen.filter(visible=True)).to_have_count(1)
    for url, texts in reversed(looks):
        page.go_back()
        expect(page).to_have_url(url)
        expect(figures).to_have_text(texts)
        expect(chosen.filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("radio", name="Week").or_(page.get_by_role("button", name="Week")).first).to_be_checked()
    page.go_forward()
    expect(figures).to_have_text(looks[1][1])
    assert complaints == []


@pytest.mark.long
def test_back_undoes_a_goal(address, open_browser):
    page, complaints = open_browser()
    page.goto(address)
    settle(page, FIRST)
    go_to(page, "Impact")
    goal = page.get_by_role("spinbutton", name="Goal of a month")
    expect(goal).to_have_value("500.00")
    before = page.url
    goal.fill("120")
    goal.press("Enter")
    expect(page).to_have_url(re.compile("goal=120"))
    expect(page.get_by_text(re.compile("of 120"))).to_be_visible()
    page.go_back()
    expect(page).to_have_url(before)
    expect(goal).to_have_value("500.00")
    expect(page.get_by_text(re.compile("of 500"))).to_be_visible()
    assert complaints == []


@pytest.mark.long
def test_the_pipeline_page_looks_again_by_itself(address, open_browser):
    page, _ = open_browser()
    page.goto(f"{address}/pipeline")
    settle(page, "Pipeline health")
    looked = page.get_by_text(re.compile("Looked at"))
    before = looked.inner_text()
    expect(looked).not_to_have_text(before, timeout=15_000)


@pytest.mark.long
@pytest.mark.timeout(600)  # Many browsers share the processors with the dashboard.
def test_many_viewers_at_once_while_the_lake_is_written_see_no_error_and_no_mixture(
    chromium, open_browser, demo_lake, tmp_path
):
    lake = Lake(demo_lake.model_copy(update={"data": str(shutil.copytree(demo_lake.data, tmp_path / "lake"))}))
    with dashboard_of(lake.settings.data, tmp_path) as address, written_to(lake):
        viewers = [open_browser()[0] for _ in range(VIEWERS)]
        seen = list(PAGES)[1 : 1 + VIEWERS // 2]
        for number, viewer in enumerate(viewers):
            name = PAGES[seen[number % len(seen)]]
            viewer.goto(f"{address}/{name}", wait_until="commit")
        figures = []
        for number, viewer in enumerate(viewers):
            settle(viewer, seen[number % len(seen)], within_ms=240_000)
            if number % len(seen) == 0:
                figures.append(viewer.locator("[data-testid=stMetricValue]").all_inner_texts())
        assert figures[0] == figures[1] != []


@contextmanager
def written_to(lake: Lake) -> Iterator[None]:
    """Commit to a lake every third of a second while the block runs."""
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.3):
            lake.write(lambda connection: connection.execute("update ops.mapping set content = content where false"))
            lake.write(lambda connection: connection.execute("insert into ops.mapping values ('x', 'x', '2026-01-01')"))
            lake.write(lambda connection: connection.execute("delete from ops.mapping where name = 'x'"))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        yield
    finally:
        stop.set()
        writing.join()
        lake.close()

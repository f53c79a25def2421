"""Every page at two widths and in both themes: nothing is cut, nothing wider than its room, no text on another.

One browser opens each page once and looks at it in four ways; it keeps pictures, those of the documentation too.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from typer.testing import CliRunner

from harness.lake_steps import land
from tests.support.dashboard_pages import FIRST, NAMES
from tests.support.fleet_steps import FETCHED, simulated
from tests.support.looking import LOOKS, complaints_of, keep_picture, look, wait_until_drawn
from tests.support.made_once import made_once
from tests.support.served_dashboard import BROWSER_FLAGS, dashboard_of
from tests.support.small_world import UNTIL, environment
from tests.support.streams import commit, energy
from wattlake.app.cli import cli
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

ERRORS: list[str] = []
"""What the browser complained of since a page was opened."""
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
"""Streamlit knows a phone by this name."""
DENSE = {"today", "member", "fleet", "pipeline"}
"""The pages with the most on them; `make test-long` looks at the others."""
METERS = [f"SIM{number:06}" for number in range(1, 14)]
"""Of the demo's members; what they draw in five minutes is made up here."""


@pytest.fixture(scope="module")
def whole_lake(demo_lake: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's lake with a plant and six hours of a stream, so that every page has something to draw."""

    def make(folder: Path) -> None:
        data = str(shutil.copytree(demo_lake.data, folder / "lake"))
        lake = Lake(Settings(_env_file=None, data=data, catalog=""))
        fleet = simulated(folder / "fleet", 7)
        land(lake, "inverters", *sorted(fleet.folder.glob("*.csv")), now=FETCHED)
        with environment({"WATTLAKE_DATA": data, "WATTLAKE_CATALOG": ""}):
            assert CliRunner().invoke(cli, ["build"], catch_exceptions=False).exit_code == 0
        ends = datetime.combine(UNTIL, datetime.min.time(), UTC)
        starts = [ends - timedelta(minutes=5 * number) for number in range(72, 0, -1)]
        events = [
            energy(meter, start, f"{20 + 7 * (number % 5) + start.hour}", direction="consumption")
            for number, meter in enumerate(METERS)
            for start in starts
        ]
        commit(lake, *events, now=ends + timedelta(seconds=2))
        lake.close()

    return made_once(tmp_path_factory, "whole", make) / "lake"


@pytest.fixture(scope="module")
def address(chromium: str, whole_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dashboard_of(str(whole_lake), tmp_path_factory.mktemp("elsewhere")) as served_at:
        yield served_at


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        opened = browser.new_page()
        opened.on("pageerror", lambda error: ERRORS.append(str(error)))
        opened.on("console", lambda said: ERRORS.append(said.text) if said.type == "error" else None)
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


@pytest.mark.parametrize(
    "name", [name if name in DENSE else pytest.param(name, marks=pytest.mark.long) for name in NAMES]
)
def test_a_page_has_room_for_all_of_it_at_both_widths_and_in_both_themes(name: str, address: str, page: Page) -> None:
    ERRORS.clear()
    look(page, LOOKS[0])
    page.goto(f"{address}/{'' if name == FIRST else name}")
    complaints = {}
    for way in LOOKS:
        look(page, way)
        wait_until_drawn(page)
        keep_picture(page, name, way)
        complaints[way] = complaints_of(page)
    assert complaints == {way: [] for way in LOOKS}
    # Opened by its address, a page asks for its own folder's files first, and Streamlit answers from the root's.
    assert [error for error in ERRORS if "404" not in error] == []


def test_a_click_on_a_row_of_cases_opens_the_panel_and_says_what_to_do(address: str, page: Page) -> None:
    look(page, LOOKS[0])
    page.goto(f"{address}/fleet")
    wait_until_drawn(page)
    advice = page.get_by_role("heading", name=re.compile("What to do about"))
    before = advice.inner_text()
    page.locator("[data-testid=stDataFrame] .dvn-scroller").first.click(position={"x": 16, "y": 35 * 3 + 17})
    expect(advice).not_to_have_text(before)
    panel = advice.inner_text().removeprefix("What to do about ").strip()
    expect(page).to_have_url(re.compile(f"panel={panel.replace(' ', '.')}"))
    assert panel.startswith("PLANT01 INV01-"), "the third case of the table"


PLANTED = {
    "an error is shown: KeyError": "<div data-testid=stException>KeyError</div>",
    "the page is 2000 wide in": "<div style='width: 2000px'>x</div>",
    "a text is cut: a long": "<p style='width: 40px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap'>"
    "a long sentence without room</p>",
    "texts lie on each other: one | other": "<p>one</p><p style='margin-top: -34px'>other</p>",
    "columns are cut": "<div data-testid=stDataFrame><canvas aria-label=t></canvas>"
    "<div class=dvn-scroller style='width: 90px; overflow: auto'><p style='width: 300px'></p></div></div>",
    "a label is outside its chart: far": "<div class=js-plotly-plot style='width: 100px'>"
    "<svg width=100 height=40 overflow=visible><text x=90 y=20>far out</text></svg></div>",
    "texts lie on each other: up | down": "<div class=js-plotly-plot><svg width=200 height=90>"
    "<text x=20 y=40>up</text><text x=22 y=42>down</text></svg></div>",
}


TABLE = (
    "<div data-testid=stDataFrame style='position: relative; {}'><canvas aria-label=t height=9></canvas>"
    "<div class=dvn-scroller style='width: 300px; overflow: {}'><p style='width: 500px'></p></div>"
    "<div data-testid=stElementToolbar style='position: absolute; width: 80px; height: 30px; {}'></div></div>"
)
"""Of its own style, whether it scrolls, and its toolbar's style."""
PLANTED_ON_A_PHONE = {
    "the menu is open over the page": "<div data-testid=stSidebar style='position: fixed; width: 300px'>x</div>",
    "a table is beyond the page: t": TABLE.format("margin-left: 200px; width: 300px", "auto", "right: 110px"),
    "a table cannot be scrolled: t": TABLE.format("", "hidden", ""),
    "a toolbar is beyond the page: t": TABLE.format("", "auto", "left: 360px"),
    "a toolbar lies on a button: t: CSV": "<div data-testid=stDownloadButton><button>CSV</button></div>"
    + TABLE.format("", "auto", "top: -20px"),
}


@pytest.mark.parametrize("complaint", PLANTED)
def test_what_is_planted_is_complained_of(complaint: str, page: Page) -> None:
    look(page, LOOKS[0])
    page.set_content(f"<main data-testid=stMain style='overflow: auto'>{PLANTED[complaint]}</main>")
    complaints = complaints_of(page)
    assert [planted for planted in complaints if not planted.startswith(complaint)] == []
    assert complaints


@pytest.mark.parametrize("complaint", PLANTED_ON_A_PHONE)
def test_what_is_planted_on_a_phone_is_complained_of(complaint: str, page: Page) -> None:
    look(page, LOOKS[2])
    planted = PLANTED_ON_A_PHONE[complaint]
    page.set_content(f"<main data-testid=stMain style='overflow: hidden'>{planted}</main>")
    assert complaint in complaints_of(page)
    page.set_content(f"<main data-testid=stMain style='overflow: hidden'>{TABLE.format('', 'auto', '')}</main>")
    assert complaints_of(page) == []


@pytest.mark.long
def test_on_a_phone_a_tap_on_an_entry_closes_the_menu(address: str, page: Page) -> None:
    assert page.context.browser
    phone = page.context.browser.new_context(
        viewport={"width": 390, "height": 664}, is_mobile=True, has_touch=True, user_agent=PHONE
    )
    held = phone.new_page()
    held.set_default_timeout(60_000)
    held.goto(f"{address}/pipeline")
    wait_until_drawn(held)
    assert complaints_of(held) == []
    held.get_by_test_id("stExpandSidebarButton").tap()
    held.wait_for_timeout(800)  # It slides in.
    assert "the menu is open over the page" in complaints_of(held)
    held.get_by_role("link", name="Data quality", exact=True).tap()
    expect(held).to_have_url(re.compile("/quality"))
    wait_until_drawn(held)
    assert complaints_of(held) == []
    phone.close()


def test_turned_labels_beside_each_other_are_no_complaint(page: Page) -> None:
    look(page, LOOKS[0])
    turned = "".join(f"<text x={x} y=60 transform='rotate(45 {x} 60)'>1 Jan 2014</text>" for x in (20, 45, 70))
    page.set_content(
        f"<main data-testid=stMain><div class=js-plotly-plot><svg width=400 height=300>{turned}</svg></div></main>"
    )
    assert complaints_of(page) == []

"""A browser that looks at a page of the dashboard: when it is drawn, what its geometry says, and pictures of it."""

import os
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

GEOMETRY = Path(__file__).with_name("page_geometry.js").read_text(encoding="utf-8")
PICTURES = Path(os.environ.get("DASHBOARD_IMAGES", Path(__file__).parents[2] / "test-output"))
"""``make images`` has the pictures of the documentation made here."""
IS_DRAWN = """
    () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton]")
        && [...document.querySelectorAll("[data-testid=stPlotlyChart]")].every((chart) => chart.querySelector("svg"))
        && [...document.querySelectorAll("[data-testid=stDataFrame]")].every((table) => table.querySelector("canvas"))
"""
"""The page's script has ended, and every chart and table of it is there."""


class Look(NamedTuple):
    """A way to look at a page: how wide the window is, and whether it is light or dark."""

    width: int
    theme: str


LOOKS = (Look(1440, "light"), Look(1440, "dark"), Look(390, "dark"), Look(390, "light"))
DOCUMENTED = LOOKS[0]


def look(page: Page, way: Look) -> None:
    """Give a window its width and theme."""
    page.set_viewport_size({"width": way.width, "height": 1000})
    page.emulate_media(color_scheme=way.theme)  # type: ignore[arg-type]


def wait_until_drawn(page: Page) -> None:
    """Wait until a page is drawn, and stays so: what is drawn at last moves what is below it."""
    for _ in range(2):
        page.wait_for_function(IS_DRAWN, polling=100)
        page.wait_for_timeout(200)


def complaints_of(page: Page) -> list[str]:
    """List what is cut on a page, wider than its room, or lies on something else."""
    listed: list[str] = page.evaluate(GEOMETRY)
    return listed


def keep_picture(page: Page, name: str, way: Look) -> None:
    """Keep a picture of what a reader sees first; of the documentation's, only the one that it shows."""
    if "DASHBOARD_IMAGES" in os.environ and way != DOCUMENTED:
        return
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{way.theme}{'' if way == DOCUMENTED else f'-{way.width}'}.png")

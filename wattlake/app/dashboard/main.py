"""The dashboard's entry, where ``streamlit run`` starts.

Every page has this header and sidebar.
"""

from pathlib import Path
from typing import NamedTuple

import duckdb
import streamlit as st
from streamlit.navigation.page import Page

from wattlake.app.dashboard import damage, filters, foreign, links, live_note, time_travel, widgets
from wattlake.app.dashboard.pages import Page as Declared
from wattlake.app.dashboard.pages import Registered, pages, sections
from wattlake.app.dashboard.period import Window, local
from wattlake.app.dashboard.queries import extent
from wattlake.app.dashboard.snapshot import ask, asked_as_of, go_to, lake, pin
from wattlake.lake.store.snapshots import AsOfError

LOOK = Path(__file__).with_name("look.css")


def known_window() -> Window | None:
    """Read the stretch of time that the warehouse covers.

    It is None where there is no lake, no warehouse or no energy in it.
    """
    if not lake().exists():
        return None
    try:
        return ask(extent.extent)
    except duckdb.CatalogException:
        return None


def explain_the_empty_lake() -> None:
    """Say that there is nothing to show yet, and how to change that."""
    st.info("There is no energy in the lake yet, so there is nothing to draw.", icon=":material/water_drop:")
    st.markdown("Fill it with your own meter files and the real services:")
    st.code("wattlake run", language="shell")
    st.markdown("or try it with a simulated community, which takes about a minute:")
    st.code("wattlake demo", language="shell")
    st.caption(
        f"This dashboard reads the lake at {foreign.literal(lake().settings.data)} (the setting `WATTLAKE_DATA`)."
    )


def header(page: Declared, window: Window) -> None:
    """Draw the page's title, the end of the data on the page's clock, and where they come from."""
    timezone = lake().settings.timezone if page.is_local else "UTC"
    until = local(window.to_utc, timezone)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(page.title, anchor=False, width="stretch")
        snapshot = lake().snapshot_id()
        st.markdown(
            f"Data until **{until:%Y-%m-%d %H:%M} {until:%Z}**",
            width="content",
            help=f"As of snapshot {snapshot}. Times of this page are those of {timezone}.",
        )
        if looked_at := asked_as_of():
            st.badge(f"As of {foreign.literal(looked_at)}", icon=":material/history:", color="orange")
        for quantity, provenance in ask(extent.provenances).iter_rows():
            widgets.marks([provenance], of=quantity)
        links.origin(page.origin)


class Navigation(NamedTuple):
    """The pages as Streamlit runs them.

    Attributes:
        asked: the page that was asked for, as it is registered.
        page: the same, as Streamlit runs it.
        live: the page that the others link to.
    """

    asked: Registered
    page: Page
    live: Page


def navigation() -> Navigation:
    """Draw the navigation, and return the page that was asked for."""
    registered = pages()
    first = next(iter(registered))
    runs = {
        name: st.Page(entry.show, title=entry.page.title, icon=entry.page.icon, url_path=name, default=name == first)
        for name, entry in registered.items()
    }
    choices = {section: [runs[entry.name] for entry in entries] for section, entries in sections().items()}
    page = st.navigation(choices, expanded=True)
    links.remember(runs)
    return Navigation(registered[page.url_path or first], page, runs["live"])


def draw(declared: Declared, page: Page, window: Window | None, live: Page) -> None:
    """Draw a page with its header and filters; without energy, say how to get some."""
    if window is None:
        st.header(page.title, anchor=False)
        if declared.has_rows():
            links.origin(declared.origin)
            page.run()
        else:
            explain_the_empty_lake()
        return
    time_travel.time_travel()
    if declared.filters:
        filters.choose()
    header(declared, window)
    if declared.is_local:
        live_note.show(live)
    page.run()


def draw_damaged(declared: Declared, page: Page, error: Exception) -> None:
    """Draw a page of the lake as far as it can be read; of others, say what went wrong."""
    st.header(page.title, anchor=False)
    if not declared.has_rows():
        raise error
    page.run()


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_title="Wattlake", page_icon="⚡", layout="wide")
    st.html(LOOK)
    asked, page, live = navigation()
    try:
        pin()
        window = known_window()
    except AsOfError as error:
        st.header(page.title, anchor=False)
        st.error("The lake cannot be shown as the address asks:", icon=":material/history:")
        foreign.show(error)
        st.button("Look at the lake as it is now", on_click=go_to, args=[None], icon=":material/update:")
        return
    except damage.UNREADABLE as error:
        with damage.shown("The lake"):
            draw_damaged(asked.page, page, error)
        return
    with damage.shown("The lake"):
        draw(asked.page, page, window, live)
    widgets.follow(asked.page.refresh)


main()

"""The dashboard's entry: ``streamlit run`` starts here; every page has this header."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import streamlit as st

from app.dashboard import queries
from app.dashboard.answers import Answer, ask, asked_as_of, lake
from app.dashboard.cards import BADGE_COLOURS
from app.dashboard.queries import Window
from app.dashboard.queries_fleet import newest_day
from lake.snapshots import AsOfError

VIEWS = Path(__file__).parent / "views"


def known_window() -> Window | None:
    """What the warehouse covers; None where there is no lake, no warehouse or no energy in it."""
    return ask_or_none(queries.extent)


def ask_or_none(query: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer | None:
    """A query's answer; None where there is no lake or no warehouse."""
    if not lake().exists():
        return None
    try:
        return ask(query)
    except duckdb.CatalogException:
        return None


def explain_the_empty_lake() -> None:
    """Say that there is nothing to show yet, and how to change that."""
    st.info("There is no energy in the lake yet, so there is nothing to draw.", icon=":material/water_drop:")
    st.markdown("Fill it with your own meter files and the real services:")
    st.code("wattlake run", language="shell")
    st.markdown("or try it with a simulated community, which takes about a minute:")
    st.code("make demo", language="shell")
    st.caption(f"This dashboard reads the lake at `{lake().settings.data}` (the setting `WATTLAKE_DATA`).")


def header(title: str, window: Window) -> None:
    """The page's title, how far the data reach, and where they come from."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(title, anchor=False, width="stretch")
        st.markdown(f"Data until **{window.to_utc:%Y-%m-%d %H:%M} UTC**", width="content")
        if looked_at := asked_as_of():
            st.badge(f"As of {looked_at}", icon=":material/history:", color="orange")
        for quantity, provenance in ask(queries.provenances).iter_rows():
            st.badge(f"{quantity}: {provenance}", color=BADGE_COLOURS[provenance])


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_title="Wattlake", page_icon="⚡", layout="wide")
    page = st.navigation(
        [
            st.Page(VIEWS / "overview.py", title="Overview", icon=":material/bolt:", default=True),
            st.Page(VIEWS / "forecast.py", title="Forecast", icon=":material/trending_up:"),
            st.Page(VIEWS / "fleet.py", title="Solar fleet", icon=":material/solar_power:"),
        ],
        position="top",
    )
    try:
        window = known_window()
    except AsOfError as error:
        st.header(page.title, anchor=False)
        st.error(str(error), icon=":material/history:")
        return
    if window is None:
        st.header(page.title, anchor=False)
        if page.url_path == "fleet" and ask_or_none(newest_day) is not None:
            page.run()  # A fleet needs no community.
            return
        explain_the_empty_lake()
        return
    header(page.title, window)
    page.run()


main()

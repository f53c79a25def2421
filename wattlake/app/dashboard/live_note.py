"""What is live, on pages of settled figures: marked as provisional, with a link."""

from contextlib import suppress

import duckdb
import streamlit as st
from streamlit.navigation.page import Page

from wattlake.app.dashboard.live_tiles import power
from wattlake.app.dashboard.queries.live import live_now
from wattlake.app.dashboard.snapshot import ask

PROVISIONAL = "Provisional: what meters send as they send it. The figures below are settled."


def show(live: Page) -> None:
    """Draw what the stream says now, and a link to the Live page; nothing where none was read."""
    now = None
    with suppress(duckdb.CatalogException):  # A snapshot from before there were streams.
        now = ask(live_now)
    if now is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        st.badge("live, provisional", icon=":material/sensors:", color="orange", help=PROVISIONAL)
        st.markdown(
            f"Consuming **{power(now.consumption_w)}**, producing **{power(now.production_w)}**, "
            f"**{now.lasting:,}** alert{'' if now.lasting == 1 else 's'}. "
            f"Newest event {now.until_utc:%-d %b %H:%M:%S} UTC.",
            width="stretch",
        )
        st.page_link(live, label="Live", icon=":material/arrow_forward:", width="content")

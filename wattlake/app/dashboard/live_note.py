"""What is live, on pages of settled figures: marked as provisional, with a link."""

from contextlib import suppress
from datetime import UTC, datetime

import duckdb
import streamlit as st
from streamlit.navigation.page import Page

from wattlake.app.dashboard.live_news import power
from wattlake.app.dashboard.queries.live import LiveNow, live_now
from wattlake.app.dashboard.queries.live_sql import SILENT_RHYTHMS
from wattlake.app.dashboard.snapshot import ask, asked_as_of

PROVISIONAL = "Provisional: what meters send as they send it. The figures below are settled."
STOPPED = f"Nothing came for {SILENT_RHYTHMS} times as long as its meters usually take from one message to the next."


def show(live: Page) -> None:
    """Draw what the stream says now, or since when it is silent, and a link to the Live page.

    There is nothing to draw where none was read.
    """
    now = None
    with suppress(duckdb.CatalogException):  # A snapshot from before there were streams.
        now = ask(live_now)
    if now is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        if asked_as_of() or datetime.now(UTC) <= now.stops_utc:
            st.badge("live, provisional", icon=":material/sensors:", color="orange", help=PROVISIONAL)
            st.markdown(_said_of(now), width="stretch")
        else:
            st.badge("stream stopped", icon=":material/sensors_off:", color="gray", help=STOPPED)
            st.markdown(f"Stream stopped on **{now.until_utc:%-d %b %Y, %H:%M:%S}** UTC.", width="stretch")
        st.page_link(live, label="Live", icon=":material/arrow_forward:", width="content")


def _said_of(now: LiveNow) -> str:
    return (
        f"Consuming **{power(now.consumption_w)}**, producing **{power(now.production_w)}**, "
        f"**{now.lasting:,}** alert{'' if now.lasting == 1 else 's'}. "
        f"Newest event {now.until_utc:%-d %b %H:%M:%S} UTC."
    )

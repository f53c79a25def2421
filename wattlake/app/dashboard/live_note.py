"""The note on what is live, on pages whose figures are settled."""

from contextlib import suppress

import duckdb
import streamlit as st

from wattlake.app.dashboard.live_tiles import power
from wattlake.app.dashboard.queries.live import live_now
from wattlake.app.dashboard.snapshot import ask


def show() -> None:
    """Draw what the stream says now in one line; nothing where none was read."""
    now = None
    with suppress(duckdb.CatalogException):  # A snapshot from before there were streams.
        now = ask(live_now)
    if now is None:
        return
    consumed, produced = power(now.consumption_w), power(now.production_w)
    alerts = f"**{now.lasting:,}** alert{'' if now.lasting == 1 else 's'}"
    st.caption(
        f":material/sensors: Live at {now.until_utc:%-d %b %H:%M} UTC, not settled: consuming **{consumed}**, "
        f"producing **{produced}**, {alerts}. The page Live has more; the figures below are settled."
    )

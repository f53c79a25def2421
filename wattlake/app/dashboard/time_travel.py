"""The choice of the snapshot that all pages look at."""

import streamlit as st

from wattlake.app.dashboard.queries import extent
from wattlake.app.dashboard.snapshot import ask, asked_as_of, go_to

NOW = "Now"


def time_travel() -> None:
    """Choose the snapshot to look at: all numbers of all pages are then as of it."""
    with st.sidebar:
        kept = {
            str(number): f"{at:%Y-%m-%d %H:%M:%S} UTC · {number} {run}" for number, at, run in ask(extent.snapshots)
        }
        asked = asked_as_of()
        options = [NOW, *([asked] if asked and asked not in kept else []), *kept]
        st.selectbox(
            "Look at the lake as of",
            options,
            index=options.index(asked) if asked else 0,
            format_func=lambda snapshot: snapshot if snapshot == NOW else kept.get(snapshot, snapshot),
            key="snapshot",
            on_change=_travel,
            help="Every commit makes a snapshot. All numbers of all pages are then as they were at its time. "
            "Snapshots are kept for `WATTLAKE_RETENTION_DAYS`.",
        )


def _travel() -> None:
    snapshot = st.session_state["snapshot"]
    go_to(None if snapshot == NOW else snapshot)

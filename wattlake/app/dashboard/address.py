"""The address's parameters: what they ask for in vain, and what stays from page to page."""

from collections.abc import Iterable

import streamlit as st

from wattlake.app.dashboard import foreign

KEPT = "kept filters"
FILTERS = ("period", "day", "zone")
"""The keys of the sidebar's widgets: those of pages without it are forgotten by Streamlit, and kept here."""


def missing_of(name: str, options: Iterable[str]) -> list[str]:
    """List what the address asks for in vain, before the widget drops it."""
    asked = st.query_params.get_all(name)
    known = set(options) if asked else set()
    return [value for value in asked if value and value not in known]


def tell_missing(values: Iterable[str]) -> None:
    """Warn of what the address asks for in vain."""
    if listed := ", ".join(foreign.literal(value) for value in values):
        st.warning(
            f"The address asks for {listed}, which is not here: the page shows what there is.",
            icon=":material/link_off:",
        )


def keep() -> None:
    """Keep the sidebar's filters, for the next page that has them."""
    st.session_state[KEPT] = {name: st.session_state[name] for name in FILTERS if name in st.session_state}


def take_kept() -> None:
    """Take the filters of an earlier page, where the address says nothing of them."""
    for name, value in st.session_state.get(KEPT, {}).items():
        if name not in st.session_state and name not in st.query_params:
            st.session_state[name] = value

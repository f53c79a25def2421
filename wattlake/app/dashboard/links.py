"""Links from one page to another, which keep what the reader has chosen."""

from collections.abc import Iterable, Mapping

import streamlit as st
from streamlit.navigation.page import Page

PAGES = "pages by name"
"""The session's key of the pages that Streamlit runs."""
OF_ALL_PAGES = ("period", "day", "zone", "as_of")
"""The address's parameters that mean the same on every page."""


def remember(pages: Mapping[str, Page]) -> None:
    """Keep the pages of this run, by name, for links to them."""
    st.session_state[PAGES] = dict(pages)


def link(name: str, label: str, icon: str | None = None, **asked: str) -> None:
    """Draw a link to a page of ours.

    Args:
        name: the page's, as the registry has it.
        label: what the link says.
        icon: one of Material's; by default the page's own.
        asked: parameters of the address, beside those of all pages.
    """
    page = st.session_state.get(PAGES, {}).get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=kept(asked.items()))


def origin(table: str) -> None:
    """Link to the lineage of the table that a page's figures come from, if there is one."""
    if table:
        link("lineage", "Where from?", ":material/account_tree:", table=table)


def go(name: str, **asked: str) -> None:
    """Open a page of ours at once, as a link to it does."""
    page = st.session_state.get(PAGES, {}).get(name)
    if page is not None:
        st.switch_page(page, query_params=kept(asked.items()))


def kept(asked: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """List the address's parameters that every page has, with some more or instead."""
    more = dict(asked)
    stay = [(name, value) for name in OF_ALL_PAGES if name not in more for value in st.query_params.get_all(name)]
    return [*stay, *((name, value) for name, value in more.items() if value)]

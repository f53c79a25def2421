"""The address's parameters: how they are chosen, what they ask for in vain, what stays."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from wattlake.app.dashboard import foreign

CHOICE = " choice"
"""Ends the key of the widget that a reader sees; the key without it is the address's parameter."""
KEPT = "kept filters"
FILTERS = ("period", "day", "zone")
"""The keys of the sidebar's widgets: those of pages without it are forgotten by Streamlit, and kept here."""


def in_address(
    ask: Callable[..., Any],
    label: str,
    *options: object,
    key: str,
    hidden: Mapping[str, Any] | None = None,
    shown: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Ask for a choice that lives in the address; the browser's Back undoes it.

    Where a reader changes a widget that is bound to the address, Streamlit replaces the history's entry; where our code
    does, it adds one. So the bound one is hidden (by ``look.css``), and takes over what is chosen in another like it.

    Args:
        ask: the widget, such as ``st.multiselect``.
        label: the question.
        options: what the widget takes after that.
        key: the address's parameter.
        hidden: arguments of the bound widget alone: its default.
        shown: arguments of the other alone.
        more: arguments of both.
    """
    with st.container(key=f"address-{key}"):
        chosen = ask(label, *options, key=key, bind="query-params", **more, **(hidden or {}))
    st.session_state[key + CHOICE] = chosen
    return ask(label, *options, key=key + CHOICE, on_change=_take_over, **more, **(shown or {}))


def _take_over() -> None:
    """Put into the address what is chosen: all, as clicks overtake runs."""
    for shown in [str(name) for name in st.session_state if str(name).endswith(CHOICE)]:
        key, chosen = shown.removesuffix(CHOICE), st.session_state[shown]
        if chosen is not None and st.session_state.get(key) != chosen:
            st.session_state[key] = chosen


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

"""How things stand: what wants a look, and how fresh what is shown is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import streamlit as st

from wattlake.app.dashboard.links import link
from wattlake.app.dashboard.period import local
from wattlake.app.dashboard.snapshot import ask
from wattlake.app.dashboard.words import ago


def known(query: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    """Ask a query; None where the lake has not, or not yet, the table that it reads."""
    try:
        return ask(query, *arguments)
    except duckdb.CatalogException:
        return None


def show_cases(panels: int, loss_kwh: float, broken_checks: int, unsettled: int) -> None:
    """Draw what wants a look.

    Args:
        panels: how many have an open case.
        loss_kwh: what they lose a day.
        broken_checks: checks of the data that failed.
        unsettled: kinds of slots that are not settled and could be.
    """
    with st.container(border=True):
        st.markdown("##### What wants a look")
        if panels:
            link("fleet", f"Solar fleet: {counted(panels, 'panel')} in trouble, {loss_kwh:,.0f} kWh a day")
        if broken_checks:
            link("quality", f"{counted(broken_checks, 'check')} of the data failed")
        if unsettled:
            link("overview", f"{counted(unsettled, 'kind')} of slots not settled")
        if not panels and not broken_checks and not unsettled:
            st.success("Nothing.", icon=":material/check_circle:")


def show_freshness(now: datetime, timezone: str, newest: Mapping[str, tuple[datetime | None, str]]) -> None:
    """Draw how new what is shown is, on the community's clock.

    Args:
        now: the time of now.
        timezone: the community's.
        newest: by what it is called, when the newest of something is of, and a remark; None where there is none.
    """
    with st.container(border=True):
        st.markdown("##### How fresh it is")
        for label, (at, remark) in newest.items():
            if at is None:
                st.markdown(f"{label}: none yet")
            else:
                age = ago((now - at).total_seconds())
                st.markdown(f"{label}: **{local(at, timezone):%a %-d %b %Y, %H:%M}**, {age}{remark}")
        link("pipeline", "Runs and sources")


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``2 panels``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

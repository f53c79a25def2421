"""The card of what flows: power now by a live stream, otherwise the last day's energy."""

from datetime import datetime, timedelta

import streamlit as st

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.flow_picture import flow_picture, in_words
from wattlake.app.dashboard.flows import Flows, of_day, of_now
from wattlake.app.dashboard.links import link
from wattlake.app.dashboard.period import local
from wattlake.app.dashboard.queries import extent, today
from wattlake.app.dashboard.queries.live import PowerFlows, power_flows
from wattlake.app.dashboard.queries.today import DayFlows
from wattlake.app.dashboard.snapshot import asked_as_of, lake
from wattlake.app.dashboard.standing import known

LIVE_FOR = timedelta(minutes=15)
"""A stream that has said nothing for longer is not of now."""


def flows_of_the_day() -> DayFlows | None:
    """Read the last settled day's energy; where nothing is settled, that of a day that was read."""
    settled = known(extent.settled, lake().settings.timezone)
    if settled and settled.whole:
        last = settled.whole.lasting(settled.whole.last, 1)
        return known(today.settled_flows, last)
    return known(today.read_flows)


def live_flows(now: datetime) -> PowerFlows | None:
    """Read where power goes now; None where no stream has told of it lately."""
    flows = None if asked_as_of() else known(power_flows)
    return flows if flows and now - flows.until_utc < LIVE_FOR else None


def show_flows(now: datetime) -> None:
    """Draw where power goes now; without a live stream, where the last day's energy went."""
    live, day = live_flows(now), flows_of_the_day()
    with st.container(border=True):
        if live is None and day is None:
            widgets.nothing("No day was read to its end yet. This reads what is new:", "wattlake run")
            return
        if live:
            at = local(live.until_utc, lake().settings.timezone)
            show_picture(of_now(live), f"Power now, {at:%H:%M}", "live")
            st.caption("Provisional: what neighbours could use of each other's surplus; the last day is in Overview.")
        elif day:
            show_picture(of_day(day), f"Energy of {day.day:%A, %-d %B %Y}", "overview")
            if day.traded_kwh is None:
                st.caption("What neighbours trade is known once it is settled: `wattlake settle`, `wattlake build`.")


def show_picture(flows: Flows, title: str, page: str) -> None:
    """Draw a picture of flows with its title, and a link to the page that has more."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"##### {title}", width="stretch")
        link(page, "More")
    with st.container(horizontal_alignment="center"):
        st.image(flow_picture(flows), alt=in_words(flows))

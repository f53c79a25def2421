"""The Live page: what meters send as they send it, apart from what is settled."""

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import streamlit as st

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.address import in_address
from wattlake.app.dashboard.charts import live as charts
from wattlake.app.dashboard.live_news import alerts, listed, power, tiles
from wattlake.app.dashboard.newest import ask_newest
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import live as queries
from wattlake.app.dashboard.queries.live import Live
from wattlake.app.dashboard.queries.live_sql import SHOWN
from wattlake.app.dashboard.snapshot import ask, asked_as_of, lake, meaning

URGENT, UNHURRIED = "2s", "30s"
"""How often figures, alerts and members are drawn, and how often charts.

Whoever looks shares the answers: the lake is read once a snapshot. What viewers cost is the drawing. Each element is a
message of its own, after which a browser goes through its whole page: so figures, alerts and members are one, and
charts, which tell of windows of five minutes, have time.
"""


def has_stream() -> bool:
    """Say whether a stream was read: it needs no energy of settled files."""
    try:
        return lake().exists() and ask(queries.is_streamed)
    except duckdb.CatalogException:
        return False


WINDOW = "warehouse.live_window"
EXPLAINED = """
- Consuming, producing: mean power of the newest window of each meter that is not silent.
- Alerts: how many last, which is what is wrong now.
- Messages: committed messages by second of the last minute.
- Latency: from when the broker had the oldest message of the last commit to the commit.
- Lag: how long ago the newest event ended; in a replay, when that was.
- Members: mean power of the newest window, the windows of the last hour, and the energy today.
"""
PAGE = Page(
    title="Live", icon=":material/sensors:", section="Community", place=15, has_rows=has_stream, table=WINDOW
)  # fmt: skip


def age(now: datetime, instant: datetime) -> str:
    """Write how long ago an instant was, as long as that is of interest; then when it was."""
    seconds = max((now - instant).total_seconds(), 0)
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7_200 else f"{instant:%-d %b %H:%M}"


def show_news(now: Live) -> None:
    """Draw power now, how well the stream runs, alerts and members, as one element."""
    at = now.until_utc if asked_as_of() else datetime.now(UTC)
    consumed, produced = (float(now.members[f"{side}_w"].sum() or 0) for side in ("consumption", "production"))
    figures = {
        "Consuming": power(consumed),
        "Producing": power(produced),
        "Alerts": f"{now.lasting:,}",
        "Messages": f"{queries.rate(now.batches, at):,.1f} /s",
        "Latency": f"{now.batches['latency_seconds'][-1]:,.1f} s",
        "Lag": age(at, now.until_utc),
    }
    st.markdown(f"{listed(figures)}\n\n##### Alerts\n\n{alerts(now)}\n\n##### Members\n\n{tiles(now)}")


def show_windows(now: Live) -> None:
    """Draw the last hours."""
    widgets.chart(
        f"The last {SHOWN.total_seconds() / 3600:.0f} hours",
        charts.windows(now.windows, now.alerts),
        "Mean power of consumption and of production in windows of five minutes, in kW",
        now.windows,
        f"{meaning(WINDOW, 'energy_kwh')} Faint where not all meters have told of it.",
        now.provenances,
    )


def show_zones(now: Live) -> None:
    """Draw the power of zones."""
    widgets.chart(
        "Zones now",
        charts.zones(now.members),
        "What the members of each zone consume and produce now, in kW",
        now.members.select("user_id", "zone", "consumption_w", "production_w"),
        "Mean power of the newest window of each meter that is not silent.",
    )


def show_charts(now: Live) -> None:
    """Draw what has time: the last hours beside the zones."""
    left, right = st.columns([2, 1], gap="medium")
    with left:
        show_windows(now)
    with right:
        show_zones(now)


def follow(part: Callable[[Live], None], every: str, zones: tuple[str, ...], timezone: str) -> None:
    """Draw a part, and anew by itself at intervals, from the newest snapshot."""

    def draw() -> None:
        if now := ask_newest(queries.live, zones, timezone):
            part(now)

    draw.__qualname__ = f"draw {part.__name__}"  # By its name Streamlit tells one fragment from another.
    st.fragment(run_every=every)(draw)()


def show() -> None:
    """Draw the page, and each part of it again as time goes on."""
    if not has_stream():
        widgets.nothing("No stream was read into this lake yet. This reads the broker that the settings name:")
        st.code("wattlake stream", language="shell")
        st.markdown("and this tries it all on that broker, with a simulated community and alarms:")
        st.code("wattlake live", language="shell")
        return
    known = ask(queries.live_zones)
    zones = tuple(in_address(st.multiselect, "Zones of the members", known, placeholder="All zones", key="zone"))
    timezone = lake().settings.timezone
    st.caption(
        ":material/sensors: Provisional: what meters send as they send it. Settled figures are on the other pages.",
        help=EXPLAINED,
    )
    parts = {show_news: URGENT, show_charts: UNHURRIED}
    with st.container(key="live"):  # By this name ``look.css`` knows it.
        if not asked_as_of():
            for part, every in parts.items():
                follow(part, every, zones, timezone)
        elif before := ask(queries.live, zones, timezone):
            for part in parts:
                part(before)

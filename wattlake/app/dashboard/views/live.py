"""The Live page: what meters send as they send it, apart from what is settled."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import duckdb
import streamlit as st

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.address import in_address
from wattlake.app.dashboard.charts import live as charts
from wattlake.app.dashboard.live_tiles import power, show_alerts, show_tiles
from wattlake.app.dashboard.newest import ask_newest
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import live as queries
from wattlake.app.dashboard.queries.live import Live
from wattlake.app.dashboard.queries.live_sql import SHOWN
from wattlake.app.dashboard.snapshot import ask, asked_as_of, lake, meaning

URGENT, UNHURRIED = "2s", "15s"
"""How often figures and alerts are drawn, and how often charts and tiles.

Whoever looks shares the answers: the lake is read once a snapshot. What viewers cost is the drawing, of charts and
tiles above all, and those tell of windows of five minutes.
"""
Draw = Callable[[], None]


def has_stream() -> bool:
    """Say whether a stream was read: it needs no energy of settled files."""
    try:
        return lake().exists() and ask(queries.is_streamed)
    except duckdb.CatalogException:
        return False


WINDOW = "warehouse.live_window"
PAGE = Page(
    title="Live", icon=":material/sensors:", section="Community", place=15, has_rows=has_stream, table=WINDOW
)  # fmt: skip


def age(now: datetime, instant: datetime) -> str:
    """Write how long ago an instant was, as long as that is of interest; then when it was."""
    seconds = max((now - instant).total_seconds(), 0)
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7_200 else f"{instant:%-d %b %H:%M}"


def show_cards(now: Live) -> None:
    """Draw power now, alerts, and how well the stream runs."""
    at = now.until_utc if asked_as_of() else datetime.now(UTC)
    consumed, produced = (float(now.members[f"{side}_w"].sum() or 0) for side in ("consumption", "production"))
    latency = now.batches["latency_seconds"][-1]
    figures = (
        ("Consuming", power(consumed), "Mean power of the newest window of each meter that is not silent."),
        ("Producing", power(produced), "The same of the meters of panels."),
        ("Alerts", f"{now.lasting:,}", "Alerts that last: what is wrong now."),
        ("Messages", f"{queries.rate(now.batches, at):,.1f} /s", "Committed messages by second of the last minute."),
        (
            "Latency",
            f"{latency:,.1f} s",
            "From when the broker had the oldest message of the last commit to the commit.",
        ),
        ("Lag", age(at, now.until_utc), "How long ago the newest event ended; in a replay, when that was."),
    )
    for column, (label, value, help_text) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, help=help_text, border=True, height="stretch")


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


def show_members(now: Live) -> None:
    """Draw the power of zones, and a tile of each member."""
    left, right = st.columns([1, 2], gap="medium")
    with left.container(height="content"):
        numbers = now.members.select("user_id", "zone", "consumption_w", "production_w")
        widgets.chart(
            "Zones now",
            charts.zones(now.members),
            "What the members of each zone consume and produce now, in kW",
            numbers,
            "Mean power of the newest window of each meter that is not silent.",
        )
    with right:
        show_tiles(now)


def draw(cards: Draw, alerts: Draw, windows: Draw, members: Draw) -> None:
    """Lay out the page: cards above, windows beside alerts, members below."""
    with st.container(key="live"):  # By this name ``look.css`` knows it.
        cards()
        left, right = st.columns([2, 1], gap="medium")
        with left:
            windows()
        with right:
            alerts()
        members()


def following(every: str, part: Callable[[Live], None], zones: tuple[str, ...], timezone: str) -> Draw:
    """Make a part that is drawn anew by itself at intervals, from the newest snapshot."""

    def follow() -> None:
        if now := ask_newest(queries.live, zones, timezone):
            part(now)

    follow.__qualname__ = f"follow {part.__name__}"  # By its name Streamlit tells one fragment from another.
    return st.fragment(run_every=every)(follow)


def show() -> None:
    """Draw the page, and each part of it again as time goes on."""
    if not has_stream():
        widgets.nothing("No stream was read into this lake yet. This reads the broker that the settings name:")
        st.code("wattlake stream", language="shell")
        st.markdown("and this tries it all, with a broker, a simulated community and alarms:")
        st.code("make live", language="shell")
        return
    known = ask(queries.live_zones)
    zones = tuple(in_address(st.multiselect, "Zones of the members", known, placeholder="All zones", key="zone"))
    timezone = lake().settings.timezone
    st.caption(
        ":material/sensors: Provisional: what meters send as they send it. Settled figures are on the other pages."
    )
    parts = {show_cards: URGENT, show_alerts: URGENT, show_windows: UNHURRIED, show_members: UNHURRIED}
    if not asked_as_of():
        draw(*(following(every, part, zones, timezone) for part, every in parts.items()))
    elif before := ask(queries.live, zones, timezone):
        draw(*(partial(part, before) for part in parts))

"""The tiles of members and the list of alerts on the Live page."""

from typing import Any

import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.queries.live import Live
from wattlake.app.dashboard.snapshot import meaning

TILES = 24
TILE_PIXELS = 168
"""Of a tile's width: `10.22 kW` has room in it, and two stand side by side on a phone."""
ALERT = "warehouse.live_alert"


def power(watts: float | None) -> str:
    """Write a power: in W, from a kilowatt on in kW; a dash where it is not known."""
    if watts is None:
        return "–"
    if abs(watts) < 1_000:
        return f"{watts:,.0f} W"
    return f"{watts / 1000:,.1f} kW" if abs(watts) >= 10_000 else f"{watts / 1000:,.2f} kW"


def show_alerts(now: Live) -> None:
    """Draw alerts, those that last before those that are over, the newest first."""
    with st.container(border=True, height=512):
        st.markdown("##### Alerts", help=meaning(ALERT, "rule"))
        if now.alerts.is_empty():
            st.success("Nothing is wrong with what the meters send.", icon=":material/check_circle:")
        for row in now.alerts.iter_rows(named=True):
            show_alert(row)


def show_alert(row: dict[str, Any]) -> None:
    """Draw one alert: its rule, whom it is told of, since when, and what was seen."""
    started, ended = row["started_at_utc"], row["ended_at_utc"]
    colour = "gray" if not row["lasts"] else "red" if row["severity"] == "error" else "orange"
    ends_at = (
        "now" if ended is None else f"{ended:%H:%M}" if ended.date() == started.date() else f"{ended:%-d %b %H:%M}"
    )
    since = f"{started:%-d %b %H:%M} – {ends_at}"
    st.markdown(
        f":{colour}-badge[{str(row['rule']).replace('_', ' ')}] {foreign.literal(row['subject'])} :small[{since}]"
    )
    foreign.sentence(row["evidence"])


def show_tiles(now: Live) -> None:
    """Draw a tile of each member, those with an alert first, then those who consume most."""
    ordered = now.members.sort(
        "is_troubled", "consumption_w", "user_id", descending=[True, True, False], nulls_last=True
    )
    st.markdown("##### Members", help="Mean power of the newest window, the windows before, and the energy today.")
    with st.container(horizontal=True, gap="small"):
        for row in ordered.head(TILES).iter_rows(named=True):
            show_tile(row)
    if ordered.height > TILES:
        st.caption(f"The first {TILES} of {ordered.height:,}.")


def show_tile(row: dict[str, Any]) -> None:
    """Draw one member's power now, its last two hours, and the energy of today."""
    today = f"{row['today_kwh']:,.2f} kWh" if row["today_kwh"] is not None else "nothing"
    gives = f", gives {power(row['production_w'])}" if row["production_w"] else ""
    st.metric(
        foreign.literal(row["user_id"]),
        power(row["consumption_w"]),
        today,
        delta_color="red" if row["is_troubled"] else "off",
        delta_arrow="off",
        delta_description=f"today{gives}",
        icon=":material/warning:" if row["is_troubled"] else None,
        border=True,
        width=TILE_PIXELS,
        chart_data=row["recent_w"],
        chart_type="area",
    )

"""The Live page's figures, alerts and tiles of members as Markdown: one element of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.queries.live import Live

TILES = 24
BLOCKS = "▁▂▃▄▅▆▇█"


def power(watts: float | None) -> str:
    """Write a power: in W, from a kilowatt on in kW; a dash where it is not known."""
    if watts is None:
        return "–"
    if abs(watts) < 1_000:
        return f"{watts:,.0f} W"
    return f"{watts / 1000:,.1f} kW" if abs(watts) >= 10_000 else f"{watts / 1000:,.2f} kW"


def listed(figures: Mapping[str, str]) -> str:
    """Write figures as a list, which ``look.css`` shows as cards."""
    return "\n".join(f"- {name} **{value}**" for name, value in figures.items())


def alerts(now: Live) -> str:
    """Write alerts as a list, those that last before those that are over, the newest first."""
    if now.alerts.is_empty():
        return "- :green-badge[:material/check_circle: Nothing is wrong with what the meters send.]"
    more = f"\n- The newest {now.alerts.height} of {now.lasting:,}." if now.lasting > now.alerts.height else ""
    return "\n".join(map(alert, now.alerts.iter_rows(named=True))) + more


def alert(row: Mapping[str, Any]) -> str:
    """Write one alert: its rule, whom it is told of, since when, and what was seen."""
    started, ended = row["started_at_utc"], row["ended_at_utc"]
    colour = "gray" if not row["lasts"] else "red" if row["severity"] == "error" else "orange"
    ends_at = (
        "now" if ended is None else f"{ended:%H:%M}" if ended.date() == started.date() else f"{ended:%-d %b %H:%M}"
    )
    return (
        f"- :{colour}-badge[{str(row['rule']).replace('_', ' ')}] {foreign.literal(row['subject'])} "
        f":small[{started:%-d %b %H:%M} – {ends_at}] {foreign.literal(row['evidence'])}"
    )


def tiles(now: Live) -> str:
    """Write the members as a list, those with an alert first, then those who consume most."""
    ordered = now.members.sort(
        "is_troubled", "consumption_w", "user_id", descending=[True, True, False], nulls_last=True
    )
    more = f"\n\n:small[The first {TILES} of {ordered.height:,}.]" if ordered.height > TILES else ""
    return "\n".join(map(tile, ordered.head(TILES).iter_rows(named=True))) + more


def tile(row: Mapping[str, Any]) -> str:
    """Write one member's power now, its last hour, and the energy of today."""
    warning = ":red[:material/warning:] " if row["is_troubled"] else ""
    today = f"{row['today_kwh']:,.2f} kWh" if row["today_kwh"] is not None else "nothing"
    gives = f", gives {power(row['production_w'])}" if row["production_w"] else ""
    return (
        f"- {warning}{foreign.literal(row['user_id'])} **{power(row['consumption_w'])}** "
        f":blue[{skyline(row['recent_w'] or [])}] :small[{today} today{gives}]"
    )


def skyline(watts: Sequence[float | None]) -> str:
    """Write powers as bars of text, the highest as a full block; a dot where one is not known."""
    most = max((each for each in watts if each), default=0.0) or 1.0
    return "".join("·" if each is None else BLOCKS[round((len(BLOCKS) - 1) * max(each, 0) / most)] for each in watts)

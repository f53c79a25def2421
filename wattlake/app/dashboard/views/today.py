"""The Today page: where energy went, what it costs now, what to do, and what wants a look."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.flow_card import show_flows
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.links import link
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import local
from wattlake.app.dashboard.queries import extent, surplus, today
from wattlake.app.dashboard.snapshot import lake, meaning
from wattlake.app.dashboard.standing import counted, known, show_cases, show_freshness
from wattlake.app.dashboard.words import best_hours, cents, day_in_words, surplus_in_words
from wattlake.lake.quality.report import findings
from wattlake.lake.settings import Settings
from wattlake.lake.times import aware_utc, naive_utc

PAGE = Page(
    title="Today", icon=":material/home:", section="Community", place=5, is_local=True, table="warehouse.fact_zone_slot"
)

PRICE = "warehouse.dim_price"
BEST = 3

CATEGORIES = {name: f": {name} against the 30 days before" for name in ("low", "normal", "high")}


def show_name() -> None:
    """Draw the community's name, and how many members in how many zones it has."""
    members, zones = known(today.members_in_zones) or (0, 0)
    of_whom = f"{counted(members, 'member')} in {counted(zones, 'zone')}"
    st.text(f"{Settings().community} · {of_whom}, times are those of {lake().settings.timezone}")


def show_price(now: datetime) -> None:
    """Draw the price of now, or the last that is known."""
    price = known(today.price_at, naive_utc(now).replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    with st.container(border=True):
        if price is None or price.is_empty():
            widgets.nothing("No price is known yet. This fetches the day-ahead auction's:", "wattlake run")
            return
        row = price.row(0, named=True)
        when = "Now" if row["is_now"] else f"On {row['local_start']:%a %-d %b %Y at %H:%M}, the last that is known"
        category = CATEGORIES.get(row["price_category"], "")
        st.markdown(f"##### Price {'now' if row['is_now'] else 'last known'}")
        with st.container(horizontal=True):
            for label, name in (("The grid charges", "grid_buy"), ("The grid pays", "grid_sell")):
                column = f"{name}_price_eur_per_kwh"
                st.metric(f"{label} (ct/kWh)", cents(row[column]), help=meaning(PRICE, column), width="content")
        st.caption(f"{when}{category}.")


def show_advice(now: datetime) -> None:
    """Draw what surplus is expected, and the best hours to run a load in."""
    today_local = local(now, lake().settings.timezone).date()
    days, slots = known(surplus.expected) or [], known(surplus.hours)
    with st.container(border=True):
        st.markdown("##### Expected surplus and best hours")
        if slots is None or slots.is_empty():
            widgets.nothing("Nothing is forecast yet. This issues a forecast of the next day:", "wattlake forecast")
            return
        coming = [day for day in days if day.day >= today_local] or days
        for day in coming[:2]:
            st.markdown(f":material/solar_power: {surplus_in_words(day, today_local)}")
        if not days:
            st.markdown(":material/cloud: No surplus is sure: nobody's whole 80 % band is above what they consume.")
        show_best_hours(slots, now)
        link("forecast", "All hours, by member")


def show_best_hours(slots: pl.DataFrame, now: datetime) -> None:
    """Draw the best hours that are left of a forecast; all of one that is over."""
    left = slots.filter(pl.col("period_start_utc") >= naive_utc(now))
    shown = left if left.height >= BEST else slots
    shown = shown.with_columns(pl.col("load_place").rank("ordinal"))
    day = shown.filter(pl.col("load_place") == 1)["local_start"][0].date()
    named = day_in_words(day, local(now, lake().settings.timezone).date())
    on_the_day = shown.filter(pl.col("local_start").dt.date() == day)
    st.markdown(
        f":material/schedule: Best hours to run a load: {named} **{best_hours(on_the_day, BEST)}**.",
        help="Where members are expected to have most left over; without surplus, where the price is lowest.",
    )
    if left.is_empty():
        st.caption("That forecast is over. `wattlake forecast` issues one of the day to come.")


def newest() -> dict[str, tuple[datetime | None, str]]:
    """Read when the newest reading, forecast and run are of, and how a bad run ended."""
    window, issued, run = known(extent.extent), known(surplus.newest_issue), known(today.last_run)
    return {
        "Newest reading": (window.to_utc if window else None, ""),
        "Newest forecast": (aware_utc(issued) if issued else None, ""),
        "Last run": (
            aware_utc(run[2]) if run else None,
            f": {literal(run[1])}" if run and run[1] != "completed" else "",
        ),
    }


def show() -> None:
    """Draw the page."""
    now = datetime.now(UTC)
    show_name()
    picture, words = st.columns(2, gap="medium")
    with picture:
        show_flows(now)
        show_price(now)
    with words:
        show_advice(now)
        broken = sum(check.is_wrong for check in known(findings) or [])
        unsettled = known(extent.unsettled_slots)
        panels, loss_kwh = known(today.open_cases) or (0, 0.0)
        show_cases(panels, loss_kwh, broken, 0 if unsettled is None else unsettled.height)
        show_freshness(now, lake().settings.timezone, newest())

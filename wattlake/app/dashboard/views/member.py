"""Member: everything about one member: flows, trades, bill, register."""

from datetime import timedelta

import streamlit as st

from wattlake.app import bill_html, bill_page
from wattlake.app.dashboard import cards, widgets
from wattlake.app.dashboard.cards import Card
from wattlake.app.dashboard.charts import energy
from wattlake.app.dashboard.charts import member as charts
from wattlake.app.dashboard.filters import Chosen, chosen, marked, said
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries import extent, member
from wattlake.app.dashboard.snapshot import ask, meaning
from wattlake.app.spreadsheet import csv_of
from wattlake.lake.reports.bill import read_bill, slots_of
from wattlake.lake.reports.bill_terms import read_terms
from wattlake.lake.settings import Settings

PAGE = Page(title="Member", icon=":material/person:", section="Community", place=50, filters=True, is_local=True)

KPI = "warehouse.kpi_member"
FLOW = "warehouse.fact_energy_flow"
CARDS = (
    (
        Card("Consumption", "consumption_kwh", f"{KPI}.consumption_kwh", delta_color="off"),
        Card("Production", "production_kwh", f"{KPI}.production_kwh"),
        Card("Bought from neighbours", "bought_kwh", f"{KPI}.bought_kwh", delta_color="off"),
        Card("Sold to neighbours", "sold_kwh", f"{KPI}.sold_kwh"),
    ),
    (
        Card("Self-sufficiency", "self_sufficiency_ratio", f"{KPI}.self_sufficiency_ratio"),
        Card("Own solar used at once", "used_at_once_ratio", f"{KPI}.self_consumption_kwh", "Of all that it produced."),
        Card("Savings", "saving_eur", f"{KPI}.saving_eur"),
        Card("Revenue", "revenue_eur", f"{KPI}.revenue_eur"),
    ),
)
REGISTER = {
    "effective_date": st.column_config.DateColumn("From", format="YYYY-MM-DD"),
    "expiration_date": st.column_config.DateColumn("Until", format="YYYY-MM-DD"),
    "is_current": "Now",
    "member_type": "Type",
    "meter_id": "Meter",
    "production_meter_id": "Meter of panels",
    "panel_size_kwp": st.column_config.NumberColumn("kWp", format="%.2f"),
    "tilt_degrees": st.column_config.NumberColumn("Tilt °", format="%.0f"),
    "azimuth_degrees": st.column_config.NumberColumn("Azimuth °", format="%.0f"),
    "acorn_group": "Group",
}
"""What stands above the register's columns: all of them have room."""
# Of longer periods, only so many of the last days are drawn slot by slot.
SLOT_DAYS = 14


def chosen_member() -> str:
    """Ask for the member to show; the choice lives in the address."""
    members = ask(extent.members)
    return widgets.pick("Member", members, "member", width=320)


def show_flows(user_id: str, asked: Chosen) -> None:
    """Draw energy day by day, and slot by slot of the last days."""
    by_day, by_slot = st.columns(2, gap="medium")
    days = marked(ask(member.days_of, user_id, asked.days), "day", asked.days)
    with by_day:
        widgets.chart(
            "Day by day",
            energy.flows(days, "day"),
            "For each day: energy used at once, bought, drawn from the grid, sold and fed into it, in kWh",
            days,
            "Upwards is what is consumed, downwards what is handed on, as it was settled.",
        )
    recent = Days(
        max(asked.days.first, asked.days.end - timedelta(days=SLOT_DAYS)), asked.days.end, asked.days.timezone
    )
    slots = ask(member.slots, user_id, recent)
    provenances = {*slots["consumption_provenance"].drop_nulls(), *slots["production_provenance"].drop_nulls()}
    has_estimates = slots["consumption_estimated_kwh"].drop_nulls().len() > 0
    with by_slot:
        widgets.chart(
            "Slot by slot" if recent == asked.days else f"Slot by slot, {said(recent)}",
            charts.slots(slots),
            "Consumption and production of each slot, with what is estimated and what is unlikely marked, in kWh",
            slots,
            f"{meaning(FLOW, 'consumption_kwh')} {meaning(FLOW, 'is_anomaly')}",
            sorted(provenances | ({"estimated"} if has_estimates else set())),
        )


def show_bill(user_id: str, asked: Chosen) -> None:
    """Draw the bill of the month that the period ends in, as ``wattlake bill`` writes it."""
    month = asked.days.last.replace(day=1)
    if month not in ask(member.months, user_id):
        widgets.nothing(f"{literal(user_id)} has no bill of {month:%B %Y}.")
        return
    bill, terms = ask(read_bill, user_id, month), ask(read_terms, user_id, month)
    with st.container(border=True, height="stretch"):
        name = f"bill-{user_id}-{month:%Y-%m}"
        page, slots = bill_html.page(bill, terms, Settings().community), ask(slots_of, user_id, month)
        st.metric(f"Bill of {bill_page.period(bill)}", bill_page.outcome(bill))
        st.table(bill_page.written(bill).frame(), border="horizontal")
        for label, text in bill_html.details(terms):
            st.caption(f"{label}: {literal(text)}")
        with st.expander("How it was reckoned"):
            for sentence in (*bill_page.sentences(bill), *terms.reckoned):
                st.markdown(sentence)
        with st.container(horizontal=True):
            st.download_button("To print", page, f"{name}.html", "text/html", on_click="ignore")
            st.download_button(
                "CSV", lambda: csv_of(slots), f"{name}.csv", "text/csv", on_click="ignore",
                help="Every slot behind it, in kWh and EUR.",
            )  # fmt: skip


def show_trades(user_id: str, asked: Chosen) -> None:
    """Draw the member's trades by neighbour."""
    trades = ask(member.trades, user_id, asked.days)
    if trades.is_empty():
        widgets.nothing(f"{literal(user_id)} traded with nobody in this period.")
    else:
        widgets.rows("Trades with neighbours", trades, "What counts of the period, neighbour by neighbour.")


def show() -> None:
    """Draw the page."""
    asked = chosen()
    if asked is None:
        return
    user_id = chosen_member()
    now = ask(member.totals, user_id, asked.days).row(0, named=True)
    before = ask(member.totals, user_id, asked.before).row(0, named=True) if asked.before else None
    for row in CARDS:
        cards.show(row, now, before)
    so_far, provisional = " so far" if asked.is_running else "", " Provisional." if now["is_provisional"] else ""
    st.caption(f"{literal(user_id)}, **{said(asked.days)}{so_far}**, local time.{provisional}")
    if not ask(member.days_of, user_id, asked.days).is_empty():
        show_flows(user_id, asked)
    show_bill(user_id, asked)
    show_trades(user_id, asked)
    entries = ask(member.register, user_id)
    widgets.rows("Register", entries, "The member's entries, the newest first.", REGISTER)

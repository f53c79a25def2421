"""Overview: what the community produced, consumed and kept in a period, and when."""

from datetime import timedelta

import streamlit as st

from app.dashboard import charts, queries
from app.dashboard.answers import ask, meaning
from app.dashboard.cards import CARDS
from app.dashboard.queries import Window

PERIOD_DAYS = {"7 days": 7, "30 days": 30, "All days": None}
CHART_OPTIONS = {"displayModeBar": False}


def chosen_window(known: Window) -> Window:
    """The last days the reader asked for, counted back from the end of the data."""
    period = st.segmented_control(
        "Period, up to the end of the data",
        list(PERIOD_DAYS),
        default="7 days",
        required=True,
        key="period",
        bind="query-params",
    )
    days = PERIOD_DAYS[period or "7 days"]
    start = known.from_utc if days is None else max(known.from_utc, known.to_utc - timedelta(days=days))
    return Window(start, known.to_utc)


def chosen_zones() -> list[str]:
    """The zones the reader asked for; none means all. They live in the address, so that a view can be shared."""
    return st.multiselect(
        "Zones of the members", ask(queries.zones), placeholder="All zones", key="zone", bind="query-params"
    )


def show_cards(known: Window, window: Window, zones: list[str]) -> None:
    """The period's key figures, with their change against the period before where the data reach back so far."""
    now = ask(queries.totals, window, zones).row(0, named=True)
    earlier = window.before()
    has_earlier = earlier.from_utc >= known.from_utc
    before = ask(queries.totals, earlier, zones).row(0, named=True) if has_earlier else None
    for row in (CARDS[:3], CARDS[3:]):
        for place, card in zip(st.columns(len(row)), row, strict=True):
            place.metric(
                card.label,
                card.value(now),
                card.change(now, before),
                delta_color=card.delta_color,
                help=card.help(),
                border=True,
                height="stretch",
            )
    ends = f"{window.from_utc:%Y-%m-%d %H:%M} to {window.to_utc:%Y-%m-%d %H:%M} UTC"
    compared = f"{earlier.from_utc:%Y-%m-%d %H:%M} to {earlier.to_utc:%Y-%m-%d %H:%M} UTC"
    missing = "the data do not reach back a whole period of equal length before that, so no change is shown"
    st.caption(f"{ends}, compared with {compared}." if has_earlier else f"{ends}; {missing}.")


def show_charts(window: Window, zones: list[str]) -> None:
    """The mean day and the days of the period."""
    by_hour, by_day = st.columns(2, gap="medium")
    with by_hour, st.container(border=True):
        surplus = meaning("warehouse.fact_energy_flow", "surplus_kwh")
        deficit = meaning("warehouse.fact_energy_flow", "deficit_kwh")
        st.subheader("A mean day", anchor=False, help=f"Surplus: {surplus} Deficit: {deficit} Summed over the members.")
        st.plotly_chart(
            charts.local_hours(ask(queries.local_hours, window, zones)),
            config=CHART_OPTIONS,
            key="local_hours",
            alt="Mean production, consumption, surplus and deficit in each local hour of the day, in kWh",
        )
    with by_day, st.container(border=True):
        st.subheader("Day by day", anchor=False, help="The sum over the members of what each slot of the day holds.")
        st.plotly_chart(
            charts.daily_balance(ask(queries.daily_balance, window, zones)),
            config=CHART_OPTIONS,
            key="daily_balance",
            alt="Production, consumption, surplus and deficit of each UTC day, in kWh",
        )


def show_register_gaps() -> None:
    """A quiet note on what the register and the meters do not agree about."""
    gaps = ask(queries.register_gaps)
    if gaps.is_empty():
        return
    notes = [gap_note(**row) for row in gaps.iter_rows(named=True)]
    st.caption(f":material/info: In the register: {'; '.join(notes)}.")


def gap_note(gap: str, gaps: int, readings: int, energy_kwh: float) -> str:
    """One kind of gap in words: ``2 members without a meter``."""
    owner, lacking = gap.split(" without ")
    plural = "s" if gaps > 1 else ""
    lacked = lacking if lacking.endswith("s") else f"a {lacking}"
    unowned = f" ({readings:,} readings, {energy_kwh:,.0f} kWh not counted above)" if readings else ""
    return f"{gaps} {owner}{plural} without {lacked}{unowned}"


def page() -> None:
    """Draw the page."""
    known = ask(queries.extent)
    if known is None:
        return
    with st.container(horizontal=True, gap="medium"):
        window = chosen_window(known)
        zones = chosen_zones()
    show_cards(known, window, zones)
    if ask(queries.local_hours, window, zones).is_empty():
        st.info(f"Nothing is known of {', '.join(zones)} in this period.", icon=":material/info:")
    else:
        show_charts(window, zones)
    show_register_gaps()


page()

"""The reader's choice on the Forecast page: whose forecast, of what, which issue."""

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.address import in_address, missing_of, tell_missing
from wattlake.app.dashboard.period import local
from wattlake.app.dashboard.queries import forecast as queries
from wattlake.app.dashboard.queries.forecast import Issue, Subject
from wattlake.app.dashboard.snapshot import ask, lake, meaning

FORECAST = "warehouse.fact_forecast"
CONSUMPTION = "Consumption"
SHOWN_DAYS = ("1", "3", "7", "14")


def chosen_issue(subjects: list[Subject]) -> Issue | None:
    """Ask whose forecast, of what, and which issue (default: newest); None if there is none."""
    of_whom, of_what, of_when = st.columns([2, 2, 3])
    with of_whom:
        by_name = {str(subject): subject for subject in subjects}
        subject = by_name[widgets.pick("Of whom", list(by_name), "member")]
    missing = missing_of("target", (CONSUMPTION, "Production"))
    with of_what:
        target = in_address(
            st.segmented_control, "Energy", [CONSUMPTION, "Production"], required=True, key="target",
            hidden={"default": CONSUMPTION},
        )  # fmt: skip
    target = (target or CONSUMPTION).lower()
    issues = ask(queries.forecast_issues, subject, target)
    if not issues:
        st.info(f"There is no {target} forecast of {foreign.literal(subject)}.", icon=":material/info:")
        return None
    by_label = {issue_label(issue): issue for issue in issues}
    tell_missing([*missing, *missing_of("issue", by_label)])
    with of_when:
        help_text = meaning(FORECAST, "issued_at_utc")
        return by_label[in_address(st.selectbox, "Issued", list(by_label), key="issue", help=help_text)]


def days_before() -> str:
    """Ask how many days before the issue are drawn, and offer to look for something newer."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = in_address(
            st.segmented_control, "Days drawn before it", SHOWN_DAYS, required=True, key="before",
            hidden={"default": SHOWN_DAYS[1]},
        )  # fmt: skip
        st.button("Refresh", icon=":material/refresh:", help="Look for a newer snapshot of the lake.")
    return days or SHOWN_DAYS[1]


def clock() -> str:
    """Return the time zone of the community's clock."""
    return lake().settings.timezone


def on_the_clock(slots: pl.DataFrame) -> pl.DataFrame:
    """Replace the slots' local starts by those of the community's clock, in the calendar or not."""
    start = pl.col("period_start_utc").dt.replace_time_zone("UTC").dt.convert_time_zone(clock())
    return slots.with_columns(start.dt.replace_time_zone(None).alias("local_start"))


def issue_label(issue: Issue) -> str:
    """Label an issue in the picker: when and by whom."""
    return f"{local(issue.issued_at_utc, clock()):%Y-%m-%d %H:%M} by {issue.forecaster} {issue.forecaster_version}"

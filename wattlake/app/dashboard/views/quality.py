"""The Data quality page: scores, checks, quarantine, completeness, unlikely slots."""

import json
from datetime import UTC, datetime
from operator import attrgetter

import polars as pl
import streamlit as st

from wattlake.app.dashboard import cards, widgets
from wattlake.app.dashboard.charts import lake as charts
from wattlake.app.dashboard.damage import draw_all, shown
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.quarantined import EXAMPLES, show_quarantine
from wattlake.app.dashboard.queries import extent, quality
from wattlake.app.dashboard.snapshot import ask, lake, meaning
from wattlake.lake.quality.report import Finding, findings
from wattlake.lake.reports import quarantine
from wattlake.lake.reports.set_aside import set_aside as set_aside_in_sources

PAGE = Page(
    title="Data quality", icon=":material/verified:", section="Lake", place=80, has_rows=lambda: lake().exists()
)

OF_A_CHECK = attrgetter("table_name", "check_name", "dimension", "rows_seen", "rows_failing", "checked_at_utc")
COMPLETE = meaning("warehouse.fact_completeness_daily", "completeness_ratio")


def data_end() -> datetime:
    """Return the end of the data, as every page's header says it."""
    window = ask(extent.extent)
    return window.to_utc if window else datetime.min.replace(tzinfo=UTC)


def show_cards(checked: list[Finding], set_aside: pl.DataFrame) -> None:
    """Draw the data's quality in a few numbers."""
    figures = (
        ("Checks", f"{len(checked):,}", "Each check of each table, at its last word."),
        ("Broken", f"{sum(check.is_wrong for check in checked):,}", "Checks that rolled their build back."),
        ("Worth a look", f"{sum(check.is_unlikely for check in checked):,}", "Checks that found something unlikely."),
        ("In quarantine", f"{set_aside['readings'].sum():,}", "Readings that were set aside with a reason."),
        (
            "Time with readings",
            cards.written("completeness_ratio", ask(quality.overall_completeness, data_end())),
            f"{COMPLETE} Of all members, over the last sixty whole UTC days.",
        ),
    )
    for column, (label, value, help_text) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, help=help_text, border=True, height="stretch")
    for sentence in ask(set_aside_in_sources):
        st.warning(literal(sentence), icon=":material/report:")


def show_checks(checked: list[Finding]) -> None:
    """Draw every check by table, the worst first, and examples of what fails."""
    table = pl.DataFrame(
        [
            ("broken" if check.is_wrong else "unlikely" if check.is_unlikely else "in order", *OF_A_CHECK(check))
            for check in checked
        ],
        schema=["verdict", "table", "check", "judges", "rows_seen", "rows_failing", "checked_at_utc"],
        orient="row",
    )
    tables = ["All tables", *table["table"].unique().sort()]
    chosen = widgets.pick("Checks of", tables, "checked", width=360)
    shown = table if chosen == "All tables" else table.filter(pl.col("table") == chosen)
    widgets.rows("Checks by table", shown, "The worst first; each at its last word.")
    failing = [check for check in checked if check.rows_failing and chosen in ("All tables", check.table_name)]
    for check in failing:
        with st.expander(
            f"{literal(f'{check.table_name}: {check.check_name}')}, {check.rows_failing:,} of {check.rows_seen:,} rows"
        ):
            st.caption(
                f"{literal(check.dimension)}, checked on {check.checked_at_utc:%Y-%m-%d %H:%M} UTC "
                f"by build {literal(check.build)}"
            )
            examples = [json.dumps(key, ensure_ascii=False) for key in check.keys[:EXAMPLES]]
            st.code("\n".join(examples) or "No keys are kept of this check.", language="json")


def show_anomalies() -> None:
    """Draw the unlikely slots, by day and one by one."""
    by_day = ask(quality.anomalies_by_day)
    if by_day.is_empty():
        widgets.nothing("No slot is unlikely.")
        return
    chart, table = st.columns(2, gap="medium")
    with chart:
        widgets.chart(
            "Unlikely slots",
            charts.by_day(by_day, "slots", "anomaly_reason", "Slots"),
            "How many slots of each UTC day are unlikely, by reason",
            by_day,
            meaning("warehouse.fact_anomaly", "anomaly_reason"),
        )
    with table:
        widgets.rows("The newest of them", ask(quality.newest_anomalies), "Nothing is taken away or mended.")


def show_unusual_days() -> None:
    """List the days that a model finds unlike the month before."""
    days = ask(quality.newest_unusual_days)
    if days.is_empty():
        widgets.nothing("No day is unlike the month before.")
    else:
        widgets.rows("The newest days unlike the month before", days, "Nothing is taken away or mended.")


def show_scores() -> None:
    """Draw the checks' scores over time, beside the time with readings."""
    trend, heat = st.columns(2, gap="medium")
    scores = ask(quality.scores)
    with trend, shown("Scores"):
        if scores.is_empty():
            widgets.nothing("Nothing was checked yet.", "wattlake build")
        else:
            widgets.chart(
                "Scores of the checks over time",
                charts.scores(scores),
                "The part of what was checked that was in order, a mean of all tables, by what the checks judge",
                scores,
                meaning("warehouse.quality_score_daily", "validity_ratio"),
            )
    with heat, shown("Readings"):
        complete = ask(quality.completeness, data_end())
        if complete.is_empty():
            widgets.nothing("No readings are expected yet.")
        else:
            widgets.chart(
                "Time with readings, of the members who lack most",
                charts.completeness(complete),
                "How much of each of the last sixty whole days readings cover, of the forty members who lack most",
                complete,
                COMPLETE,
            )


def show() -> None:
    """Draw the page; what cannot be read of a damaged lake leaves the rest as it is."""
    draw_all(
        {
            "Key figures": lambda: show_cards(ask(findings), ask(quarantine.counts)),
            "Scores": show_scores,
            "Quarantine": lambda: show_quarantine(ask(quarantine.counts)),
            "Checks": lambda: show_checks(ask(findings)),
            "Unlikely slots": show_anomalies,
            "Unusual days": show_unusual_days,
        }
    )

"""Pipeline health: runs, how the lake grows, how fresh its sources are, what is at work."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.charts import lake as charts
from wattlake.app.dashboard.damage import draw_all
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.pipeline_runs import show_cards, show_durations, show_own, show_runs
from wattlake.app.dashboard.queries import pipeline
from wattlake.app.dashboard.snapshot import ask, asked_as_of, lake
from wattlake.lake.project import ProjectFileError
from wattlake.lake.reports import footprint
from wattlake.lake.runs.running import unended

PAGE = Page(
    title="Pipeline health", icon=":material/monitor_heart:", section="Lake", place=70, refresh="10s",
    has_rows=lambda: lake().exists(),
)  # fmt: skip

EVERY = "10s"


@st.fragment(run_every=EVERY)
def at_work() -> None:
    """Draw what is under way on this machine now.

    It is looked at again and again without the rest of the page.
    """
    now = datetime.now(UTC)
    busy = [note for note, is_at_work in unended(lake().settings) if is_at_work]
    sentences = [
        f"{foreign.literal(note.name)} for {(now - note.started_at_utc).total_seconds():,.0f} s" for note in busy
    ]
    under_way = f"Under way: {', '.join(sentences)}." if sentences else "Nothing is under way on this machine."
    st.caption(f":material/update: Looked at {now:%H:%M:%S} UTC, every ten seconds. {under_way}")


def show_tables() -> None:
    """Draw each table's files."""
    in_mb = ask(footprint.tables).with_columns((pl.col("bytes") / 1e6).alias("size_mb")).drop("bytes")
    widgets.rows("Tables and their files", in_mb, "The largest first.")


def show_growth() -> None:
    """Draw rows and bytes by layer over time."""
    grown = ask(footprint.layers_over_time)
    for half, column, unit in zip(st.columns(2, gap="medium"), ("bytes", "rows"), ("bytes", "rows"), strict=True):
        with half:
            widgets.chart(
                f"{column.capitalize()} by layer",
                charts.layers(grown, column, column.capitalize()),
                f"The {unit} of each layer at the kept snapshots",
                grown.select("committed_at_utc", "layer", column),
                "At each of the kept snapshots, or at sixty of them.",
            )


def show_sources() -> None:
    """Draw what was landed, and how long ago each source was fetched."""
    landed, fresh = st.columns([2, 3], gap="medium")
    by_day = ask(pipeline.landings_by_day)
    with landed:
        widgets.chart(
            "Landed by day",
            charts.by_day(by_day, "landed_mb", "source", "MB"),
            "Megabytes landed on each UTC day, by source",
            by_day,
            "As the sources gave them, before compression.",
        )
    with fresh:
        fetched = ask(pipeline.freshness)
        if not asked_as_of():
            age = (datetime.now(UTC).replace(tzinfo=None) - pl.col("last_fetched_utc")).dt.total_hours()
            fetched = fetched.with_columns(age.alias("hours_ago"))
        widgets.rows("Freshness by source", fetched, "When each source was last fetched.")


def show_plan() -> None:
    """Draw what the next build would replace; of an older snapshot there is no next build."""
    if asked_as_of():
        return
    try:
        plan = ask(pipeline.build_plan)
    except ProjectFileError as error:
        st.error("The project is not in order, and a build would be refused:", icon=":material/block:")
        foreign.show(error)
        return
    if plan.is_empty():
        st.caption("Nothing is new: a build would replace nothing.")
    else:
        widgets.rows(
            "What the next build would do",
            plan,
            "Days to compare are made anew where an earlier table turns out to differ; `wattlake build --dry-run` says"
            " the same.",
        )


def show() -> None:
    """Draw the page; what cannot be read of a damaged lake leaves the rest as it is."""
    at_work()
    draw_all(
        {
            "Key figures": show_cards,
            "Runs": show_runs,
            "What the next build would do": show_plan,
            "Durations": show_durations,
            "The project's own tables": show_own,
            "The lake's growth": show_growth,
            "Sources": show_sources,
            "Tables": show_tables,
        }
    )

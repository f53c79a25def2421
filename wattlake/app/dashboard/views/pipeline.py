"""Pipeline health: runs, how the lake grows, how fresh its sources are, what is at work."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.charts import lake as charts
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import pipeline
from wattlake.app.dashboard.snapshot import ask, asked_as_of, lake
from wattlake.lake.project import ProjectFileError
from wattlake.lake.reports import footprint
from wattlake.lake.runs.running import unended

PAGE = Page(title="Pipeline health", icon=":material/monitor_heart:", section="Lake", place=70, refresh="10s")

EVERY = "10s"
DAYS = 7


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


def show_cards(runs: pl.DataFrame, tables: pl.DataFrame) -> None:
    """Draw the pipeline's state in a few numbers."""
    failed = runs.filter(pl.col("status") != "completed").height
    small = int(tables["small_files"].sum())
    figures = (
        (f"Runs of {DAYS} days", f"{runs.height:,}", "The runs of seven days up to the newest."),
        ("Not completed", f"{failed:,}", "Of these runs, those that failed or were broken off."),
        (
            "Lake size",
            f"{int(tables['bytes'].sum()) / 1e6:,.1f} MB",
            "All data files of the snapshot; archives not counted.",
        ),
        (
            "Small files",
            f"{small:,}",
            f"Of {tables['files'].sum():,}: those below {footprint.SMALL_BYTES // 2**20} MiB. `wattlake maintain` "
            "merges those of one table.",
        ),
        ("Snapshots", f"{ask(pipeline.snapshot_count):,}", "Every commit makes one; they can all be travelled to."),
    )
    for column, (label, value, help_text) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, help=help_text, border=True, height="stretch")


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
    """Draw the page."""
    runs = ask(pipeline.runs, DAYS)
    tables = ask(footprint.tables)
    at_work()
    show_cards(runs, tables)
    widgets.chart(
        f"Runs of the last {DAYS} days",
        charts.runs(runs),
        "Each run by when it started and how many seconds it took; its mark says how it ended",
        runs,
    )
    widgets.rows("What they did", runs.drop("run_id"), "The newest first.")
    if not (own := ask(pipeline.transformations)).is_empty():
        widgets.rows("What builds did with the project's own tables", own, "The newest first.")
    show_plan()
    show_growth()
    show_sources()
    in_mb = tables.with_columns((pl.col("bytes") / 1e6).alias("size_mb")).drop("bytes")
    widgets.rows("Tables and their files", in_mb, "The largest first.")

"""Pipeline health: runs, how the lake grows, how fresh its sources are, what is at work."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, machine, widgets
from wattlake.app.dashboard.cards import written
from wattlake.app.dashboard.charts import lake as charts
from wattlake.app.dashboard.charts import runs as charts_of_runs
from wattlake.app.dashboard.damage import draw_all
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import durations, pipeline
from wattlake.app.dashboard.snapshot import ask, asked_as_of, lake
from wattlake.lake.project import ProjectFileError
from wattlake.lake.reports import footprint
from wattlake.lake.runs.running import unended

PAGE = Page(
    title="Pipeline health", icon=":material/monitor_heart:", section="Lake", place=70, refresh="10s",
    has_rows=lambda: lake().exists(),
)  # fmt: skip

EVERY = "10s"
DAYS, MONTH = 7, 30


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


def show_cards() -> None:
    """Draw how well runs went, and the room that the lake takes and that this machine has left."""
    tables, settings = ask(footprint.tables), lake().settings
    disk, memory = machine.free_disk(settings), machine.free_memory()
    figures = [*(rate_card(days) for days in (DAYS, MONTH))]
    small, files = (int(tables[column].sum()) for column in ("small_files", "files"))
    figures += [
        ("Lake", machine.size(int(tables["bytes"].sum())), "All data files of the snapshot; archives not counted."),
        (
            *("Small files", f"{small:,}"),
            f"Of {files:,}: those below {footprint.SMALL_BYTES // 2**20} MiB. `wattlake maintain` merges those of one "
            "table.",
        ),
        ("Snapshots", f"{ask(pipeline.snapshot_count):,}", "Every commit makes one; they can all be travelled to."),
        ("Catalog", machine.size(machine.catalog_bytes(settings)), "The catalog's file; a database's is not asked."),
        ("Disk free", machine.size(disk and disk[0]), f"Of {machine.size(disk and disk[1])}, where the lake is."),
        (
            "Memory free",
            machine.size(memory and memory[0]),
            f"Of {machine.size(memory and memory[1])} of this machine.",
        ),
    ]
    for row in (figures[:4], figures[4:]):
        for column, (label, value, help_text) in zip(st.columns(4), row, strict=True):
            column.metric(label, value, help=help_text, border=True, height="stretch")


def rate_card(days: int) -> tuple[str, str, str]:
    """Write the success rate of some days: label, value and help."""
    runs, completed = ask(durations.success, days)
    value = written("completed_ratio", completed / runs if runs else None)
    return (
        f"Success of {days} days",
        value,
        f"{completed:,} of {runs:,} runs completed, of the days up to the newest run.",
    )


def show_runs() -> None:
    """Draw the runs of the last days as bars by flow, and what they did."""
    runs = ask(pipeline.runs, DAYS)
    if runs.is_empty():
        widgets.nothing("Nothing was run yet.", "wattlake run")
        return
    widgets.chart(
        f"Runs of the last {DAYS} days",
        charts_of_runs.timeline(runs),
        "Each run as a bar from its start to its end, flow by flow; its colour says how it ended",
        runs,
        "A run that is too short to be seen is drawn a little longer; the label has its duration.",
    )
    widgets.rows("What they did", runs.drop("run_id"), "The newest first.")


def show_durations() -> None:
    """Draw how long flows took over a month, and tables where their builds are timed."""
    for query, by, title, of_what in (
        (durations.of_flows, "name", "Duration by flow", "each flow's completed runs"),
        (
            durations.of_tables,
            "table_name",
            "Duration by table",
            "each build of the project's own tables",
        ),
    ):
        if not (days := ask(query, MONTH)).is_empty():
            alt = f"The median duration of {of_what}, by day, in seconds"
            widgets.chart(title, charts_of_runs.durations(days, by), alt, days, f"The median of {of_what}, by day.")


def show_own() -> None:
    """Draw what builds did with the project's own tables, where there are any."""
    if not (own := ask(pipeline.transformations)).is_empty():
        widgets.rows("What builds did with the project's own tables", own, "The newest first.")


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

"""How runs went: how many succeed, when they ran, how long they took, what room is left."""

import streamlit as st

from wattlake.app.dashboard import machine, widgets
from wattlake.app.dashboard.cards import written
from wattlake.app.dashboard.charts import runs as charts_of_runs
from wattlake.app.dashboard.queries import durations, pipeline
from wattlake.app.dashboard.snapshot import ask, lake
from wattlake.lake.reports import footprint

DAYS, MONTH = 7, 30


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

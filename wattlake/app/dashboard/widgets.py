"""The parts of pages: framed charts and tables with help, marks and downloads."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.address import in_address
from wattlake.app.dashboard.column_titles import column_titles
from wattlake.app.dashboard.snapshot import is_outdated
from wattlake.app.spreadsheet import csv_of

BADGE_COLOURS: dict[str, Literal["green", "orange", "violet", "blue"]] = {
    "measured": "green",
    "simulated": "orange",
    "estimated": "violet",
    "forecast": "blue",
}


def chart(
    title: str, figure: go.Figure, alt: str, numbers: pl.DataFrame, help: str | None = None, marks: Iterable[str] = (),
    *, is_framed: bool = True, on_click: Callable[[int], None] | None = None,
) -> None:  # fmt: skip
    """Draw a framed chart with its title and help, and its numbers to download.

    Args:
        title: what it shows, in a few words.
        figure: the chart.
        alt: what it shows, for those who cannot see it.
        numbers: what it is drawn from.
        help: what the contracts say of it.
        marks: where the numbers come from: measured, simulated, estimated or forecast.
        is_framed: whether it has a frame of its own.
        on_click: what a click on a bar or area does, by its number.
    """
    with st.container(border=is_framed, height="stretch"):
        _head(title, numbers, help, marks)
        foreign.chart(figure, f"chart {title}", alt, on_click)


def rows(
    title: str,
    numbers: pl.DataFrame,
    help: str | None = None,
    described: Mapping[str, Any] | None = None,
    *,
    order: Sequence[str] | None = None,
    on_click: Callable[[int], None] | None = None,
) -> None:
    """Draw a framed table with its title and help, and its numbers to download.

    Args:
        title: what it shows, in a few words.
        numbers: its rows.
        help: what one row is.
        described: how columns are shown, by name.
        order: the columns that are shown, where not all are.
        on_click: what a click on a row does, by its number.
    """
    with st.container(border=True, height="stretch"):
        _head(title, numbers, help)
        shown = numbers.with_columns(pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.String).fill_null(""))
        titles = column_titles(numbers) | dict(described or {})
        alt, more = title, dict[str, Any]()
        if on_click:
            alt, key = f"{title}: choose a row to open it", f"rows {title}"
            more = {"key": key, "on_select": partial(_clicked, key, on_click), "selection_mode": "single-row"}
        st.dataframe(shown, hide_index=True, column_config=titles, column_order=order, alt=alt, **more)


def _clicked(key: str, on_click: Callable[[int], None]) -> None:
    for row in st.session_state[key]["selection"]["rows"]:
        on_click(row)


def pick(label: str, options: Sequence[str], key: str, **more: Any) -> str:  # noqa: ANN401
    """Ask for a choice that lives in the address; warn if that asks for what is not there."""
    asked = st.query_params.get(key)
    chosen: str = in_address(st.selectbox, label, options, key=key, **more)
    if asked and asked not in options:
        st.warning(
            f"The address asks for {foreign.literal(asked)}, which is not here: this is {foreign.literal(chosen)}.",
            icon=":material/link_off:",
        )
    return chosen


def marks(provenances: Iterable[str], of: str = "") -> None:
    """Draw a badge for each origin of numbers; an unknown one is grey and shown literally."""
    for provenance in provenances:
        known = provenance in BADGE_COLOURS
        label = provenance if known else foreign.literal(provenance)
        st.badge(f"{of}: {label}" if of else label, color=BADGE_COLOURS[provenance] if known else "gray")


def download(numbers: pl.DataFrame, name: str) -> None:
    """Draw a button that downloads the rows as a CSV file, made when it is asked for."""
    file = f"wattlake-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.csv"
    st.download_button(
        "CSV", lambda: csv_of(numbers), file, "text/csv", key=f"download {name}", on_click="ignore",
        type="tertiary", icon=":material/download:", help=f"The {numbers.height:,} rows behind it",
    )  # fmt: skip


def follow(every: str) -> None:
    """Look for a new snapshot at intervals, and draw the whole page anew from it."""

    @st.fragment(run_every=every)
    def watch() -> None:
        if is_outdated():
            st.rerun(scope="app")

    watch()


def nothing(message: str, command: str = "") -> None:
    """Say that there is nothing to show, and what would change that."""
    st.info(message, icon=":material/info:")
    if command:
        st.code(command, language="shell")


def _head(title: str, numbers: pl.DataFrame, help: str | None, provenances: Iterable[str] = ()) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"##### {title}", help=help, width="stretch")
        marks(provenances)
        download(numbers, title)

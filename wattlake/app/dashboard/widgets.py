"""The parts of pages: framed charts and tables with help, marks and downloads."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign
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
    title: str, numbers: pl.DataFrame, help: str | None = None, described: Mapping[str, Any] | None = None
) -> None:
    """Draw a framed table with its title and help, and its numbers to download.

    Args:
        title: what it shows, in a few words.
        numbers: its rows.
        help: what one row is.
        described: how columns are shown, by name.
    """
    with st.container(border=True, height="stretch"):
        _head(title, numbers, help)
        shown = numbers.with_columns(pl.col(pl.String).fill_null(""))
        st.dataframe(shown, hide_index=True, column_config={**column_titles(numbers), **(described or {})}, alt=title)


def column_titles(numbers: pl.DataFrame) -> dict[str, Any]:
    """Title columns as people read them: words, with the unit that the name ends in."""
    return {name: _column(name, kind) for name, kind in numbers.schema.items()}


UNITS = {
    "_eur_per_kwh": "EUR/kWh",
    "_kwh": "kWh",
    "_eur": "EUR",
    "_kg": "kg",
    "_km": "km",
    "_kwp": "kWp",
    "_utc": "UTC",
    "_pct": "%",
    "_degrees": "°",
    "_seconds": "s",
    "_mb": "MB",
}


def _column(name: str, kind: pl.DataType) -> Any:  # noqa: ANN401
    unit = next((ending for ending in UNITS if name.endswith(ending)), "")
    words = name.removesuffix(unit).replace("_", " ").strip().capitalize()
    title = f"{words} ({UNITS[unit]})" if unit else words
    if name.endswith("_ratio"):
        return st.column_config.NumberColumn(words.removesuffix(" ratio"), format="percent")
    if kind == pl.Date:
        return st.column_config.DateColumn(title, format="YYYY-MM-DD")
    if kind.is_float() or kind.is_decimal():
        return st.column_config.NumberColumn(title, format="%.4f" if unit == "_eur_per_kwh" else "%.2f")
    return title


def pick(label: str, options: Sequence[str], key: str, **more: Any) -> str:  # noqa: ANN401
    """Ask for a choice that lives in the address; warn if that asks for what is not there."""
    asked = st.query_params.get(key)
    chosen: str = st.selectbox(label, options, key=key, bind="query-params", **more)
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

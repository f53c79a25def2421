"""The reader's choices in the sidebar and the address: days, zones and snapshot."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from wattlake.app.dashboard import period
from wattlake.app.dashboard.address import in_address, keep, missing_of, take_kept, tell_missing
from wattlake.app.dashboard.foreign import literal
from wattlake.app.dashboard.period import ZOOMS, Days, Zoom
from wattlake.app.dashboard.queries import extent
from wattlake.app.dashboard.queries.extent import Settled
from wattlake.app.dashboard.snapshot import ask, lake

CHOSEN = "chosen"
STEPS = {"Day": "hour", "Week": "day", "30 days": "day", "Month": "day", "Year": "month", "All days": "week"}
DEFAULT_ZOOM: Zoom = "Week"


@dataclass(frozen=True)
class Chosen:
    """The reader's choice for a page of the settled community.

    Attributes:
        zoom: what kind of period.
        days: its days, as far as they are settled to their end.
        settled: how far settlement reaches.
        known: all days that are settled to their end.
        zones: the zones that count; none means all.
    """

    zoom: Zoom
    days: Days
    settled: Settled
    known: Days
    zones: tuple[str, ...]

    @property
    def before(self) -> Days | None:
        """The period before, where it is known."""
        return self._known(period.before(self.zoom, self.days))

    @property
    def year_before(self) -> Days | None:
        """The same period of the year before, where it is known."""
        return self._known(period.year_before(self.zoom, self.days))

    @property
    def step(self) -> str:
        """The step the period is drawn by: ``hour``, ``day``, ``week`` or ``month``."""
        return STEPS[self.zoom] if len(self.days) > 14 or self.zoom != "All days" else "day"

    @property
    def daily_step(self) -> str:
        """The same, of what is known by days at least."""
        return "day" if self.step == "hour" else self.step

    @property
    def name(self) -> str:
        """The period in words, as Markdown."""
        so_far = " so far" if self.is_running else ""
        zones = f", {', '.join(literal(zone) for zone in self.zones)}" if self.zones else ""
        return f"{said(self.days)}{so_far}{zones}"

    @property
    def is_running(self) -> bool:
        """Say whether the period goes on after its days."""
        return period.is_running(self.zoom, self.days)

    def _known(self, other: Days | None) -> Days | None:
        return other if other and self.known.holds(other) else None


def said(days: Days) -> str:
    """Write a stretch of days in words."""
    if len(days) == 1:
        return f"{days.first:%a %-d %b %Y}"
    return f"{days.first:%-d %b %Y} to {days.last:%-d %b %Y}"


def marked(steps: pl.DataFrame, step: str, days: Days) -> pl.DataFrame:
    """Add ``is_whole``: whether the days hold all of a step; an hour is always whole."""
    whole = [step == "hour" or period.is_whole(step, start.date(), days) for start in steps["local_start"]]
    return steps.with_columns(pl.Series("is_whole", whole, pl.Boolean))


def chosen() -> Chosen | None:
    """Return the sidebar's choice; None, with what to do about it, if nothing is settled."""
    asked: Chosen | None = st.session_state.get(CHOSEN)
    if asked is None and ask(extent.settled, lake().settings.timezone):
        st.info("No whole day is settled yet: figures are shown from the first whole day on.", icon=":material/gavel:")
    elif asked is None:
        st.info("Nothing is settled yet: there are no trades, savings or bills. This does it:", icon=":material/gavel:")
        st.code("wattlake settle\nwattlake build", language="shell")
    return asked


def choose() -> None:
    """Ask for days and zones in the sidebar, where something is settled.

    It is for ``main`` and not for the pages: what a page asks is forgotten when another is opened.
    """
    settled = ask(extent.settled, lake().settings.timezone)
    st.session_state[CHOSEN] = None
    if settled is None or settled.whole is None:
        return
    known = settled.whole
    take_kept()
    missing = [
        *missing_of("period", ZOOMS),
        *missing_of("zone", ask(extent.zones)),
        *missing_of("day", map(str, known)),
    ]
    with st.sidebar:
        zoom = _zoom()
        day = known.last if zoom == "All days" else _day(zoom, known)
        zones = in_address(
            st.multiselect, "Zones of the members", ask(extent.zones), placeholder="All zones", key="zone"
        )
    tell_missing(missing)
    keep()
    st.session_state[CHOSEN] = Chosen(zoom, period.looked_at(zoom, day, known), settled, known, tuple(zones))


def _zoom() -> Zoom:
    zoom: Zoom | None = in_address(
        st.segmented_control, "Period", ZOOMS, required=True, key="period", hidden={"default": DEFAULT_ZOOM}
    )
    return zoom or DEFAULT_ZOOM


def _day(zoom: Zoom, known: Days) -> date:
    day: date | None = in_address(
        st.date_input, {"Day": "Day", "30 days": "30 days up to"}.get(zoom, f"{zoom} around"),
        min_value=known.first, max_value=known.last, format="YYYY-MM-DD",
        key="day", hidden={"value": known.last}, shown={"value": None},
        help="A day on the community's clock; the period is cut to the days that are settled to their end.",
    )  # fmt: skip
    return day or known.last

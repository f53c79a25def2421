"""Random histories of a community that settles: what comes late or corrected, and when the market books."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.support.lake_histories import (
    FIRST_FETCH,
    ZONES,
    Entry,
    Event,
    Prices,
    Readings,
    Weather,
    energies,
    events_of,
    gaps,
    land_events,
)
from wattlake.lake.market.clearing import MECHANISMS
from wattlake.lake.store.lake import Lake

DAYS_TRADED = range(25, 30)
"""Of a history; from the 29th of March on, with a clock change on its third day and a month's end after it."""


@dataclass(frozen=True)
class Booking:
    """A settlement, by which mechanism; one that is stopped ends after its first transaction."""

    mechanism: str
    is_stopped: bool = False


@dataclass(frozen=True)
class Step:
    """What comes, is built, and may then be settled."""

    events: tuple[Event, ...]
    booking: Booking | None


@dataclass(frozen=True)
class LedgerHistory:
    """The settings of a community, and its steps; the last is settled."""

    settings: dict[str, Any]
    steps: tuple[Step, ...]

    def land(self, number: int, lake: Lake, folder: Path) -> None:
        """Land what a step brings, in the first hour of its day."""
        land_events(self.steps[number].events, number, lake, folder)

    @staticmethod
    def booked_at_utc(number: int) -> datetime:
        """When a step is settled, if it is: after all that it brings, and before the next."""
        return FIRST_FETCH + timedelta(days=number, hours=2)


@st.composite
def ledger_histories(draw: st.DrawFn, most_steps: int) -> LedgerHistory:
    """Histories that begin with a register, some days of readings and their prices; some steps follow."""
    first = draw(_beginnings())
    # What came once may come again, as it was.
    come = st.one_of(events_of(range(DAYS_TRADED.start, DAYS_TRADED.stop + 2)), _prices(), st.sampled_from(first))
    events = st.lists(come, min_size=1, max_size=3).map(tuple)
    bookings = st.builds(Booking, st.sampled_from(MECHANISMS), st.sampled_from((False, False, False, True)))
    steps = draw(st.lists(st.builds(Step, events, st.none() | bookings), max_size=most_steps - 2))
    last = Step(draw(events), Booking(draw(st.sampled_from(MECHANISMS))))
    settings = {
        "slot_minutes": draw(st.sampled_from((60, 60, 30))),
        "retail_eur_per_kwh": draw(st.sampled_from((None, None, "0.31"))),
        "community_fee_eur_per_kwh": draw(st.sampled_from(("0", "0.01"))),
    }
    return LedgerHistory(settings, (Step(first, draw(bookings)), *steps, last))


def _beginnings() -> st.SearchStrategy[tuple[Event, ...]]:
    return st.builds(
        _beginning,
        zone=st.sampled_from(tuple(ZONES)),
        days=st.integers(2, 4),
        wh=energies(),
        produced_wh=st.sampled_from((120, 800, 5000)),
        gap=gaps(),
        level=st.integers(20, 90),
    )


def _beginning(zone: str, days: int, wh: int, produced_wh: int, gap: tuple[int, int], level: int) -> tuple[Event, ...]:
    """Anna's panels are computed from the weather, cleo's have a meter, bert has none."""
    return (
        Entry("anna", zone, 10, "MAC1", panel_kwp=4),
        Entry("bert", "south", 0, "MAC2"),
        Entry("cleo", "north", 0, "MAC3", "MAC4", panel_kwp=3),
        Readings(("MAC1", "MAC2", "MAC3"), DAYS_TRADED.start, days, wh, gap),
        Readings(("MAC4",), DAYS_TRADED.start, days, produced_wh),
        Weather(zone, DAYS_TRADED.start, days, 400),
        Prices(DAYS_TRADED.start, len(DAYS_TRADED), 60, level),
    )


def _prices() -> st.SearchStrategy[Prices]:
    """Corrected prices, which may be lower than nothing."""
    first_days = st.sampled_from(DAYS_TRADED[:-2])
    return st.builds(Prices, first_days, st.integers(1, 3), st.just(60), st.integers(-30, 90))

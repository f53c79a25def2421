"""Random histories of a small solar fleet: what its plants send, late, twice or corrected, and its register."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from harness.lake_steps import land, written
from tests.support.lake_histories import FIRST_DAY, History, Maintenance, Step
from wattlake.lake.store.lake import Lake

PANELS = ("A", "B", "C", "D", "E")
PLANTS = ("north", "south")
DAYS = 26
READ_FROM_HOUR, READ_HOURS = 6, 12


@dataclass(frozen=True)
class PlantReadings:
    """A file of some days of some panels, each at a part of its strength, with or without its plant's light."""

    plant: str
    panels: tuple[str, ...]
    first_day: int
    days: int
    strength_pct: int
    has_light: bool

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the files."""
        header = "DATE_TIME,PLANT_ID,SOURCE_KEY,AC_POWER,DC_POWER,IRRADIATION,MODULE_TEMPERATURE"
        land(lake, "inverters", written(path, header, self._lines()), now=now_utc)

    def _lines(self) -> list[str]:
        lines = []
        midnight = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=self.first_day)
        for day in range(self.days):
            for half_hour in range(2 * READ_HOURS):
                at = midnight + timedelta(days=day, hours=READ_FROM_HOUR, minutes=30 * half_hour)
                light = math.sin(math.pi * (half_hour + 0.5) / (2 * READ_HOURS)) * (0.4 + 0.6 * ((day * 7) % 5) / 4)
                for position, panel in enumerate(self.panels):
                    ac_kw = (
                        5 * light * self.strength_pct / 100 * (1 + 0.004 * ((half_hour * 13 + position * 5) % 7 - 3))
                    )
                    lines.append(f"{at},{self.plant},{panel},{ac_kw:.3f},{ac_kw * 1.04:.3f},,")
                if self.has_light:
                    lines.append(f"{at},{self.plant},sensor,,,{light:.4f},{10 + 30 * light:.2f}")
        return lines


@dataclass(frozen=True)
class PanelEntry:
    """A register with one panel, in service from a day on, or up to one."""

    plant: str
    panel: str
    kwp: str
    from_day: int | None
    to_day: int | None

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the register."""
        begins, ends = ("" if day is None else FIRST_DAY + timedelta(days=day) for day in (self.from_day, self.to_day))
        line = f"{self.plant},{self.panel},{self.kwp},{begins},{ends}"
        land(lake, "inverters", written(path, "plant_id,panel_id,panel_kwp,valid_from,valid_to", [line]), now=now_utc)


def fleet_histories(most_steps: int) -> st.SearchStrategy[History]:
    """Histories that begin with three weeks of one plant; two or more steps follow."""
    begin = st.just(Step((PlantReadings("north", PANELS, 0, 21, 90, has_light=True),)))
    steps = st.lists(_steps(), min_size=2, max_size=most_steps).flatmap(
        lambda later: begin.map(lambda first: (first, *later))
    )
    return st.builds(
        History,
        slot_minutes=st.just(60),
        readings_at_once=st.sampled_from((10_000_000, 500)),
        days_at_once=st.sampled_from((62, 5)),
        steps=steps,
    )


def _steps() -> st.SearchStrategy[Step]:
    events = st.lists(_events(), min_size=1, max_size=2).map(tuple)
    return st.builds(Step, events=events, is_stopped=st.sampled_from((False, False, True)))


def _events() -> st.SearchStrategy[PlantReadings | PanelEntry | Maintenance]:
    plants, days = st.sampled_from(PLANTS), st.integers(0, DAYS - 4)
    readings = st.builds(
        PlantReadings,
        plant=plants,
        panels=st.lists(st.sampled_from(PANELS), min_size=1, max_size=5, unique=True).map(tuple),
        first_day=days,
        days=st.integers(1, 4),
        strength_pct=st.sampled_from((0, 60, 90, 1000)),
        has_light=st.booleans(),
    )
    ends = st.sampled_from((None, 0, 5)), st.sampled_from((None, 8, 20))
    entries = st.builds(
        PanelEntry,
        plant=plants,
        panel=st.sampled_from((*PANELS, "silent")),
        kwp=st.sampled_from(("5", "7.5")),
        from_day=ends[0],
        to_day=ends[1],
    )
    return st.one_of(readings, readings, entries, st.just(Maintenance()))

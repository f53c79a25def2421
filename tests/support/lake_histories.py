"""Random histories of a small community: what comes to its lake, step by step, in every order that life has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from harness.lake_community import prices, typical_year, weather
from harness.lake_steps import METER_HEADER, REGISTER_HEADER, land, land_rows, origin, reading_line, written
from wattlake.lake.landing.files import land_files
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.store.lake import Lake

FIRST_DAY = date(2013, 3, 4)
"""A Monday; day 27 is the 31st, when the clocks change in Europe and the month ends."""

DAYS = 42
METERS = ("MAC1", "MAC2", "MAC3", "MAC4")
MEMBERS = ("anna", "bert", "cleo", "dora")
ZONES = {"north": (51.5, -0.1), "south": (50.81, -0.15), "west": (51.37, -2.33)}
FIRST_FETCH = datetime(2013, 4, 2, 6, tzinfo=UTC)
"""When the first step lands; readings of days that lie further ahead than a day are set aside."""

MAPPING = """
name = "of-{minutes}-minutes"
[columns]
meter = "LCLid"
datetime = "tstp"
value = "energy(kWh/hh)"
quality = "status"
[time]
format = "%Y-%m-%d %H:%M:%S.0000000"
zone = "UTC"
label = "start"
period_minutes = {minutes}
[energy]
unit = "kWh"
[qualities]
M = "measured"
E = "estimated"
S = "substituted"
"""
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
TWISTS: dict[str, Callable[[list[str]], list[str]]] = {
    "as they are": lambda lines: lines,
    "some twice": lambda lines: lines + lines[::5],
    "some contradicted": lambda lines: lines + [f"{line.rpartition(',')[0]}, 0.999 " for line in lines[::7]],
    "some unreadable": lambda lines: [*(line[:-3] + "Null" if i % 9 == 0 else line for i, line in enumerate(lines))],
    "a broken line": lambda lines: [*lines, "MAC1,2013-03-31 00:00:00,1,one too many,2,3"],
}


def day_at(number: int) -> date:
    """The day of a number in a history."""
    return FIRST_DAY + timedelta(days=number)


@dataclass(frozen=True)
class Readings:
    """A meter file: some days of some meters, without the half-hours of a gap in each day."""

    meters: tuple[str, ...]
    first_day: int
    days: int
    wh: int
    gap: tuple[int, int] = (0, 0)
    twist: str = "as they are"
    minutes: int = 30
    qualities: str = "M"

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the file."""
        first, length = self.gap
        midnight = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=self.first_day)
        lines = [
            reading_line(
                meter,
                midnight + timedelta(days=day, minutes=self.minutes * slot),
                f"{(self.wh + 10 * number + (slot * 7 + day) % 50) / 1000:.3f}",
            )
            for number, meter in enumerate(self.meters)
            for day in range(self.days)
            for slot in range(1440 // self.minutes)
            if not first <= self.minutes * slot // 30 < first + length
        ]
        lines = TWISTS[self.twist](lines)
        if self.minutes == 30:
            land(lake, "smart_meters", written(path, METER_HEADER, lines), now=now_utc)
        else:
            lines = [f"{line},{self.qualities[i % len(self.qualities)]}" for i, line in enumerate(lines)]
            file = written(path, f"{METER_HEADER},status", lines)
            mapping = path.with_suffix(".toml")
            mapping.write_text(MAPPING.format(minutes=self.minutes))
            list(land_files(lake, origin("smart_meters", now_utc), [file], (), {file: mapping}))


@dataclass(frozen=True)
class Entry:
    """A register with one line: what a member is and has, from a half day on."""

    member: str
    zone: str
    from_half_day: int
    meter: str = ""
    production_meter: str = ""
    panel_kwp: float = 0
    moved_degrees: float = 0
    left_half_day: int | None = None
    connection_kw: str = ""

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the register."""
        latitude, longitude = ZONES[self.zone]
        panels = f"{self.panel_kwp},30,200,prosumer" if self.panel_kwp else ",,,consumer"
        left = "" if self.left_half_day is None else _half_day(self.left_half_day)
        line = (
            f"{self.member},{self.meter},{self.production_meter},{self.zone},{latitude + self.moved_degrees:.4f},"
            f"{longitude},{panels},{_half_day(self.from_half_day)},{left},{self.connection_kw}"
        )
        land(lake, "members", written(path, f"{REGISTER_HEADER},connection_kw", [line]), now=now_utc)


@dataclass(frozen=True)
class Household:
    """A file of households with one of them."""

    meter: str
    tariff: str

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the file."""
        line = f"{self.meter},{self.tariff},ACORN-A,Affluent"
        land(lake, "members", written(path, "LCLid,stdorToU,Acorn,Acorn_grouped", [line]), now=now_utc)


@dataclass(frozen=True)
class Weather:
    """An answer with some days of a zone's weather."""

    zone: str
    first_day: int
    days: int
    shortwave: int

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the answer."""
        days = [day_at(self.first_day + number) for number in range(self.days)]
        rows = [row for day in days for row in weather(self.zone, day, self.shortwave)]
        land_rows(lake, "open_meteo", f"https://weather.test/archive?{path.stem}", rows, now=now_utc)


@dataclass(frozen=True)
class Prices:
    """An answer with some days of prices, whose periods may begin off the hour."""

    first_day: int
    days: int
    minutes: int
    level: int
    late_minutes: int = 0

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the answer."""
        hourly = prices(day_at(self.first_day), self.days, self.level)
        rows = [
            row | {"unix_seconds": str(int(row["unix_seconds"] or 0) + 60 * (self.late_minutes + part * self.minutes))}
            for row in hourly
            for part in range(60 // self.minutes)
        ]
        land_rows(lake, "energy_charts", f"https://price.test/price?{path.stem}", rows, now=now_utc)


@dataclass(frozen=True)
class PriceFile:
    """A file with some days of prices."""

    first_day: int
    days: int
    minutes: int
    level: int

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the file."""
        midnight = datetime.combine(day_at(self.first_day), datetime.min.time(), UTC)
        starts = [midnight + timedelta(minutes=n * self.minutes) for n in range(self.days * 1440 // self.minutes)]
        lines = [f"DE-LU,{start:%Y-%m-%dT%H:%MZ},{self.minutes},{self.level + start.hour},EUR/MWh" for start in starts]
        land(lake, "prices", written(path, "bidding_zone,start,minutes,price,unit", lines), now=now_utc)


@dataclass(frozen=True)
class Station:
    """A weather station's file of some days."""

    zone: str
    first_day: int
    days: int
    minutes: int
    shortwave: int

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the file."""
        midnight = datetime.combine(day_at(self.first_day), datetime.min.time(), UTC)
        starts = [midnight + timedelta(minutes=n * self.minutes) for n in range(self.days * 1440 // self.minutes)]
        lines = [
            f"{self.zone},{start:%Y-%m-%dT%H:%MZ},{self.minutes},{start.hour},{self.shortwave if start.hour > 8 else 0}"
            for start in starts
        ]
        header = "zone,start,minutes,temperature_celsius,shortwave_w_per_m2"
        land(lake, "weather", written(path, header, lines), now=now_utc)


@dataclass(frozen=True)
class TypicalYear:
    """An answer with hours of typical years of a zone's panels."""

    zone: str
    more_w: int

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land the answer."""
        rows = [
            row | {"zone": self.zone, "time": f"{row['time']}".replace("0201:", "0331:").replace("0202:", "0401:")}
            for row in typical_year()
        ]
        rows = [row | {"P": str(int(row["P"] or 0) + self.more_w)} for row in rows]
        land_rows(lake, "pvgis", f"https://pvgis.test/seriescalc?{path.stem}", rows, now=now_utc)


@dataclass(frozen=True)
class Maintenance:
    """Housekeeping so late that all it may let go is let go."""

    def land(self, lake: Lake, path: Path, now_utc: datetime) -> None:
        """Land nothing, but keep house."""
        maintain(lake, LONG_AFTER)


Event = Readings | Entry | Household | Weather | Prices | PriceFile | Station | TypicalYear | Maintenance


@dataclass(frozen=True)
class Step:
    """What comes before the next build, and whether that build is stopped after its first transaction."""

    events: tuple[Event, ...]
    is_stopped: bool = False


@dataclass(frozen=True)
class History:
    """A community's slots, how much its builds do in one transaction, and its steps."""

    slot_minutes: int
    readings_at_once: int
    days_at_once: int
    steps: tuple[Step, ...]

    def land(self, step_number: int, lake: Lake, folder: Path) -> None:
        """Land what a step brings."""
        land_events(self.steps[step_number].events, step_number, lake, folder)


def land_events(events: Sequence[Event], step_number: int, lake: Lake, folder: Path) -> None:
    """Land what a step brings; the same bytes under the same names, at the same time, whatever the lake."""
    for number, event in enumerate(events):
        now_utc = FIRST_FETCH + timedelta(days=step_number, minutes=number)
        event.land(lake, folder / f"step-{step_number}-{number}.csv", now_utc)


def histories(most_steps: int) -> st.SearchStrategy[History]:
    """Histories that begin with a register and some weeks of readings; two or more steps follow."""
    begin = st.builds(_beginning, st.integers(8, 34), energies(), gaps(), st.sampled_from(tuple(ZONES)))
    more = st.lists(_steps(), min_size=1, max_size=most_steps - 1)
    steps = st.builds(lambda first, later: (first, *later), begin, more)
    return st.builds(
        History,
        slot_minutes=st.sampled_from((60, 30, 15)),
        readings_at_once=st.sampled_from((10_000_000, 10_000_000, 500)),
        days_at_once=st.sampled_from((62, 62, 3)),
        steps=steps,
    )


def _beginning(days: int, wh: int, gap: tuple[int, int], zone: str) -> Step:
    return Step(
        (
            Entry("anna", zone, 10, "MAC1", panel_kwp=4),
            Entry("bert", "south", 0, "MAC2"),
            Readings(("MAC1", "MAC2", "MAC3"), 0, days, wh, gap),
            Weather(zone, 0, 3, 300),
        )
    )


def _steps() -> st.SearchStrategy[Step]:
    events = st.lists(events_of(range(DAYS)), min_size=1, max_size=3).map(tuple)
    return st.builds(Step, events=events, is_stopped=st.sampled_from((False, False, False, True)))


def events_of(days_there_are: range) -> st.SearchStrategy[Event]:
    """What may come to a lake that has some days; what comes of them covers up to three."""
    zones, meters = st.sampled_from(tuple(ZONES)), st.sampled_from(METERS)
    few, days = st.integers(1, 3), st.integers(days_there_are.start, days_there_are.stop - 4)
    half_days = st.integers(2 * days_there_are.start, 2 * days_there_are.stop - 1)
    readings = st.builds(
        Readings,
        meters=st.lists(meters, min_size=1, max_size=2, unique=True).map(tuple),
        first_day=days,
        days=few,
        wh=energies(),
        gap=gaps(),
        twist=st.sampled_from(tuple(TWISTS)),
        minutes=st.sampled_from((30, 30, 15, 60)),
        qualities=st.sampled_from(("M", "ME", "MMS", "E")),
    )
    entries = st.builds(
        Entry,
        member=st.sampled_from(MEMBERS),
        zone=zones,
        from_half_day=half_days,
        meter=st.sampled_from(("", *METERS)),
        production_meter=st.sampled_from(("", "", *METERS)),
        panel_kwp=st.sampled_from((0, 2.5, 6)),
        moved_degrees=st.sampled_from((0, 0.005, 0.3)),
        left_half_day=st.none() | half_days,
        # 5 kWh of half an hour are 10 kW.
        connection_kw=st.sampled_from(("", "", "0.5", "9", "12")),
    )
    return st.one_of(
        readings,
        readings,
        readings,
        entries,
        entries,
        st.builds(Household, meter=meters, tariff=st.sampled_from(("Std", "ToU"))),
        st.builds(Weather, zone=zones, first_day=days, days=few, shortwave=st.sampled_from((100, 400, 800))),
        st.builds(
            Prices,
            first_day=days,
            days=few,
            minutes=st.sampled_from((15, 30, 60)),
            level=st.integers(-30, 90),
            late_minutes=st.sampled_from((0, 0, 15, 30)),
        ),
        st.builds(
            PriceFile, first_day=days, days=few, minutes=st.sampled_from((15, 30, 60)), level=st.integers(-30, 90)
        ),
        st.builds(
            Station,
            zone=zones,
            first_day=days,
            days=few,
            minutes=st.sampled_from((10, 30, 60)),
            shortwave=st.sampled_from((0, 200, 700)),
        ),
        st.builds(TypicalYear, zone=zones, more_w=st.sampled_from((0, 50))),
        st.just(Maintenance()),
    )


def energies() -> st.SearchStrategy[int]:
    """What a reading has at the least, in Wh."""
    return st.sampled_from((0, 90, 120, 350, 5000))


def gaps() -> st.SearchStrategy[tuple[int, int]]:
    """The first half-hour of a day without readings, and how many follow it."""
    return st.tuples(st.integers(0, 47), st.sampled_from((0, 0, 1, 2, 5, 30, 48)))


def _half_day(number: int) -> str:
    return f"{datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(hours=12 * number):%Y-%m-%d %H:%M:%S}"

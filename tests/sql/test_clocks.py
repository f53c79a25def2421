"""Clocks: days of 23, 24 and 25 hours, in three time zones and slots of three lengths, from file to warehouse.

What is expected is worked out with Python's zoneinfo, slot by slot, from the readings and prices that were landed.
Each zone and each length is built at least once; ``WATTLAKE_TORTURE_FULL=1`` builds every zone with every length.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from harness.lake_steps import METER_HEADER, REGISTER_HEADER, build_all, land, land_rows, reading_line, select, written
from harness.short_calendar import calendar_of_one_year
from tests.support.full import IS_FULL
from tests.support.origins import MADE, Origins
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.issue import forecast

CHANGES = {
    "Europe/London": (date(2013, 3, 31), date(2013, 10, 27)),
    "Europe/Berlin": (date(2013, 3, 31), date(2013, 10, 27)),
    "America/Los_Angeles": (date(2013, 3, 10), date(2013, 11, 3)),
}
"""The days on which the clocks go forward and back."""

EASTER = {date(2013, 3, 29): "Good Friday", date(2013, 4, 1): "Easter Monday"}
HOLIDAYS = {"Europe/London": ("GB-ENG", EASTER), "Europe/Berlin": ("DE-BE", EASTER), "America/Los_Angeles": ("US", {})}
"""The public holidays on the days around the changes, by time zone."""

BUILT = [("Europe/London", 15), ("Europe/Berlin", 60), ("America/Los_Angeles", 30)]
"""Zones and lengths of slots: all of them."""

STRETCHES = [(date(2013, 3, 8), 5), (date(2013, 3, 29), 5), (date(2013, 10, 25), 12)]
"""UTC days with readings and prices: first day and count; two before and after each change."""

HALF_HOUR = timedelta(minutes=30)
HALF_HOURS = [
    datetime(first.year, first.month, first.day, tzinfo=UTC) + number * HALF_HOUR
    for first, days in STRETCHES
    for number in range(48 * days)
]
CONSUMED = {start: 101 + number * 37 % 300 for number, start in enumerate(HALF_HOURS)}
"""Watt-hours by half-hour: odd ones, which do not halve."""

PRODUCED = {start: number * 53 % 211 for number, start in enumerate(HALF_HOURS)}
PRICES = {
    ("AT", 15): {
        start + quarter * timedelta(minutes=15): Decimal(number * 17 % 900 - 200 + 3 * quarter) / 4
        for number, start in enumerate(HALF_HOURS)
        for quarter in (0, 1)
    },
    ("DE-LU", 60): {start: Decimal(number * 29 % 800 - 100) / 4 for number, start in enumerate(HALF_HOURS[::2])},
}
"""Prices in EUR/MWh by the start of their period, of a market with quarter-hours and one with hours."""

LANDED_AT = datetime(2013, 11, 20, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A built lake and its clock."""

    lake: Lake
    timezone: str
    slot_minutes: int

    @cached_property
    def slot(self) -> timedelta:
        """The length of a slot."""
        return timedelta(minutes=self.slot_minutes)

    @cached_property
    def slots(self) -> list[datetime]:
        """Every slot that has readings."""
        starts = [start + part * timedelta(minutes=15) for start in HALF_HOURS for part in (0, 1)]
        return [start for start in starts if (start - HALF_HOURS[0]) % self.slot == timedelta(0)]

    def local(self, start: datetime) -> datetime:
        """What the community's clock shows."""
        return start.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    def energy(self, energies: dict[datetime, int], slot: datetime) -> Decimal:
        """What a slot has of half-hourly energies, in kWh: their sum, or half of one."""
        if self.slot >= HALF_HOUR:
            return Decimal(sum(energies[slot + part * HALF_HOUR] for part in range(self.slot // HALF_HOUR))) / 1000
        return Decimal(energies[slot - (slot - HALF_HOURS[0]) % HALF_HOUR]) / 2000

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return select(self.lake, sql)


@pytest.fixture(scope="module")
def landed(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a lake with a member's readings, and two markets' prices, around every change."""
    folder = tmp_path_factory.mktemp("clocks")
    lake = origins.copy(MADE, folder / "lake")
    entry = "anna,USED,MADE,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,"
    land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, [entry]), now=LANDED_AT)
    for meter, energies in (("USED", CONSUMED), ("MADE", PRODUCED)):
        lines = [reading_line(meter, start, f"{wh / 1000:.3f}") for start, wh in energies.items()]
        land(lake, "smart_meters", written(folder / f"{meter}.csv", METER_HEADER, lines), now=LANDED_AT)
    for (bidding_zone, _), prices in PRICES.items():
        rows: list[dict[str, str | None]] = [
            {"bidding_zone": bidding_zone, "unix_seconds": f"{start.timestamp():.0f}", "price": f"{price}"}
            | {"unit": "EUR/MWh"}
            for start, price in prices.items()
        ]
        land_rows(lake, "energy_charts", f"https://price.test/price?bzn={bidding_zone}", rows, now=LANDED_AT)
    lake.close()
    return folder / "lake"


@pytest.fixture(
    scope="module",
    params=list(product(CHANGES, (15, 30, 60))) if IS_FULL else BUILT,
    ids=lambda given: f"{given[0]}-{given[1]}",
)
def world(request: pytest.FixtureRequest, landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same readings and prices, built for one time zone and one length of slots."""
    timezone, slot_minutes = request.param
    folder = tmp_path_factory.mktemp("world") / "lake"
    shutil.copytree(landed, folder)
    region = HOLIDAYS[timezone][0]
    lake = Lake(Settings(data=str(folder), timezone=timezone, slot_minutes=slot_minutes, holidays=region))
    with calendar_of_one_year():
        build_all(lake)
    yield World(lake, timezone, slot_minutes)
    lake.close()
    shutil.rmtree(folder)


def test_every_slot_of_the_calendar_shows_what_the_clock_shows(world: World):
    holidays = HOLIDAYS[world.timezone][1]
    listed = ", ".join(f"timestamp '{start:%Y-%m-%d %H:%M}'" for start in world.slots)
    found = world.rows(
        "select period_start_utc, period_minutes, local_start, local_date, local_hour, weekday, weekday_name, month, "
        "year, season, is_weekend, is_holiday, holiday_name from warehouse.dim_time "
        f"where period_start_utc in ({listed}) order by period_start_utc"
    )
    assert found == [
        (
            start.replace(tzinfo=None),
            world.slot_minutes,
            local,
            local.date(),
            local.hour,
            local.isoweekday(),
            f"{local:%A}",
            local.month,
            local.year,
            "spring" if local.month < 6 else "autumn",
            local.isoweekday() > 5,
            local.date() in holidays,
            holidays.get(local.date()),
        )
        for start in world.slots
        for local in [world.local(start)]
    ]


def test_days_of_a_change_have_an_hour_less_or_more_of_slots(world: World):
    counted = dict(world.rows("select local_date, count(*) from warehouse.dim_time group by local_date"))
    forward, back = CHANGES[world.timezone]
    for day, hours in ((forward, 23), (back, 25)):
        around = [counted[day + timedelta(days=offset)] * world.slot for offset in (-1, 0, 1)]
        assert around == [timedelta(hours=24), timedelta(hours=hours), timedelta(hours=24)]
    repeated = world.rows(
        "select local_start, count(*) from warehouse.dim_time group by local_start having count(*) > 1 order by all"
    )
    clock = Counter(world.local(start) for start in world.slots)
    assert repeated == sorted((local, count) for local, count in clock.items() if count > 1)
    assert len(repeated) == timedelta(hours=1) / world.slot


def test_the_energy_of_each_local_day_is_exact_to_the_milliwatt_hour(world: World):
    expected: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for start in HALF_HOURS:
        day = expected[world.local(start).date()]
        day[0] += CONSUMED[start]
        day[1] += PRODUCED[start]
    for start in world.slots:
        expected[world.local(start).date()][2] += 1
    found = world.rows(
        "select local_date, sum(consumption_kwh), sum(production_kwh), count(*) from warehouse.fact_energy_flow "
        "inner join warehouse.dim_time using (period_start_utc, period_minutes) group by local_date order by local_date"
    )
    assert found == [
        (day, Decimal(consumed) / 1000, Decimal(produced) / 1000, slots)
        for day, (consumed, produced, slots) in sorted(expected.items())
    ]
    forward, back = CHANGES[world.timezone]
    assert (expected[forward][2] * world.slot, expected[back][2] * world.slot) == (
        timedelta(hours=23),
        timedelta(hours=25),
    )


@pytest.mark.parametrize(("bidding_zone", "price_minutes"), PRICES, ids=str)
def test_every_flow_meets_one_price_of_its_slot(world: World, bidding_zone: str, price_minutes: int):
    prices, period = PRICES[bidding_zone, price_minutes], timedelta(minutes=price_minutes)
    expected = []
    for start in world.slots:
        if period <= world.slot:
            within = [prices[start + part * period] for part in range(world.slot // period)]
        else:
            within = [prices[start - (start - HALF_HOURS[0]) % period]]
        mean = sum(within, Decimal(0)) / len(within)
        expected.append((start.replace(tzinfo=None), mean.quantize(Decimal("0.0001"))))
    found = world.rows(
        "select flow.period_start_utc, price.spot_price_eur_per_mwh from warehouse.fact_energy_flow as flow "
        "left join warehouse.dim_price as price using (period_start_utc, period_minutes) "
        f"where price.bidding_zone = '{bidding_zone}' order by all"
    )
    assert found == expected


@pytest.mark.parametrize("days_after", [0, 1])
@pytest.mark.parametrize("change", [0, 1], ids=["forward", "back"])
def test_a_forecast_of_a_day_of_23_or_25_hours_reads_the_clock_of_the_day_before(
    world: World, change: int, days_after: int
):
    day = CHANGES[world.timezone][change] + timedelta(days=days_after)
    issued = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(world.timezone)).astimezone(UTC)
    assert forecast(world.lake, issued, issued).rows
    foreseen = world.rows(
        "select period_start_utc, naive_24h_kwh from gold.forecast where target = 'production' "
        f"and issued_at_utc = timestamp '{issued:%Y-%m-%d %H:%M}' order by period_start_utc"
    )
    slots = [issued + number * world.slot for number in range(timedelta(hours=24) // world.slot)]
    assert [start for start, _ in foreseen] == [slot.replace(tzinfo=None) for slot in slots]
    for slot, (_, energy) in zip(slots, foreseen, strict=True):
        brought = known_the_day_before(world, slot, issued)
        assert (energy is None) == (not brought)
        assert energy is None or abs(energy - sum(brought) / len(brought)) <= Decimal("0.0005")


def known_the_day_before(world: World, slot: datetime, issued: datetime) -> list[int]:
    """What the same clock time brought on the day before the issue, where a file had told it by then.

    A time that the clock showed twice brought two energies; one that it left out, none.
    """
    clock = datetime.combine(world.local(issued).date() - timedelta(days=1), world.local(slot).time())
    brought = []
    for past in world.slots:
        last_reading = past + max(world.slot, HALF_HOUR) - HALF_HOUR
        known_at = last_reading - (last_reading - HALF_HOURS[0]) % HALF_HOUR + timedelta(minutes=150)
        if world.local(past) == clock and known_at <= issued:
            brought.append(world.energy(PRODUCED, past))
    return brought

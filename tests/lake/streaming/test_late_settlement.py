"""A late event of a settled day has the day settled again, by the next build and settling."""

from datetime import date, datetime, timedelta
from pathlib import Path

from harness.lake_community import prices
from harness.lake_steps import REGISTER_HEADER, land, land_rows, written
from tests.support.streams import NOW, commit, energy
from wattlake.lake.market.settlement import settle
from wattlake.lake.store.lake import Lake
from wattlake.tasks.building import build

AT = NOW - timedelta(hours=4)
QUARTER = timedelta(minutes=15)
REGISTER = [
    "anna,M1,M2,south,50.8,-0.1,2.5,30,200,prosumer,2012-01-01,",
    "bert,M3,,north,51.7,-0.3,0,,,consumer,2012-01-01,",
]


def booked(lake: Lake, now: datetime) -> int:
    """Build and settle, as a run does; gives how many links were booked."""
    list(build(lake, f"build-{now:%H%M}", now))
    list(settle(lake, now, f"settle-{now:%H%M}"))
    return int(lake.reader().execute("select count(*) from ops.settlement").fetchall()[0][0])


def consumed(lake: Lake) -> str:
    """What bert is settled for; a correction takes back what was booked before."""
    query = "select sum(consumption_kwh)::varchar from gold.settled_position where member_id = 'bert'"
    return str(lake.reader().execute(query).fetchall()[0][0])


def test_a_late_event_of_a_settled_day_has_it_settled_again(calendar_lake: Lake, tmp_path: Path):
    lake = calendar_lake
    land(lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, REGISTER), now=NOW)
    land_rows(lake, "energy_charts", "https://price.test/price?start=2026-11-30", prices(date(2026, 11, 30), 1, 40))
    # The quarter-hour after the last closes those before it.
    commit(
        lake, *(energy(meter, AT + n * QUARTER, "250", seconds=900) for n in range(9) for meter in ("M1", "M2", "M3"))
    )
    assert booked(lake, NOW) == 1
    assert consumed(lake) == "2.000000"
    assert booked(lake, NOW + timedelta(minutes=1)) == 1, "nothing came, and nothing is settled again"

    late = commit(lake, energy("M3", AT, "1250", seconds=900), now=NOW + timedelta(minutes=2))
    assert late.late == 1
    assert booked(lake, NOW + timedelta(minutes=3)) == 2
    assert consumed(lake) == "3.000000"
    taken_back = "select count(*) filter (entry = -1) > 0 from gold.settled_position where member_id = 'bert'"
    assert lake.reader().execute(taken_back).fetchall() == [(True,)]

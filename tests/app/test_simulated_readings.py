"""A simulated community is replayed as its meters measured, which its files say too, but for their blemishes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from wattlake.app.sandbox.community import simulate
from wattlake.app.simulated_readings import SimulatedReadings

UNTIL = date(2026, 6, 22)
FROM_UTC, TO_UTC = datetime(2026, 6, 19, tzinfo=UTC), datetime(2026, 6, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def community() -> SimulatedReadings:
    return SimulatedReadings(12, days=3, until=UNTIL, seed=7)


def test_they_are_what_the_files_say_without_their_gaps_nulls_and_strays(community, tmp_path):
    simulate(12, 3, 7, tmp_path, UNTIL)
    written = pl.read_csv(tmp_path / "smart_meters" / "*.csv").filter(
        pl.col("energy(kWh/hh)").str.strip_chars() != "Null", pl.col("tstp").str.contains(":[03]0:00")
    )
    in_files = {
        (meter, datetime.fromisoformat(time[:19]).replace(tzinfo=UTC)): Decimal(energy.strip())
        for meter, time, energy, _ in written.iter_rows()
    }
    replayed = {(each.meter_id, each.start_utc): each.energy_kwh for each in community.readings(FROM_UTC, TO_UTC)}

    assert in_files.items() <= replayed.items()
    assert len(in_files) > 1500
    assert len(replayed) == 13 * 3 * 48


def test_they_come_in_order_and_say_that_they_are_simulated(community):
    day = list(community.readings(FROM_UTC, FROM_UTC + timedelta(days=1)))

    assert day == sorted(day, key=lambda each: (each.start_utc, each.meter_id))
    assert (len(day), {each.quality for each in day}) == (13 * 48, {"simulated"})
    assert {each.meter_id for each in day if each.direction == "production"} == {"SIM000013"}


def test_its_meters_know_the_most_that_they_ever_drew(community):
    most = {}
    for each in community.readings(FROM_UTC, TO_UTC):
        most[each.meter_id] = max(most.get(each.meter_id, Decimal(0)), each.energy_kwh * 2)

    assert {meter.meter_id: meter.most_kw for meter in community.meters(FROM_UTC, TO_UTC)} == most

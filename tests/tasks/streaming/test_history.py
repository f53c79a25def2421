"""The lake's own readings are replayed in order, with what the register says of their meters."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from harness.lake_community import STRANGER
from tests.support.origins import AFTER_STAGE
from wattlake.tasks.streaming.history import LakeHistory

FROM_UTC = datetime(2013, 1, 30, tzinfo=UTC)
TO_UTC = FROM_UTC + timedelta(days=2)


def test_a_stretch_is_read_in_order_with_the_direction_of_each_meter(copied_lake):
    reader = copied_lake(AFTER_STAGE[1]).reader()
    readings = list(LakeHistory(reader).readings(FROM_UTC, TO_UTC))
    stored = reader.execute(
        "select count(*), sum(energy_kwh) from silver.meter_reading where period_start_utc < '2013-02-01'"
    ).fetchone()

    assert (len(readings), sum(each.energy_kwh for each in readings)) == stored
    assert readings == sorted(readings, key=lambda each: (each.start_utc, each.meter_id))
    assert {each.meter_id: each.direction for each in readings} == {
        "MAC1": "consumption",
        "MAC2": "consumption",
        "MAC3": "consumption",
        "MAC4": "production",
        STRANGER: None,
    }
    assert {(each.period, each.start_utc.utcoffset()) for each in readings} == {(timedelta(minutes=30), timedelta(0))}
    assert LakeHistory(reader).shortest_period(FROM_UTC, TO_UTC) == timedelta(minutes=30)


def test_the_meters_of_a_stretch_know_the_most_of_all_time_before_its_end(copied_lake):
    reader = copied_lake(AFTER_STAGE[1]).reader()
    readings = list(LakeHistory(reader).readings(FROM_UTC, TO_UTC))
    most = {each.meter_id: Decimal(0) for each in readings}
    for each in readings:
        most[each.meter_id] = max(most[each.meter_id], each.energy_kwh * 2)

    assert {
        meter.meter_id: meter.most_kw for meter in LakeHistory(reader).meters(TO_UTC - timedelta(hours=1), TO_UTC)
    } == most
    assert LakeHistory(reader).meters(TO_UTC + timedelta(days=9), TO_UTC + timedelta(days=10)) == []
    assert LakeHistory(reader).shortest_period(TO_UTC + timedelta(days=9), TO_UTC + timedelta(days=10)) is None

"""What members and zones come to in five minutes, and members' tiles: worked out by hand from what messages told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.support.streams import commit, energy

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)
REGISTER = """
    by name select
        unnest(['anna', 'anna', 'bert']) as member_id, timestamp '2012-01-01' as valid_from_utc, 'north' as zone,
        unnest(['anna-m', 'anna-p', 'bert-m']) as meter_id,
        unnest(['consumption', 'production', 'consumption']) as measures
"""


def rows(lake, query):
    return lake.reader().execute(query).fetchall()


def test_members_and_zones_are_summed_and_a_tile_says_the_last_word(calendar_lake):
    calendar_lake.write(lambda con: con.execute(f"insert into gold.member_meter {REGISTER}"))
    commit(
        calendar_lake,
        energy("anna-m", NOW - 2 * FIVE, "100"),
        energy("anna-m", NOW - FIVE, "50"),
        energy("anna-p", NOW - FIVE, "200", direction="production"),
        energy("bert-m", NOW - FIVE, "25", seconds=150),
        # Silent for longer than an hour: its power now is not known, but it was heard today.
        energy("nobody", NOW - timedelta(hours=2), "10"),
        # Not heard within a day.
        energy("gone", NOW - timedelta(hours=25), "10"),
    )
    newest = "where period_start_utc = timestamp '2026-11-30 09:55' order by all"
    sums = (
        "direction, energy_kwh, mean_power_w, max_meter_power_w, min_meter_power_w, event_count, meters, covered_ratio"
    )
    assert rows(calendar_lake, f"select zone, {sums} from warehouse.live_zone_window {newest}") == [
        ("north", "consumption", Decimal("0.075000"), 1200.0, 600.0, 600.0, 2, 2, 0.75),
        ("north", "production", Decimal("0.200000"), 2400.0, 2400.0, 2400.0, 1, 1, 1.0),
    ]
    assert rows(calendar_lake, f"select user_id, {sums} from warehouse.live_member_window {newest}") == [
        ("anna", "consumption", Decimal("0.050000"), 600.0, 600.0, 600.0, 1, 1, 1.0),
        ("anna", "production", Decimal("0.200000"), 2400.0, 2400.0, 2400.0, 1, 1, 1.0),
        ("bert", "consumption", Decimal("0.025000"), 600.0, 600.0, 600.0, 1, 1, 0.5),
    ]
    tile = (
        "select * exclude (provenance, heard_until_utc), strftime(heard_until_utc, '%H:%M') from warehouse.live_member"
    )
    nothing = Decimal("0.000000")
    assert rows(calendar_lake, f"{tile} order by user_id") == [
        ("anna", "north", 2, 600.0, 2400.0, Decimal("0.150000"), Decimal("0.200000"), 900 / 7200, 0, "10:00"),
        ("bert", "north", 1, 600.0, None, Decimal("0.025000"), nothing, 150 / 3600, 0, "10:00"),
        ("nobody", None, 1, None, None, nothing, nothing, 0.0, 0, "08:05"),
    ]


def test_a_tile_counts_the_alerts_that_last(calendar_lake):
    commit(calendar_lake, energy("m1", NOW - FIVE, "100"))
    calendar_lake.write(
        lambda con: con.execute(
            "insert into gold.live_alert by name select unnest(['a', 'b']) as alert_id, 'missing' as rule, "
            "'error' as severity, 'm1' as meter_id, timestamp '2026-11-30 09:00' as started_at_utc, "
            "if(alert_id = 'a', null, timestamp '2026-11-30 09:30') as ended_at_utc, "
            "started_at_utc as detected_at_utc, 'nothing came' as evidence, 1 as _landing_id"
        )
    )
    assert rows(calendar_lake, "select user_id, lasting_alerts from warehouse.live_member") == [("m1", 1)]

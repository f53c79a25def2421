"""What five minutes are judged by is the member's own month before the day, and of the same quarter of the day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.judged_batches import MINUTE, NOON, Judge, Sent, naive, owned

DAY = naive(NOON).replace(hour=0)
HISTORY = """
    insert into gold.window_5min by name
    select 'm1' as meter_id, 'anna' as member_id, 'north' as zone, 'consumption' as direction, 5 as period_minutes,
        -- 72 windows from noon to six, from day to day.
        timestamp '{first_day}' + to_days((number // 72)::integer)
            + to_minutes(12 * 60 + 5 * (number % 72)) as period_start_utc,
        ((number + 1) / 1000)::decimal(18, 6) as energy_kwh, 1 as event_count, {covered} as covered_seconds,
        'measured' as provenance, 1 as _landing_id
    from range({count}) as t(number)
"""
SLOTS = """
    insert into gold.energy_flow by name
    select 'anna' as member_id, timestamp '2026-06-01' - to_hours(number + 1) as period_start_utc,
        60 as period_minutes, 'north' as zone, 60 as consumption_minutes,
        ((number % 336 + 1) / 336)::decimal(18, 6) as consumption_kwh
    from range({hours}) as t(number)
"""


@pytest.fixture
def judge():
    return Judge(gold__member_meter=[owned("anna", "m1"), owned("anna", "m2")])


def five_minutes(kwh, number=0, meter="m1", since=NOON):
    return Sent(meter, since + number * 5 * MINUTE, kwh, "energy", 300)


def give_history(judge, count=1000, first_day="2026-05-10", covered=300):
    judge.connection.execute(HISTORY.format(count=count, first_day=first_day, covered=covered))


@pytest.mark.parametrize(("kwh", "is_unlikely"), [("0.999", False), ("0.999001", True)])
def test_energy_that_one_window_in_a_thousand_exceeds_is_unlikely(judge, kwh, is_unlikely):
    give_history(judge)
    judge.take([five_minutes(kwh), five_minutes("0.2", number=1)])

    names = ("rule", "meter_id", "member_id", "zone", "direction", "started_at_utc", "ended_at_utc", "evidence")
    assert judge.alerts(*names) == (
        [
            (
                *("statistical", None, "anna", "north", "consumption", naive(NOON), naive(NOON + 5 * MINUTE)),
                "consumption of 0.999 kWh in five minutes is beyond 0.999 kWh, which of the 1000 windows of the 28 "
                "days before one in 1000 exceeds",
            )
        ]
        if is_unlikely
        else []
    )


@pytest.mark.parametrize(
    "history",
    [
        {"count": 999},
        {"covered": 299},
        # 28 days end before the first of June, and begin with the fourth of May.
        {"first_day": "2026-05-03"},
        {"first_day": "2026-05-19"},
    ],
)
def test_fewer_than_a_thousand_windows_of_the_month_before_judge_nothing(judge, history):
    give_history(judge, **history)
    judge.take([five_minutes("9")])

    assert judge.alerts() == []


def test_another_quarter_of_the_day_has_its_own_history(judge):
    give_history(judge)
    judge.take([five_minutes("9", since=NOON + 360 * MINUTE)])

    assert judge.alerts() == []


def test_all_meters_of_a_member_count_together_also_in_another_batch(judge):
    give_history(judge)
    judge.take([five_minutes("0.6")])
    assert judge.alerts() == []

    judge.take([five_minutes("0.4", meter="m2")])
    assert judge.alerts("rule", "observed_value") == [("statistical", 1.0)]


def test_an_unlikely_stretch_is_one_alert_and_a_correction_ends_it(judge):
    give_history(judge)
    judge.take([five_minutes("2")])
    judge.take([five_minutes("3", 1)])
    judge.take([five_minutes("4", 2), five_minutes("0.1", 3)])
    judge.take([five_minutes("5", 4)])
    judge.take([five_minutes("0.5", 4)._replace(late_seconds=60)])

    assert judge.alerts("started_at_utc", "ended_at_utc") == [
        (naive(NOON), naive(NOON + 15 * MINUTE)),
        (naive(NOON + 20 * MINUTE), naive(NOON + 25 * MINUTE)),
    ]
    assert judge.alerts("evidence")[1][0].endswith("; corrected: a later event made it 0.5 kWh")


@pytest.mark.parametrize(("hours", "limit"), [(335, None), (336, Decimal("0.166667")), (672, Decimal("0.166667"))])
def test_a_young_stream_is_judged_by_twice_the_mean_of_the_slots(judge, hours, limit):
    judge.connection.execute(SLOTS.format(hours=hours))
    # The most of 336 hours is one kilowatt-hour: twice its twelfth, and a little for the rounding.
    judge.take([five_minutes("0.17")])

    assert judge.alerts("rule", "limit_value") == ([("statistical", float(limit))] if limit else [])
    assert judge.connection.execute(
        "select distinct day_quarter, limit_kwh, seen_values, seen_in from gold.live_limit order by day_quarter"
    ).fetchall() == [(quarter, limit, hours, "slots") for quarter in range(4) if limit]


def test_limits_are_found_once_a_day_and_stay(judge):
    give_history(judge)
    judge.take([five_minutes("0.1")])
    judge.take([five_minutes("5", 1)])
    judge.take([five_minutes("0.1", since=NOON + timedelta(days=1))])

    assert judge.connection.execute(
        "select period_start_utc, limit_kwh from gold.live_limit order by period_start_utc"
    ).fetchall() == [(DAY, Decimal("0.999")), (DAY + timedelta(days=1), Decimal("1"))]


def test_what_is_impossible_is_not_told_as_unlikely_too_not_even_in_a_later_batch(judge):
    give_history(judge)
    judge.take([five_minutes("75")])
    judge.take([five_minutes("0.2", 1)])
    judge.take([five_minutes("0.1", meter="m2")])
    judge.take([five_minutes("2", 2)])

    assert judge.alerts("rule", "started_at_utc") == [
        ("impossible", naive(NOON)),
        ("statistical", naive(NOON + 10 * MINUTE)),
    ]

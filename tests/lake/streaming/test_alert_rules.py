"""Each rule opens an alert just beyond its bound and none at it: when it began, when it ended, what was seen."""

from datetime import datetime, timedelta

import pytest

from tests.support.judged_batches import MINUTE, NOON, Judge, Sent, every, naive, owned
from wattlake.lake.settings import Settings

SECOND = timedelta(seconds=1)
QUARTER = 900
WITH_10_KW = Settings(_env_file=None, connection_kw=10)


def ordinary(count, since=NOON, meter="m1", step=MINUTE, **other):
    return every(step, count, lambda at, number: Sent(meter, at, str(300 + number % 7), **other), since)


@pytest.fixture
def judge():
    return Judge(gold__member_meter=[owned("anna", "m1"), owned("anna", "m2", "production")])


@pytest.mark.parametrize(
    ("settings", "last_possible", "first_impossible"),
    [
        # 10 kW and a tenth more for a quarter of an hour are 2.75 kWh.
        (WITH_10_KW, Sent("m1", NOON, "2.75", "energy", QUARTER), Sent("m1", NOON, "2.750001", "energy", QUARTER)),
        (None, Sent("m1", NOON, "50", "energy", QUARTER), Sent("m1", NOON, "50.000001", "energy", QUARTER)),
        (None, Sent("m1", NOON, "0", "energy", QUARTER), Sent("m1", NOON, "-0.000001", "energy", QUARTER)),
        (WITH_10_KW, Sent("m1", NOON, "11000"), Sent("m1", NOON, "11000.001")),
        (None, Sent("m1", NOON, "50000"), Sent("m1", NOON, "50000.001")),
        (None, Sent("m1", NOON, "-10"), Sent("m1", NOON, "-10.001")),
    ],
)
def test_energy_and_power_beyond_the_bound_are_impossible(settings, last_possible, first_impossible):
    for sent, alerts in ((last_possible, []), (first_impossible, [("impossible", naive(NOON), None)])):
        judge = Judge(settings)
        # A batch of which all is set aside is no less judged.
        judge.take([sent])

        assert judge.alerts() == alerts


def test_a_running_total_is_judged_by_what_it_grew(judge):
    def total(minutes, kwh):
        return Sent("m1", NOON + minutes * MINUTE, kwh, "total")

    # Without a known connection 50 kWh may come between two, and one more for a counter that is coarse.
    judge.take([total(0, "1000"), total(10, "1051"), total(20, "1102.000001"), total(30, "1103")])
    judge.take([total(40, "1102.999999"), total(50, "1104")])

    assert judge.alerts("rule", "started_at_utc", "ended_at_utc", "observed_value", "limit_value", "unit") == [
        ("impossible", naive(NOON + 20 * MINUTE), naive(NOON + 30 * MINUTE), pytest.approx(51.000001), 51.0, "kWh"),
        ("impossible", naive(NOON + 40 * MINUTE), naive(NOON + 50 * MINUTE), pytest.approx(-0.000001), 0.0, "kWh"),
    ]


def test_an_alert_names_its_meter_and_tells_what_was_seen(judge):
    judge.take([Sent("m2", NOON, "61.25", "energy", QUARTER, direction="production")])

    names = ("rule", "severity", "meter_id", "member_id", "zone", "direction", "quantity", "evidence")
    assert judge.alerts(*names, "_landing_id") == [
        (
            *("impossible", "error", "m2", "anna", "north", "production", "energy"),
            "production of 61.25 kWh in 15 min is beyond 50 kWh, as no connection is known",
            1,
        )
    ]


def test_an_alert_is_opened_once_goes_on_over_batches_and_ends_with_what_is_possible_again(judge):
    changes = [
        [(row["rule"], row["ended_at_utc"]) for row in judge.take([Sent("m1", NOON + number * MINUTE, power)])]
        for number, power in enumerate(("300", "-300", "-301", "-302", "303", "304", "-305"))
    ]

    assert changes == [
        *([], [("impossible", None)], [], []),
        *([("impossible", naive(NOON + 4 * MINUTE))], [], [("impossible", None)]),
    ]
    assert judge.alerts("started_at_utc", "ended_at_utc") == [
        (naive(NOON + MINUTE), naive(NOON + 4 * MINUTE)),
        (naive(NOON + 6 * MINUTE), None),
    ]


def test_an_alert_that_a_later_event_corrects_ends_and_says_so(judge):
    judge.take([Sent("m1", NOON, "61.25", "energy", QUARTER)])
    judge.take([Sent("m1", NOON, "0.25", "energy", QUARTER, late_seconds=100)])

    assert judge.alerts("ended_at_utc", "evidence") == [
        (
            naive(NOON + 15 * MINUTE),
            "consumption of 61.25 kWh in 15 min is beyond 50 kWh, as no connection is known; "
            "corrected: a later event made it 0.25 kWh",
        )
    ]


@pytest.mark.parametrize(("seconds", "is_silent"), [(180, False), (181, True)])
def test_a_meter_is_missing_beyond_three_times_its_rhythm(judge, seconds, is_silent):
    judge.take(ordinary(6))
    last = NOON + 5 * MINUTE
    # The other meter alone speaks: it moves the clock.
    judge.take([Sent("m9", last + seconds * SECOND, "100", late_seconds=0)])

    assert judge.alerts() == ([("missing", naive(last), None)] if is_silent else [])


def test_a_meter_of_a_few_seconds_is_missing_beyond_a_minute(judge):
    judge.take(ordinary(6, step=SECOND))
    last = NOON + 5 * SECOND
    judge.take([Sent("m9", last + 60 * SECOND, "100", late_seconds=0)])
    assert judge.alerts() == []

    judge.take([Sent("m9", last + 61 * SECOND, "101", late_seconds=0)])
    assert judge.alerts() == [("missing", naive(last), None)]


def test_a_missing_meter_is_found_again_when_it_speaks(judge):
    judge.take(ordinary(6))
    judge.take([Sent("m9", NOON + 20 * MINUTE, "100")])
    judge.take([Sent("m1", NOON + 21 * MINUTE, "100")])

    assert judge.alerts() == [("missing", naive(NOON + 5 * MINUTE), naive(NOON + 21 * MINUTE))]


def test_a_hole_within_one_batch_is_told_as_well(judge):
    judge.take(ordinary(6) + ordinary(6, NOON + 20 * MINUTE))

    assert judge.alerts() == [("missing", naive(NOON + 5 * MINUTE), naive(NOON + 20 * MINUTE))]


def test_whoever_was_only_late_is_said_to_have_been(judge):
    judge.take(ordinary(6))
    judge.take([Sent("m9", NOON + 20 * MINUTE, "100")])
    judge.take(ordinary(16, NOON + 6 * MINUTE))

    ((ended, evidence),) = judge.alerts("ended_at_utc", "evidence")
    assert ended == naive(NOON + 6 * MINUTE)
    assert evidence.endswith("; corrected: an event of 2026-06-01 12:06:00 came later")


def test_a_meter_that_sends_several_at_once_is_missed_by_the_rhythm_of_its_sendings(judge):
    def sending(hour):
        readings = ordinary(4, NOON + hour * 60 * MINUTE, step=15 * MINUTE, quantity="energy", seconds=QUARTER)
        return judge.take(readings, now=NOON + (hour + 1) * 60 * MINUTE)

    for hour in range(5):
        sending(hour)
        judge.take([Sent("m9", NOON + (hour + 1) * 60 * MINUTE + 55 * MINUTE, str(hour), late_seconds=0)])

    # Before it was seen twice, a quarter-hour seemed to be its rhythm.
    assert len(judge.alerts()) == 1
    judge.take([Sent("m9", NOON + (5 * 60 + 181) * MINUTE, "7", late_seconds=0)])
    assert judge.alerts()[1:] == [("missing", naive(NOON + 5 * 60 * MINUTE), None)]


def test_the_time_of_the_past_that_is_played_counts_and_not_the_clock(judge):
    now = NOON + timedelta(days=90)
    judge.take(ordinary(6) + ordinary(6, meter="m9"), now=now)
    judge.take(ordinary(3, NOON + 6 * MINUTE, "m9"), now=now + SECOND)
    assert judge.alerts() == []

    judge.take(ordinary(1, NOON + 9 * MINUTE, "m9"), now=now + 2 * SECOND)
    assert judge.alerts() == [("missing", naive(NOON + 5 * MINUTE), None)]


@pytest.mark.parametrize(
    ("step", "events", "is_frozen"),
    [
        (5 * MINUTE, 12, False),  # 55 minutes
        (5 * MINUTE, 13, True),
        (30 * MINUTE, 11, False),
        (30 * MINUTE, 12, True),
        (MINUTE, 60, False),
        (MINUTE, 61, True),
    ],
)
def test_power_that_stands_still_is_frozen(judge, step, events, is_frozen):
    judge.take(every(step, events, lambda at, _: Sent("m1", at, "231.5")))
    judge.take([Sent("m1", NOON + events * step, "232")])

    assert judge.alerts() == ([("frozen", naive(NOON), naive(NOON + events * step))] if is_frozen else [])


def test_energy_that_stands_still_is_frozen_over_batches_and_nil_is_not(judge):
    for numbers in (range(5), range(5, 10), range(10, 20)):
        times = [NOON + number * 5 * MINUTE for number in numbers]
        judge.take(
            [Sent(meter, at, kwh, "energy", 300) for at in times for meter, kwh in (("m1", "0.02"), ("m3", "0"))]
        )

    assert judge.alerts("rule", "meter_id", "started_at_utc", "ended_at_utc", "evidence") == [
        (
            *("frozen", "m1", naive(NOON), None),
            "energy stands at exactly 0.02 kWh for 60 min in 12 events; 12 events and 60 min of the same are more than "
            "usual",
        )
    ]


@pytest.mark.parametrize(("power", "is_frozen"), [("1999", False), ("2001", True)])
def test_a_total_that_stands_while_power_flows_is_frozen(judge, power, is_frozen):
    # Half an hour of 2 kW is the one kilowatt-hour within which every counter moves.
    for minutes in range(0, 31, 10):
        at = NOON + minutes * MINUTE
        judge.take([Sent("m1", at, power), Sent("m1", at, "812", "total")])
    judge.take([Sent("m1", NOON + 40 * MINUTE, "813", "total")])

    assert judge.alerts("rule", "quantity", "started_at_utc", "ended_at_utc") == (
        [("frozen", "total", naive(NOON), naive(NOON + 40 * MINUTE))] if is_frozen else []
    )


def test_a_late_event_that_differs_ends_what_seemed_frozen(judge):
    judge.take(every(5 * MINUTE, 13, lambda at, _: Sent("m1", at, "231")))
    judge.take([Sent("m1", NOON + 12 * MINUTE, "500", late_seconds=9000)])

    ((ended, evidence),) = judge.alerts("ended_at_utc", "evidence")
    assert ended == naive(NOON + 12 * MINUTE)
    assert evidence.endswith("; corrected: an event of 2026-06-01 12:12:00 that came later says otherwise")


@pytest.mark.parametrize(
    ("late_seconds", "is_skewed"), [(-120, False), (-121, True), (48 * 3600, False), (48 * 3600 + 1, True)]
)
def test_a_clock_ahead_or_far_behind_is_told(judge, late_seconds, is_skewed):
    judge.take([*ordinary(5, meter="m9"), Sent("m1", NOON, "300", late_seconds=late_seconds)])

    received = naive(NOON + late_seconds * SECOND)
    assert [row for row in judge.alerts() if row[0] == "clock_skew"] == (
        [("clock_skew", received, None)] if is_skewed else []
    )


def test_a_clock_that_is_set_right_again_ends_its_alert_and_what_it_said_moves_no_clock(judge):
    judge.take(ordinary(6))
    judge.take([Sent("m1", NOON + timedelta(days=3), "300", late_seconds=-3 * 86400 + 400)])
    judge.take([Sent("m1", NOON + 8 * MINUTE, "300")])
    judge.take([Sent("m9", NOON + 30 * MINUTE, "300")])

    assert judge.alerts() == [
        ("clock_skew", naive(NOON + 400 * SECOND), naive(NOON + 481 * SECOND)),
        ("missing", naive(NOON + 8 * MINUTE), None),
    ]


def test_no_clock_is_blamed_where_the_past_is_played(judge):
    judge.take(ordinary(20, late_seconds=90 * 86400))

    assert judge.alerts() == []


def test_no_clock_is_blamed_where_what_is_played_passes_the_bound(judge):
    played: list[Sent] = []
    begins = 48 * 3600 + 600
    for meter in ("m1", "m2", "m3"):
        events = every(5 * MINUTE, 8, lambda at, n, meter=meter: Sent(meter, at, "300", late_seconds=begins - 299 * n))
        played += events
    judge.take(played)

    assert [row for row in judge.alerts() if row[0] == "clock_skew"] == []


def test_who_sends_a_backlog_beside_others_has_no_wrong_clock_and_who_stays_behind_has(judge):
    def fresh(since: datetime) -> list[Sent]:
        return [each for number in range(10) for each in ordinary(1, since, f"fresh-{number}")]

    def days_behind(meter: str, number: int, event: timedelta) -> Sent:
        at = NOON - timedelta(days=4) + number * event
        return Sent(meter, at, str(300 + number), late_seconds=int((NOON + 10 * number * SECOND - at).total_seconds()))

    backlog = [days_behind("backlog", number, 5 * MINUTE) for number in range(4)]
    behind = [days_behind("behind", number, 10 * SECOND) for number in range(4)]
    judge.take([*fresh(NOON), *backlog[:2], *behind[:2]])
    judge.take([*fresh(NOON + 20 * SECOND), *backlog[2:], *behind[2:]])

    blamed = judge.alerts("rule", "meter_id", "started_at_utc", "ended_at_utc")
    assert [row[1:] for row in blamed if row[0] == "clock_skew"] == [("behind", naive(NOON), None)]

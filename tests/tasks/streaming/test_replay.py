"""A replay sends readings in order of time, exactly, with what was planted and nothing else."""

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from wattlake.tasks.streaming.disturbances import IMPOSSIBLE_KWH, KINDS, LATE
from wattlake.tasks.streaming.planting import WrongDisturbanceError, plant
from wattlake.tasks.streaming.replay import messages, play
from wattlake.tasks.streaming.replayed import Meter, Reading

START = datetime(2026, 6, 21, tzinfo=UTC)
END = START + timedelta(days=1)
HALF_HOUR, STEP = timedelta(minutes=30), timedelta(minutes=5)
METERS = [Meter(f"M{number}", "consumption", Decimal("2.5")) for number in range(10)]
METERS += [Meter("P0", "production", Decimal("4"))]


def history() -> list[Reading]:
    slots = [START + number * HALF_HOUR for number in range(48)]
    return [
        Reading(meter.meter_id, meter.direction, slot, HALF_HOUR, Decimal(f"0.{100_003 + 7 * slot.hour + at:06}"))
        for slot in slots
        for at, meter in enumerate(METERS)
    ]


def payloads(sequence) -> list[dict]:
    return [json.loads(due.record.payload) for due in sequence]


def planted_for(kinds, seed=7):
    return plant(kinds, METERS, period=STEP, from_utc=START, to_utc=END, seed=seed)


def test_a_reading_is_sent_whole_when_its_period_has_ended():
    [due] = messages([Reading("M1", "consumption", START, HALF_HOUR, Decimal("0.123456"), "measured")])

    assert due.at_utc == START + HALF_HOUR
    assert (due.record.topic, due.record.key) == ("energy-meters", b"M1")
    assert json.loads(due.record.payload) == {
        "meter_id": "M1",
        "period_start_utc": "2026-06-21T00:00:00Z",
        "period_seconds": 1800,
        "energy_kwh": "0.123456",
        "direction": "consumption",
        "quality": "measured",
    }


def test_what_the_register_and_the_file_do_not_say_is_left_out():
    [payload] = payloads(messages([Reading("M1", None, START, HALF_HOUR, Decimal("1"))]))

    assert set(payload) == {"meter_id", "period_start_utc", "period_seconds", "energy_kwh"}


def test_parts_of_readings_add_up_come_in_order_and_are_the_same_each_time():
    sequence = list(messages(history(), step=STEP))
    sums = Counter()
    for payload in payloads(sequence):
        slot = datetime.fromisoformat(payload["period_start_utc"])
        sums[payload["meter_id"], slot - timedelta(minutes=slot.minute % 30)] += Decimal(payload["energy_kwh"])

    assert sums == {(reading.meter_id, reading.start_utc): reading.energy_kwh for reading in history()}
    assert [due.at_utc for due in sequence] == sorted(due.at_utc for due in sequence)
    assert sequence == list(messages(history(), step=STEP))
    assert len({payload["energy_kwh"] for payload in payloads(sequence)[:66]}) > 50, (
        "equal parts look like a stuck meter"
    )


def test_each_disturbance_changes_its_own_messages_and_no_other():
    planted = planted_for(list(KINDS))
    clean, changed = Counter(), Counter()
    for counted, sequence in (
        (clean, messages(history(), step=STEP)),
        (changed, messages(history(), planted, step=STEP)),
    ):
        for due in sequence:
            counted[due.at_utc, due.record.payload] += 1
    touched = {json.loads(payload)["meter_id"] for _, payload in (clean - changed) + (changed - clean)}
    counts = {}
    for each in planted:
        own = [
            [json.loads(p) for (_, p), n in some.items() for _ in range(n)]
            for some in (clean - changed, changed - clean)
        ]
        counts[each.kind] = tuple(sum(p["meter_id"] == each.meter_id for p in some) for some in own)

    assert touched == {each.meter_id for each in planted}
    assert counts == {
        "drop": (1, 0), "double": (0, 4), "late": (2, 2), "spike": (1, 1), "impossible": (1, 1),
        "frozen": (40, 40), "jump": (3, 3), "silent": (24, 0),
    }  # fmt: skip


def test_disturbed_messages_say_what_their_kind_promises():
    planted = {each.kind: each for each in planted_for(list(KINDS))}
    sent = {kind: [] for kind in planted}
    for due in messages(history(), list(planted.values()), step=STEP):
        payload = json.loads(due.record.payload)
        for kind, each in planted.items():
            start = datetime.fromisoformat(payload["period_start_utc"])
            if payload["meter_id"] == each.meter_id and each.from_utc <= start - each.ahead < each.to_utc:
                sent[kind].append((due.at_utc - start - STEP, Decimal(payload["energy_kwh"])))

    assert sent["drop"] == sent["silent"] == []
    assert {late for late, _ in sent["late"]} == {LATE}
    assert [energy for _, energy in sent["spike"]] == [Decimal("0.625000")], "three times 2.5 kW, for five minutes"
    assert [energy for _, energy in sent["impossible"]] == [IMPOSSIBLE_KWH]
    assert len({energy for _, energy in sent["frozen"]}) == 1
    assert all(START + early > END for early in [planted["jump"].from_utc - START + planted["jump"].ahead])
    assert len(sent["double"]) == 8


def test_equal_seeds_plant_the_same_and_production_is_never_disturbed():
    assert planted_for(list(KINDS)) == planted_for(list(KINDS))
    assert planted_for(list(KINDS)) != planted_for(list(KINDS), seed=8)
    assert {each.meter_id for seed in range(20) for each in planted_for(["silent"] * 9, seed)} <= {
        meter.meter_id for meter in METERS[:10]
    }


@pytest.mark.parametrize(
    ("kinds", "hours", "wrong"),
    [
        (["flood"], 24, "`flood` is no disturbance that can be planted. Give some of drop, double"),
        (["drop"] * 11, 24, "11 disturbances need as many meters of consumption, and 10 are replayed"),
        (["frozen"], 2, "The replay lasts 2:00:00, and what is to be planted needs 4:20:00"),
    ],
)
def test_what_cannot_be_planted_is_refused(kinds, hours, wrong):
    with pytest.raises(WrongDisturbanceError, match=wrong):
        plant(kinds, METERS, period=STEP, from_utc=START, to_utc=START + timedelta(hours=hours), seed=1)


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now, self.stopped = 0.0, threading.Event()
        self.stopped.wait = self.wait  # type: ignore[method-assign]

    def wait(self, seconds=None) -> bool:
        self.now += seconds or 0
        return False

    def __call__(self) -> float:
        return self.now


def test_a_day_passes_in_a_minute():
    clock, published = Clock(), []
    count = play(
        messages(history()),
        lambda records: published.append((round(clock.now, 6), len(records))),
        speed=1440,
        seconds=clock,
        stopped=clock.stopped,
    )

    assert count == 48 * 11
    assert published == [(1.25 * slot, 11) for slot in range(48)]


def test_without_a_pace_messages_go_by_the_thousand_and_a_stop_ends_it():
    clock, published = Clock(), []

    def publish(records) -> None:
        published.append(len(records))
        if len(published) == 2:
            clock.stopped.set()

    count = play(messages(history(), step=STEP), publish, speed=0, seconds=clock, stopped=clock.stopped)

    assert (published, count) == ([1000, 1000], 2000)

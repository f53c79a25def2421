"""However batches come, twice or in another order, no alert is raised twice and none disappears."""

import itertools
import random
from collections import defaultdict
from datetime import timedelta

import pytest

from tests.support.judged_batches import MINUTE, NOON, Judge, Sent, owned

METERS = ("m1", "m2", "m3")


def course(rng: random.Random) -> list[Sent]:
    """An hour and a half of three meters, in which much is wrong."""
    sent = []
    for meter in METERS:
        wrong = {kind: rng.randrange(60) for kind in ("impossible", "frozen", "silent", "ahead")}
        for minute in range(90):
            power = str(300 + rng.randrange(1000))
            if wrong["impossible"] <= minute < wrong["impossible"] + 4:
                power = rng.choice(["-400", "90000", power])
            if meter == "m3" and minute > 10:
                power = "231"
            if wrong["silent"] <= minute < wrong["silent"] + 5:
                continue
            late = -300 if minute == wrong["ahead"] else rng.choice([1, 1, 1, 200])
            sent.append(Sent(meter, NOON + minute * MINUTE, power, late_seconds=late))
    return sorted(sent, key=lambda each: each.received)


def batches_of(sent: list[Sent], rng: random.Random) -> list[list[Sent]]:
    """Cut into some batches; let some trade places, and some come twice."""
    cuts = sorted(rng.sample(range(1, len(sent)), 4))
    batches = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    at = rng.randrange(len(batches) - 1)
    batches[at], batches[at + 1] = batches[at + 1], batches[at]
    batches.insert(rng.randrange(len(batches)), rng.choice(batches))
    return batches


@pytest.mark.parametrize("seed", range(4))
def test_no_alert_is_raised_twice_and_none_disappears(seed):
    rng = random.Random(seed)
    judge = Judge(gold__member_meter=[owned(f"member-{meter}", meter) for meter in METERS])
    sent = course(rng)
    last = sent[-1].received
    ids = set[str]()
    for batch in batches_of(sent, rng):
        judge.take(batch, now=max(each.received for each in batch))
        before, ids = ids, {alert_id for (alert_id,) in judge.alerts("alert_id")}
        assert before <= ids

    rows = judge.alerts("rule", "meter_id", "quantity", "started_at_utc", "ended_at_utc", "alert_id")
    assert {"impossible", "frozen", "clock_skew"} <= {rule for rule, *_ in rows}
    assert len({alert_id for *_, alert_id in rows}) == len(rows)
    by_series = defaultdict(list)
    for *series, started, ended, _ in rows:
        by_series[tuple(series)].append((started, ended))
    for stretches in by_series.values():
        for (_, ended), (next_started, _) in itertools.pairwise(stretches):
            assert ended is not None
            assert ended <= next_started

    # All of it once more is nothing new.
    judge.take(sent, now=last + timedelta(seconds=1))
    assert judge.alerts("alert_id", "started_at_utc") == [(row[5], row[3]) for row in rows]

"""Disturbances that a replay plants in its messages; tests ask for exactly their alerts."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from wattlake.tasks.streaming.replayed import Meter, Sent

LATE = timedelta(minutes=45)
"""How much later than due a late message is sent."""
IMPOSSIBLE_KWH = Decimal("75.5")
"""An energy that no household's period has; the stream's bound is 50 kWh."""
TIMES_THE_MOST = 3
"""A spike is so many times the most that its meter ever drew."""
LEAST_SPIKE_KW = Decimal(1)
FROZEN_KW = (Decimal("0.2"), Decimal("0.9"))
"""The power of a frozen meter lies between these."""


class Disturbance(NamedTuple):
    """One thing that is wrong with the messages of a meter.

    Attributes:
        kind: one of ``KINDS``.
        meter_id: of the meter.
        from_utc: start of the first period that is wrong.
        to_utc: end of the last one.
        rule: the alert that must come of it; none where the lake must come out right without one.
        energy_kwh: what each of the periods says instead, where the kind changes that.
        ahead: how far the meter's clock runs ahead.
    """

    kind: str
    meter_id: str
    from_utc: datetime
    to_utc: datetime
    rule: str | None
    energy_kwh: Decimal | None = None
    ahead: timedelta = timedelta(0)


class Kind(NamedTuple):
    """A kind of disturbance: how long it lasts, its alert, and what becomes of a message."""

    periods: int
    rule: str | None
    send: Callable[[Sent, Disturbance], list[Sent]]
    energy_kwh: Callable[[Meter, timedelta, random.Random], Decimal] | None = None


def _lost(_message: Sent, _planted: Disturbance) -> list[Sent]:
    return []


def _doubled(message: Sent, _planted: Disturbance) -> list[Sent]:
    return [message, message]


def _late(message: Sent, _planted: Disturbance) -> list[Sent]:
    return [message._replace(at_utc=message.at_utc + LATE)]


def _changed(message: Sent, planted: Disturbance) -> list[Sent]:
    return [message._replace(energy_kwh=planted.energy_kwh or message.energy_kwh)]


def _ahead(message: Sent, planted: Disturbance) -> list[Sent]:
    return [message._replace(start_utc=message.start_utc + planted.ahead)]


def _energy(power_kw: Decimal, period: timedelta) -> Decimal:
    return (power_kw * int(period.total_seconds()) / 3600).quantize(Decimal("0.000001"))


def _spike(meter: Meter, period: timedelta, _rng: random.Random) -> Decimal:
    return _energy(TIMES_THE_MOST * max(meter.most_kw, LEAST_SPIKE_KW), period)


def _frozen(_meter: Meter, period: timedelta, rng: random.Random) -> Decimal:
    least, most = FROZEN_KW
    return _energy(least + (most - least) * rng.randint(0, 1000) / 1000, period)


def _impossible(_meter: Meter, _period: timedelta, _rng: random.Random) -> Decimal:
    return IMPOSSIBLE_KWH


KINDS: Mapping[str, Kind] = {
    "drop": Kind(1, None, _lost),
    "double": Kind(4, None, _doubled),
    # Two periods: after three without a message a meter is silent, and an alert would be right.
    "late": Kind(2, None, _late),
    "spike": Kind(1, "statistical", _changed, _spike),
    "impossible": Kind(1, "impossible", _changed, _impossible),
    "frozen": Kind(40, "frozen", _changed, _frozen),
    "jump": Kind(3, "clock_skew", _ahead),
    "silent": Kind(24, "missing", _lost),
}


def disturbed(message: Sent, planted: Mapping[str, Sequence[Disturbance]]) -> list[Sent]:
    """Give what is sent in a message's place: as planted for its meter, otherwise itself."""
    for each in planted.get(message.meter_id, ()):
        if each.from_utc <= message.start_utc < each.to_utc:
            return KINDS[each.kind].send(message, each)
    return [message]

"""Choose which meters a replay disturbs, when and how."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from wattlake.tasks.streaming.disturbances import KINDS, Disturbance
from wattlake.tasks.streaming.replayed import Meter


class WrongDisturbanceError(ValueError):
    """What is to be planted is no known kind, or there is no meter or time for it."""


def plant(
    kinds: Sequence[str], meters: Iterable[Meter], *, period: timedelta, from_utc: datetime, to_utc: datetime, seed: int
) -> list[Disturbance]:
    """Choose a meter of its own and a time for each disturbance.

    Args:
        kinds: of ``KINDS``, each as often as it is to be planted.
        meters: that are replayed; only those of consumption are disturbed.
        period: length of what one message tells.
        from_utc: start of the replay; all disturbances begin after its first fifth.
        to_utc: end of the replay; all of them are over before it.
        seed: the same one makes the same choice.

    Raises:
        WrongDisturbanceError: there is no such kind, or not enough meters or time.
    """
    rng = random.Random(seed)
    usable = sorted(meter for meter in meters if meter.direction != "production")
    _expect_room(kinds, usable, period, to_utc - from_utc)
    planted = []
    for kind, meter in zip(kinds, rng.sample(usable, len(kinds)), strict=True):
        periods = (to_utc - from_utc) // period
        first = rng.randint(periods // 5, periods - KINDS[kind].periods - 1)
        begin = from_utc + first * period
        energy = KINDS[kind].energy_kwh
        planted.append(
            Disturbance(
                kind,
                meter.meter_id,
                begin,
                begin + KINDS[kind].periods * period,
                KINDS[kind].rule,
                energy(meter, period, rng) if energy else None,
                # Ahead of every clock that the replay shows, so ahead of the time it is received at, too.
                to_utc - begin + timedelta(hours=1) if kind == "jump" else timedelta(0),
            )
        )
    return sorted(planted, key=lambda each: (each.from_utc, each.meter_id))


def _expect_room(kinds: Sequence[str], meters: Sequence[Meter], period: timedelta, length: timedelta) -> None:
    unknown_kinds = sorted(set(kinds) - set(KINDS))
    if unknown_kinds:
        raise WrongDisturbanceError(
            f"`{unknown_kinds[0]}` is no disturbance that can be planted. Give some of {', '.join(KINDS)}."
        )
    if len(kinds) > len(meters):
        raise WrongDisturbanceError(
            f"{len(kinds)} disturbances need as many meters of consumption, and {len(meters)} are replayed. Plant less."
        )
    needed = max((KINDS[kind].periods for kind in kinds), default=0) * period * 5 // 4 + 2 * period
    if kinds and length < needed:
        raise WrongDisturbanceError(
            f"The replay lasts {length}, and what is to be planted needs {needed}. Replay more, or plant less."
        )

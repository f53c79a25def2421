"""Prepare the replay of a stretch of history: its messages, and what is planted in them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from wattlake.tasks.streaming.disturbances import Disturbance
from wattlake.tasks.streaming.planting import plant
from wattlake.tasks.streaming.replay import TOPIC, Due, messages
from wattlake.tasks.streaming.replayed import Meter, Reading


class NothingToReplayError(ValueError):
    """There are no readings of the stretch that is to be replayed."""


class History(Protocol):
    """Where readings come from: a lake, or a simulation."""

    def readings(self, from_utc: datetime, to_utc: datetime) -> Iterator[Reading]:
        """Give a stretch's readings in order of their starts."""

    def meters(self, from_utc: datetime, to_utc: datetime) -> list[Meter]:
        """List the meters that have readings in a stretch, with the most power that they had."""

    def shortest_period(self, from_utc: datetime, to_utc: datetime) -> timedelta | None:
        """Give the shortest period of a stretch's readings; none where there are none."""


@dataclass(frozen=True)
class Stretch:
    """What is replayed, and how.

    Attributes:
        from_utc: its start.
        to_utc: its end, excluded.
        shift: how much later all of it is said to be.
        step: length of the parts that readings are cut into; whole by default.
        disturb: kinds of disturbances, each as often as it is planted.
        disturbed_until_utc: by when what is planted is over; by the end where nothing is said.
        seed: of what is planted, and of how readings are cut.
        topic: that messages are sent to.
    """

    from_utc: datetime
    to_utc: datetime
    shift: timedelta = timedelta(0)
    step: timedelta | None = None
    disturb: Sequence[str] = ()
    disturbed_until_utc: datetime | None = None
    seed: int = 7
    topic: str = TOPIC

    def __post_init__(self) -> None:
        """Refuse days that are the wrong way round."""
        if self.to_utc <= self.from_utc:
            raise NothingToReplayError("Give the earlier day first: a replay is of the days from one to another.")


class Replay(NamedTuple):
    """Messages in order of time, and what was planted in them."""

    sequence: Iterator[Due]
    planted: list[Disturbance]


def prepare(history: History, stretch: Stretch) -> Replay:
    """Choose what is planted, and make the messages as they are asked for.

    Raises:
        NothingToReplayError: the history has no readings of the stretch.
        WrongDisturbanceError: what is to be planted cannot be.
    """
    bounds = stretch.from_utc, stretch.to_utc
    shortest = history.shortest_period(*bounds)
    if shortest is None:
        raise NothingToReplayError(
            f"There are no readings from {stretch.from_utc:%Y-%m-%d %H:%M} to {stretch.to_utc:%Y-%m-%d %H:%M} UTC. "
            "Name other days; `wattlake status` shows until when there are some."
        )
    planted = plant(
        stretch.disturb,
        history.meters(*bounds) if stretch.disturb else (),
        period=min(stretch.step or shortest, shortest),
        from_utc=stretch.from_utc + stretch.shift,
        to_utc=(stretch.disturbed_until_utc or stretch.to_utc) + stretch.shift,
        seed=stretch.seed,
    )
    readings = _shifted(history.readings(*bounds), stretch.shift)
    return Replay(messages(readings, planted, step=stretch.step, topic=stretch.topic, seed=stretch.seed), planted)


def shift_to(now: datetime, to_utc: datetime, *, seconds: float, grid: timedelta) -> timedelta:
    """Give the shift by which a replay of so many seconds, begun now, ends in its present.

    It keeps times on their grid, and never reaches into the future.
    """
    shift = now + timedelta(seconds=seconds) - to_utc
    return shift - shift % grid


def written(planted: Iterable[Disturbance]) -> str:
    """Write what was planted as JSON: kind, meter, times, and the rule of its alert."""
    rows = [
        {
            "kind": each.kind,
            "meter_id": each.meter_id,
            "from_utc": f"{each.from_utc:%Y-%m-%dT%H:%M:%SZ}",
            "to_utc": f"{each.to_utc:%Y-%m-%dT%H:%M:%SZ}",
            "rule": each.rule,
        }
        for each in planted
    ]
    return json.dumps(rows, indent=2) + "\n"


def _shifted(readings: Iterable[Reading], shift: timedelta) -> Iterator[Reading]:
    return (reading._replace(start_utc=reading.start_utc + shift) for reading in readings)

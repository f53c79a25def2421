"""What the community of ``wattlake live`` sends: the day before, quickly, then the present."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, count, dropwhile, takewhile

from wattlake.app.live.world import SEED, World
from wattlake.app.simulated_readings import HALF_HOUR
from wattlake.tasks.streaming.disturbances import KINDS, Disturbance
from wattlake.tasks.streaming.replay import Due
from wattlake.tasks.streaming.replaying import Replay, Stretch, prepare

STEP_BEFORE, STEP_NOW = timedelta(minutes=5), timedelta(seconds=10)
PLANTED_BEFORE, PLANTED_NOW = tuple(KINDS), ("impossible", "silent")


def day_before(world: World, now: datetime) -> Replay:
    """Prepare the day up to now in messages of five minutes, with one disturbance of each kind."""
    begun_utc = _half_hour_of(now, world)
    stretch = Stretch(
        world.from_utc, begun_utc + HALF_HOUR, step=STEP_BEFORE, disturb=PLANTED_BEFORE, disturbed_until_utc=begun_utc,
        seed=SEED, topic=_topic(world),
    )  # fmt: skip
    return prepare(world.history, stretch)


def until_it_meets(sequence: Iterator[Due], clock: Callable[[], datetime]) -> Iterator[Due]:
    """Give the messages of the past; by the time it comes to those of the present, end."""
    return takewhile(lambda due: due.at_utc <= clock(), sequence)


def present(world: World, clock: Callable[[], datetime], tell: Callable[[list[Disturbance]], object]) -> Iterator[Due]:
    """Give what is sent from now on, every ten seconds, with disturbances in each half-hour.

    Args:
        world: the community.
        clock: reads the time.
        tell: is told what is planted in a half-hour when that begins.
    """
    now = clock()
    first = _half_hour_of(now, world)

    def half_hours() -> Iterator[Iterator[Due]]:
        for number in count():
            start = first + number * HALF_HOUR
            stretch = Stretch(
                start, start + HALF_HOUR, step=STEP_NOW, disturb=PLANTED_NOW, seed=SEED + number, topic=_topic(world)
            )
            sequence, planted = prepare(world.history, stretch)
            tell(planted)
            yield sequence

    return dropwhile(lambda due: due.at_utc <= now, chain.from_iterable(half_hours()))


def _half_hour_of(now: datetime, world: World) -> datetime:
    """Give the start of the half-hour that has begun, on the grid of the community's readings."""
    return now - (now - world.from_utc) % HALF_HOUR


def _topic(world: World) -> str:
    return world.settings.stream.topics.named("energy_meters")[0]

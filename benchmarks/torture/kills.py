"""A lake's life under ``kill -9``: after each kill its promises are checked, the work is done again, and compared."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.torture.points import POINTS
from benchmarks.torture.promises import content
from benchmarks.torture.victims import Plug, in_a_process
from benchmarks.torture.works import WORKS
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

Content = dict[str, str]


@dataclass(frozen=True)
class Undisturbed:
    """The content after each work of a life that nobody disturbs, and the seconds each takes."""

    contents: list[Content]
    seconds: list[float]


@dataclass
class Kills:
    """What came of a life, or of many.

    Attributes:
        at: kills by the point at which they came; those at any time under ``at a random moment``.
        missed: points that a work ended without coming to.
        failures: what was not kept, a sentence each.
        seconds: from the first kill to the last comparison.
    """

    at: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.at.values())

    def add(self, point: str) -> None:
        """Count a kill."""
        self.at[point] = self.at.get(point, 0) + 1


def live(
    settings: Settings, folder: Path, undisturbed: Undisturbed, plug: Callable[[int], Plug | None]
) -> Iterator[Kills]:
    """Lead a lake through every work, from its making on, and pull a plug in each.

    Args:
        settings: of a lake that is not there yet.
        folder: for the files that are landed.
        undisturbed: what must come of it.
        plug: which one to pull in the work of a number.

    Yields:
        After each work, what came of the life so far.
    """
    kills, started = Kills(), perf_counter()
    for number, work in enumerate(WORKS):
        pulled = plug(number)
        where = f"{work.name}, killed {pulled.name}" if pulled else work.name
        if pulled:
            ended = in_a_process(settings, folder, number, pulled)
            if ended.was_killed:
                kills.add(pulled.name)
            elif pulled.point:
                kills.missed.append(where)
            kills.failures += [f"before {where}: {failure}" for failure in ended.said]
        ended = in_a_process(settings, folder, number)
        kills.failures += [f"after {where}: {failure}" for failure in ended.said]
        expected = undisturbed.contents[number]
        differing = sorted(table for table in expected if ended.content.get(table) != expected[table])
        kills.failures += [f"after {where}: {', '.join(differing)} differ"] if differing else []
        kills.seconds = perf_counter() - started
        yield kills


def undisturbed_life(settings: Settings, folder: Path) -> Undisturbed:
    """The content after each work, one after the other in this process."""
    lake, contents, seconds = Lake(settings), [], []
    for work in WORKS:
        started = perf_counter()
        work.do(lake, folder)
        seconds.append(perf_counter() - started)
        contents.append(content(lake, work.changes))
    lake.close()
    return Undisturbed(contents, seconds)


def named_points(kinds: Sequence[str], turn: int) -> list[Plug]:
    """For each work a point of its kind, in rotation, so that every point has its turn."""
    seen: dict[str, int] = dict.fromkeys(POINTS, turn)
    plugs = []
    for kind in kinds:
        plugs.append(Plug(POINTS[kind][seen[kind] % len(POINTS[kind])]))
        seen[kind] += 1
    return plugs


def any_plug(chance: random.Random, kind: str, seconds: float) -> Plug:
    """A point of a kind of work, or as often any moment of it."""
    if chance.random() < 0.5:
        return Plug(chance.choice(POINTS[kind]))
    return Plug(after_seconds=chance.uniform(0, seconds))

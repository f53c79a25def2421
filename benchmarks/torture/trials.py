"""The trials of ``make torture``: what is done, how often, on which catalog, and what went wrong."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter

from benchmarks.torture import contests
from benchmarks.torture.hands import ONE_SOURCE, SEVERAL_SOURCES, many_hands
from benchmarks.torture.kills import Kills, Undisturbed, any_plug, live, undisturbed_life
from benchmarks.torture.processes import warm
from benchmarks.torture.promises import broken_promises
from benchmarks.torture.readers import readers
from benchmarks.torture.sinks import killed_loads
from benchmarks.torture.works import WORKS
from harness.lake_community import stage_1
from harness.lake_steps import build_all
from harness.sink_ends import both_ends
from wattlake.lake.settings import Settings
from wattlake.lake.sinks.description import Sink
from wattlake.lake.store.lake import Lake

NewLake = Callable[[], Settings]
Said = Callable[[str], None]


@dataclass
class Trial:
    """One row of the table.

    Attributes:
        name: what was done.
        on: the catalog.
        count: how often, in ``unit``.
        seconds: how long it took.
        failures: what should not have been, a sentence each.
        details: counts by name, for the record.
    """

    name: str
    on: str
    count: int
    unit: str
    seconds: float
    failures: list[str]
    details: dict[str, int] = field(default_factory=dict)


def kill_lives(new_lake: NewLake, on: str, folder: Path, life: Undisturbed, kills: int, seed: int, say: Said) -> Trial:
    """Lead lakes through their lives, one after the other, until there were so many kills."""
    chance, came, started = random.Random(seed), Kills(), perf_counter()
    for number in count():
        settings, files = new_lake(), folder / f"files-{on}-{number}"
        plugs = [any_plug(chance, work.kind, seconds) for work, seconds in zip(WORKS, life.seconds, strict=True)]
        before = dict(came.at)
        for so_far in live(settings, files, life, plugs.__getitem__):
            came.at = {name: before.get(name, 0) + so_far.at.get(name, 0) for name in {*before, *so_far.at}}
            if came.count >= kills:
                break
        came.failures += [f"life {number} of seed {seed}: {failure}" for failure in so_far.failures]
        say(f"{came.count} of {kills} kills on {on}, {len(came.failures)} failures")
        if came.count >= kills:
            break
    return Trial(
        "kill -9, at named points and at any time", on, came.count, "kills", perf_counter() - started, came.failures,
        dict(sorted(came.at.items())),
    )  # fmt: skip


def hands_at_once(new_lake: NewLake, on: str, processes: int, commits: int) -> Iterator[Trial]:
    """Many hands, landing to one source and to several."""
    for name, sources in {"one source": ONE_SOURCE, "several sources": SEVERAL_SOURCES}.items():
        settings = made(new_lake())
        came = many_hands(settings, processes, commits, sources)
        failures = came.failures + promises_of(settings)
        title = f"{processes} processes × {commits} commits to {name}"
        yield Trial(title, on, came.commits, "commits", came.seconds, failures)


def contests_at_once(new_lake: NewLake, on: str, folder: Path, rounds: int) -> Trial:
    """The same at the same moment: lakes made, first builds, the same answers and files."""
    started, failures = perf_counter(), []
    for number in range(rounds):
        settings = new_lake()
        for contest in (contests.make_and_build, contests.land_the_same_answer, contests.land_the_same_file):
            codes = contests.at_once(contest, settings, folder / f"contest-{on}-{number}", 3)
            failures += [f"{contest.__name__}: a process ended with {code}" for code in codes if code != 0]
        failures += promises_of(settings, landings=8)
    name = "the same at the same moment by 3: made, first built, answers and files landed"
    return Trial(name, on, rounds, "rounds", perf_counter() - started, failures)


def readers_of_lives(new_lake: NewLake, on: str, folder: Path, life: Undisturbed, polls: int, say: Said) -> Trial:
    """Readers that poll while lakes are led through their lives, until they have polled so often."""
    started, seen, failures = perf_counter(), 0, []
    for number in count():
        settings = made(new_lake())
        with readers(settings, processes=3) as came:
            lived = warm().Process(target=undisturbed_life, args=(settings, folder / f"read-{on}-{number}"))
            lived.start()
            lived.join()
        seen += came.count
        failures += came.failures + ([f"the writer ended with {lived.exitcode}"] if lived.exitcode else [])
        failures += promises_of(settings)
        say(f"{seen} of {polls} polls on {on}, {len(failures)} failures")
        if seen >= polls or failures:
            break
    name = "readers polling an identity of three tables through whole lives"
    return Trial(name, on, seen, "polls", perf_counter() - started, failures)


def made(settings: Settings) -> Settings:
    """The settings of a lake that has been made now."""
    lake = Lake(settings)
    lake.create()
    lake.close()
    return settings


def promises_of(settings: Settings, landings: int | None = None) -> list[str]:
    """What a lake does not keep; with the landings it should have, where that is known."""
    lake = Lake(settings)
    broken = broken_promises(lake)
    ((count,),) = lake.reader().execute("select count(*) from ops.landing").fetchall()
    lake.close()
    return broken if landings in (None, count) else [*broken, f"there are {count} landings, not {landings}"]


def kill_loads(catalogs: Mapping[str, NewLake], folder: Path, kills: int, seed: int) -> Trial:
    """Kill loads of a sink in PostgreSQL, of a lake whose catalog is in SQLite."""
    lake = Lake(catalogs["SQLite"]())
    lake.create()
    stage_1(lake, folder / "loads")
    build_all(lake)
    lake.close()
    address = catalogs["PostgreSQL"]().catalog.get_secret_value()
    sink = {"name": "warehouse", "kind": "postgres", "address": address}
    described = Sink.model_validate(sink)
    came = killed_loads(lake.settings, sink, lambda of: both_ends(of, described), kills, seed)
    return Trial(
        "kill -9 of loads into PostgreSQL: the sink equals the lake", "SQLite", came.count, "kills", came.seconds,
        came.failures, dict(sorted(came.at.items())),
    )  # fmt: skip

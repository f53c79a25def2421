"""Loads of sinks under ``kill -9``: a sink holds all of a load or nothing of it, and then catches up."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import Any, TypeVar

from benchmarks.torture.kills import Kills
from benchmarks.torture.points import die
from benchmarks.torture.processes import await_end, start, warm
from wattlake.lake.settings import Settings
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.export import export
from wattlake.lake.sinks.tables import tables_of
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

Each = TypeVar("Each")
Contents = Mapping[str, str]
AT_ANY_TIME = "at a random moment"
HANGS_AFTER_SECONDS = 120
CHANGED = ("gold.energy_flow", "gold.energy_balance_daily")
"""The tables of which a day is changed before each load; both ends of the warehouse must agree on it."""


def killed_loads(
    settings: Settings, sink: Mapping[str, Any], contents: Callable[[Lake], tuple[Contents, Contents]], kills: int,
    seed: int = 0,
) -> Kills:  # fmt: skip
    """Change a lake and kill the load of a sink, again and again.

    Args:
        settings: of a lake that is built.
        sink: its description.
        contents: hashes the tables of the lake and those of the sink.
        kills: how many.
        seed: the same one chooses the same days and moments.
    """
    lake, chance, came, started = Lake(settings), random.Random(seed), Kills(), perf_counter()
    described = Sink.model_validate(sink)
    points = cycle([*map(str, range(1, len(tables_of(described)) + 1)), "before the commit", "after it", AT_ANY_TIME])
    seconds = _load_and_time(lake, described)
    while came.count < kills:
        before = contents(lake)[1]
        change_a_day(lake, chance)
        point = next(points)
        after_seconds = chance.uniform(0, 2 * seconds) if point == AT_ANY_TIME else None
        if not _killed(settings, sink, point, after_seconds):
            came.missed.append(point)
        came.add(point if not point.isdigit() else "between two tables")
        ours, theirs = contents(lake)
        if theirs not in (before, ours):
            came.failures.append(f"killed {point}: the sink is neither as it was nor as the lake is")
        _load_and_time(lake, described)
        ours, theirs = contents(lake)
        if theirs != ours:
            came.failures.append(f"after a kill {point}: {', '.join(t for t in ours if ours[t] != theirs[t])} differ")
    came.seconds = perf_counter() - started
    lake.close()
    return came


def change_a_day(lake: Lake, chance: random.Random) -> None:
    """Correct the consumption of a day, and move a zone."""
    days = lake.reader().execute("select distinct period_start_utc::date from gold.energy_flow order by all").fetchall()
    day, kwh = chance.choice(days)[0], f"{chance.randint(1, 999)}e-6"

    def correct(connection: Connection) -> None:
        for table in CHANGED:
            connection.execute(
                f"update {table} set consumption_kwh = consumption_kwh + {kwh}::decimal(18, 6) "
                f"where period_start_utc::date = date '{day}'"
            )
        connection.execute("update gold.zone set latitude = latitude + 0.001")

    lake.write(correct)


class _DiesAtItsRecord(Lake):
    """A lake whose load is killed once its sink has committed: only then is anything written here."""

    def write(self, *_: object, **__: object) -> Any:  # noqa: ANN401
        die()


def _killed(settings: Settings, sink: Mapping[str, Any], point: str, after_seconds: float | None) -> bool:
    process = warm().Process(target=_load, args=(settings, dict(sink), point))
    start(process)
    if after_seconds is not None:
        process.join(after_seconds)
        process.kill()
    code = await_end(process, HANGS_AFTER_SECONDS)
    return code == -9 or after_seconds is not None


def _load(settings: Settings, sink: dict[str, Any], point: str) -> None:
    lake = _DiesAtItsRecord(settings) if point == "after it" else Lake(settings)
    export(lake, Sink.model_validate(sink), "run", datetime.now(UTC), watch=partial(_watch, point=point))


def _watch(tables: Iterable[Each], _what: str, point: str) -> Iterator[Each]:
    for number, table in enumerate(tables, 1):
        yield table
        if str(number) == point:
            die()
    if point == "before the commit":
        die()


def _load_and_time(lake: Lake, sink: Sink) -> float:
    started = perf_counter()
    export(lake, sink, "run", datetime.now(UTC))
    return perf_counter() - started

"""Many hands: processes that land at the same moment, and what became of every one of their commits."""

from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from time import perf_counter

from benchmarks.torture.processes import warm
from harness.lake_steps import land_rows
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

ONE_SOURCE = ("energy_charts",)
SEVERAL_SOURCES = ("energy_charts", "open_meteo", "pvgis", "carbon_intensity")
COLUMN = {"energy_charts": "price", "open_meteo": "time", "pvgis": "time", "carbon_intensity": "from"}
GIVES_UP_AFTER_SECONDS = 3600


@dataclass(frozen=True)
class Hands:
    """What came of many hands: commits wanted, and those that were lost, doubled or failed."""

    commits: int
    lost: int
    doubled: int
    failed: int
    seconds: float

    @property
    def failures(self) -> list[str]:
        """What should not have been, a sentence each."""
        counts = {"lost": self.lost, "doubled": self.doubled, "failed": self.failed}
        return [f"{count} of {self.commits} commits {how}" for how, count in counts.items() if count]


def many_hands(settings: Settings, processes: int, commits_each: int, sources: tuple[str, ...]) -> Hands:
    """Let processes land answers at once, every one in a transaction of its own.

    Args:
        settings: of a lake that has been made and holds nothing.
        processes: how many.
        commits_each: how many answers each of them lands.
        sources: of which sources, in turn.
    """
    context, started = warm(), perf_counter()
    together = context.Barrier(processes)
    hands = [
        context.Process(target=_land, args=(settings, together, hand, commits_each, sources))
        for hand in range(processes)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(GIVES_UP_AFTER_SECONDS)
    seconds = perf_counter() - started
    lake = Lake(settings)
    wanted = processes * commits_each
    kept, doubled = _landings(lake), 0
    doubled += sum(count - 1 for count in kept.values())
    failed = sum(hand.exitcode != 0 for hand in hands)
    lake.close()
    return Hands(wanted, wanted - len(kept), doubled, failed, seconds)


def _land(settings: Settings, together: Barrier, hand: int, commits: int, sources: tuple[str, ...]) -> None:
    lake = Lake(settings)
    lake.reader().close()
    together.wait(GIVES_UP_AFTER_SECONDS)
    for number in range(commits):
        source = sources[(hand + number) % len(sources)]
        name = f"https://many.test/{hand}/{number}"
        assert land_rows(lake, source, name, [{COLUMN[source]: f"{hand}.{number}"}]) == 1
    lake.close()


def _landings(lake: Lake) -> dict[str, int]:
    """How often each landing is there, of those that have their row of bronze and a number of their own."""
    rows = " union all ".join(
        f"select '{source}' as source, _landing_id as landing_id, count(*) as found from bronze.{source} group by all"
        for source in COLUMN
    )
    landings = (
        lake.reader()
        .execute(
            f"""
        select name, count(*) from ops.landing inner join ({rows}) using (source, landing_id)
        where found = rows and rows = 1
        group by name
        """
        )
        .fetchall()
    )
    return dict(landings)

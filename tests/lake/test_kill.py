"""``kill -9`` at every named point of every kind of work: what was committed stays, and the next run completes.

Each work is killed on one of the two catalogs, in turn, and done undisturbed on the other; housekeeping, which has more
points than a life has works of it, on both. ``make torture`` kills every work of many lives on both.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.torture.kills import Kills, Undisturbed, live, named_points, undisturbed_life
from benchmarks.torture.points import POINTS
from benchmarks.torture.victims import Plug
from benchmarks.torture.works import WORKS
from wattlake.lake.settings import Settings

KINDS = [work.kind for work in WORKS]
KILLED_ON_BOTH = ("make", "maintain")


def plugs_in_turn() -> tuple[list[Plug | None], list[Plug | None]]:
    """The plugs of two lives: of each kind of work, one life has the even ones, the other the odd."""
    lives: tuple[list[Plug | None], list[Plug | None]] = ([], [])
    seen = Counter[str]()
    for kind, plug, another in zip(KINDS, named_points(KINDS, turn=2), named_points(KINDS, turn=5), strict=True):
        is_odd = bool(seen[kind] % 2)
        both = kind in KILLED_ON_BOTH
        lives[0].append(None if is_odd and not both else plug)
        lives[1].append(another if both else plug if is_odd else None)
        seen[kind] += 1
    return lives


def killed_life(settings: Settings, folder: Path, life: Undisturbed, plugs: list[Plug | None]) -> Kills:
    """What comes of a life in which these plugs are pulled."""
    return list(live(settings, folder, life, plugs.__getitem__))[-1]


@pytest.mark.postgres
@pytest.mark.timeout(1800)
def test_after_a_kill_at_every_point_every_promise_holds_and_every_table_is_that_of_an_undisturbed_life(
    tmp_path: Path, postgres_database: str
):
    life = undisturbed_life(Settings(data=str(tmp_path / "undisturbed")), tmp_path / "files")
    on_sqlite = Settings(data=str(tmp_path / "on-sqlite"))
    on_postgres = Settings(data=str(tmp_path / "on-postgres"), catalog=postgres_database)
    plugs = plugs_in_turn()
    with ThreadPoolExecutor(2) as both:
        lives = [
            both.submit(killed_life, on_sqlite, tmp_path / "files-1", life, plugs[0]),
            both.submit(killed_life, on_postgres, tmp_path / "files-2", life, plugs[1]),
        ]
        killed = [one.result() for one in lives]
    assert [kills.failures for kills in killed] == [[], []]
    assert [kills.missed for kills in killed] == [[], []]
    together = Counter(killed[0].at) + Counter(killed[1].at)
    assert together.total() == len(WORKS) + sum(kind in KILLED_ON_BOTH for kind in KINDS)
    named = {point.name for kind, points in POINTS.items() if kind != "make" for point in points}
    assert named <= together.keys()

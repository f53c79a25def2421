"""``kill -9`` at every named point of every kind of work: what was committed stays, and the next run completes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.torture.kills import Kills, Undisturbed, live, named_points
from benchmarks.torture.points import POINTS
from benchmarks.torture.works import WORKS
from wattlake.lake.settings import Settings

pytest_plugins = ("tests.support.lived",)

LANDINGS = [number for number, work in enumerate(WORKS) if work.kind in ("file", "answer")]
ON_POSTGRES = 22
"""So many of the works come to every kind of point on a PostgreSQL catalog; `make torture` does them all there, too."""
BRIEFLY = 13
"""So many of the works have each kind of work."""


def killed_life(settings: Settings, folder: Path, life: Undisturbed, turn: int, works: int) -> Kills:
    """What comes of a life in which a plug is pulled in every work, beginning with one of the points of its kind.

    Of the landings, in every second: the other life has the others.
    """
    spared = LANDINGS[turn % 2 :: 2]
    killed = [number for number in range(len(WORKS)) if number not in spared]
    plugs = dict(zip(killed, named_points([WORKS[number].kind for number in killed], turn), strict=True))
    return list(islice(live(settings, folder, life, plugs.get), works))[-1]


@pytest.mark.timeout(600)
def test_after_a_kill_in_each_kind_of_work_every_table_is_that_of_an_undisturbed_life(
    tmp_path: Path, life: Undisturbed
):
    killed = killed_life(Settings(data=str(tmp_path / "lake")), tmp_path / "files", life, turn=2, works=BRIEFLY)
    assert (killed.failures, killed.missed) == ([], [])
    kinds = {kind for kind, points in POINTS.items() if {point.name for point in points} & set(killed.at)}
    assert kinds == POINTS.keys()
    assert sum(killed.at.values()) == BRIEFLY - sum(number < BRIEFLY for number in LANDINGS[::2])


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(1800)
def test_after_forty_kills_every_promise_holds_and_every_table_is_that_of_an_undisturbed_life(
    tmp_path: Path, life: Undisturbed, postgres_database: str
):
    on_sqlite = Settings(data=str(tmp_path / "on-sqlite"))
    on_postgres = Settings(data=str(tmp_path / "on-postgres"), catalog=postgres_database)
    with ThreadPoolExecutor(2) as both:
        lives = [
            both.submit(killed_life, on_sqlite, tmp_path / "files-1", life, turn=2, works=len(WORKS)),
            both.submit(killed_life, on_postgres, tmp_path / "files-2", life, turn=5, works=ON_POSTGRES),
        ]
        killed = [one.result() for one in lives]
    assert [kills.failures for kills in killed] == [[], []]
    assert [kills.missed for kills in killed] == [[], []]
    together = Counter(killed[0].at) + Counter(killed[1].at)
    spared = sum(number < ON_POSTGRES for number in LANDINGS[1::2]) + len(LANDINGS[::2])
    assert together.total() == len(WORKS) + ON_POSTGRES - spared >= 38
    named = {point.name for kind, points in POINTS.items() if kind != "make" for point in points}
    assert named <= together.keys()

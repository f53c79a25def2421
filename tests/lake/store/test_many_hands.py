"""Many hands at once lose nothing, double nothing, and none of them fails.

Few hands, and each case once; ``WATTLAKE_TORTURE_FULL=1`` asks for many and for each case on both catalogs.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.torture import contests
from benchmarks.torture.hands import ONE_SOURCE, SEVERAL_SOURCES, many_hands
from benchmarks.torture.promises import broken_promises
from harness.lake_community import land_everything, stage_1, stage_2, stage_3
from harness.lake_steps import CALENDAR, build_all, hashes, hashes_of, select
from harness.short_calendar import calendar_of_one_year
from tests.support.full import IS_FULL
from tests.support.origins import AFTER_STAGE, SETTLED
from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.market.verification import broken_links
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

HANDS, COMMITS_EACH = (8, 4) if IS_FULL else (4, 3)
"""Processes that land at the same moment, and what each of them lands; `make torture` has 8 of 50, too."""

TRIGGERS = 20 if IS_FULL else 3
"""Processes that settle at the same moment."""

CATALOGS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
CATALOGS_AND_SOURCES = [
    pytest.param("sqlite", ONE_SOURCE, id="sqlite-one source"),
    pytest.param("postgres", SEVERAL_SOURCES, id="postgres-several sources", marks=pytest.mark.postgres),
    pytest.param("sqlite", SEVERAL_SOURCES, id="sqlite-several sources"),
    pytest.param("postgres", ONE_SOURCE, id="postgres-one source", marks=pytest.mark.postgres),
]


@pytest.fixture(params=CATALOGS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of an empty lake in a folder, its catalog in SQLite or PostgreSQL."""
    on_postgres = request.param == "postgres"
    return Settings(
        data=str(tmp_path / "lake"), catalog=request.getfixturevalue("postgres_database") if on_postgres else ""
    )


@pytest.fixture
def made(settings: Settings, new_lake: Callable[[Settings], Lake]) -> Settings:
    """The settings of a lake that was made."""
    new_lake(settings)
    return settings


@pytest.mark.long
@pytest.mark.parametrize(
    ("settings", "sources"),
    CATALOGS_AND_SOURCES[: None if IS_FULL else 2],
    indirect=["settings"],
)
def test_of_many_hands_commits_none_is_lost_doubled_or_failed(made: Settings, sources: tuple[str, ...]):
    came = many_hands(made, processes=HANDS, commits_each=COMMITS_EACH, sources=sources)
    assert (came.commits, came.lost, came.doubled, came.failed) == (HANDS * COMMITS_EACH, 0, 0, 0)
    lake = Lake(made)
    numbered = "select max(landing_id) = count(*) and min(landing_id) = 1 from ops.landing group by source"
    assert select(lake, numbered) == [(True,)] * len(sources), "numbers have no gaps"
    assert broken_promises(lake) == []
    lake.close()


def test_of_several_who_make_the_lake_at_once_all_find_it_whole(settings: Settings, tmp_path: Path):
    assert contests.at_once(contests.make, settings, tmp_path, processes=4) == [0] * 4
    lake = Lake(settings)
    held = "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'lake'"
    tables = {name for (name,) in select(lake, held) if ".lock_" not in name}
    assert tables == {name for name in contracts() if not is_view(name)}
    if settings.is_postgres:
        assert select(lake, "select count(*) from ops.lock_build") == [(1,)]
    lake.close()


@pytest.mark.parametrize(
    ("contest", "landings", "table", "rows"),
    [
        (contests.land_the_same_answer, 5, "bronze.energy_charts", 5),
        (contests.land_the_same_file, 3, "bronze.smart_meters", 960 + 959 + 958),
    ],
    ids=["answers", "files"],
)
def test_the_same_bytes_landed_at_the_same_moment_are_one_landing(
    made: Settings, tmp_path: Path, contest: contests.Contest, landings: int, table: str, rows: int
):
    assert contests.at_once(contest, made, tmp_path, processes=3) == [0] * 3
    lake = Lake(made)
    assert select(lake, "select count(*), max(landing_id) from ops.landing") == [(landings, landings)]
    assert select(lake, f"select count(*) from {table}") == [(rows,)]
    assert broken_promises(lake) == []
    archived = [name for name in Storage(made).names("landing") if "/register/" not in name]
    assert len(archived) == landings
    lake.close()


@pytest.mark.parametrize("settings", CATALOGS if IS_FULL else CATALOGS[:1], indirect=True)
def test_two_first_builds_at_once_make_what_one_would(
    made: Settings, tmp_path: Path, undisturbed: dict[str, str], calendar: dict[str, str]
):
    lake = Lake(made)
    land_everything(lake, tmp_path)
    lake.close()
    assert contests.at_once(contests.make_and_build, made, tmp_path, processes=2) == [0, 0]
    assert hashes(lake) == undisturbed
    assert hashes_of(lake, CALENDAR) == calendar
    assert build_all(lake, "nothing new") == []
    lake.close()


@pytest.mark.long
def test_two_builds_at_once_make_what_one_would(
    made: Settings, tmp_path: Path, undisturbed: dict[str, str], copied_lake: Callable[[str], Lake]
):
    """On SQLite after a first build, which is contested above."""
    lake = Lake(made) if made.is_postgres else copied_lake(AFTER_STAGE[1])
    for stage in (stage_1, stage_2, stage_3)[0 if made.is_postgres else 1 :]:
        stage(lake, tmp_path)
        lake.close()
        assert contests.at_once(contests.build_what_is_new, lake.settings, tmp_path, processes=2) == [0, 0]
    assert hashes(lake) == undisturbed
    assert broken_promises(lake) == []
    assert build_all(lake, "nothing new") == []
    lake.close()


@pytest.mark.timeout(900)  # Seconds: on few cores twenty processes take their time.
def test_the_same_settlement_triggered_many_times_at_once_is_one(
    made: Settings, tmp_path: Path, copied_lake: Callable[[str], Lake]
):
    lake = Lake(made) if made.is_postgres else copied_lake(AFTER_STAGE[1])
    if made.is_postgres:
        stage_1(lake, tmp_path)
        with calendar_of_one_year():
            build_all(lake)
    lake.close()
    assert contests.at_once(contests.settle_what_is_new, lake.settings, tmp_path, processes=TRIGGERS) == [0] * TRIGGERS
    assert select(lake, "select count(*), max(version) from gold.settled_slot") == [(48, 1)]
    assert list(broken_links(lake.reader())) == []
    chain = "select settlement_id, sha256 from ops.settlement order by all"
    assert len(select(lake, chain)) == 2
    assert select(lake, chain) == select(copied_lake(SETTLED), chain)
    lake.close()

"""Answers of a described service go to the lake question by question, whatever happens in between."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harness.lake_steps import select
from harness.services import PROJECT
from tests.support.local_service import Question, Reply, Service, serving
from tests.support.project_folder import project_folder, write
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.backfill import backfill
from wattlake.tasks.landing.failures import PartlyLandedError, QuestionsFailedError
from wattlake.tasks.landing.land import land
from wattlake.tasks.landing.missing_days import missing_days
from wattlake.tasks.sources import in_order

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)
FILE = """
kind = "rest"
licence = "ours"
url = "{url}/x?day={{from:%Y-%m-%d}}"
final_after_days = 1
days_ahead = 1
rate = {{ calls = 1000 }}
retries = {{ attempts = 2 }}
row = "One row is a quarter of an hour."
[columns.moment]
type = "text"
meaning = "When"
[columns.kwh]
type = "decimal(18, 6)"
unit = "kWh"
meaning = "How much"
"""
LANDED = "select _landing_id, moment, kwh::varchar from bronze.pump order by all"


def two_rows(question: Question) -> Reply:
    day = question.query["day"]
    return Reply(json.dumps([{"moment": f"{day}T00:00Z", "kwh": 0.25}, {"moment": f"{day}T00:15Z", "kwh": 1}]))


TIME = 'time = { format = "%Y-%m-%dT%H:%MZ", zone = "UTC", label = "start", period_minutes = 15 }'
KINDS = {
    "zones": (
        'columns = { member_id = "moment", zone = "kwh" }\n'
        'always = { valid_from = "2026-01-01", latitude = "48", longitude = "11", meter_id = "M" }',
        "members",
    ),
    "roofs": (
        'columns = { plant_id = "A", panel_id = "P", datetime = "moment", ac_power = "kwh" }\n'
        f'power.unit = "kW"\n{TIME}',
        "inverters",
    ),
    "masts": (
        f'columns = {{ datetime = "moment", wind = "kwh" }}\nalways.zone = "north"\n{TIME}\nweather.wind_unit = "m/s"',
        "weather",
    ),
}
"""A mapping for rows of each kind, and the source that takes them."""


class Scripted:
    """Answers as it is told for a day, and else as usual."""

    def __init__(self) -> None:
        self.special: dict[str, Callable[[Question], Reply]] = {}

    def __call__(self, question: Question) -> Reply:
        return self.special.get(question.query.get("day", ""), two_rows)(question)


@pytest.fixture(scope="module")
def script() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def service(script: Scripted) -> Iterator[Service]:
    with serving(script, host="127.0.0.2") as running:  # An address of this machine whose calls are limited.
        yield running


@pytest.fixture(scope="module")
def project(service: Service, tmp_path_factory) -> Iterator[Path]:
    with project_folder(tmp_path_factory.mktemp("project"), {"sources/pump.toml": FILE.format(url=service.url)}) as it:
        yield it


@pytest.fixture(scope="module")
def lake(project: Path) -> Iterator[Lake]:
    lake = Lake(Settings(data=str(project / "lake")))
    lake.create()
    yield lake
    lake.close()


@pytest.fixture(autouse=True)
def afresh(lake: Lake, service: Service, script: Scripted) -> None:
    """Each test begins with no landing of the source."""
    script.special.clear()
    service.asked.clear()
    lake.write(
        lambda connection: (
            connection.execute("delete from bronze.pump; delete from ops.landing; delete from ops.refusal") and None
        )
    )


def land_days(lake: Lake, now_utc: datetime = NOW, *, again: bool = False) -> None:
    list(land(lake, "pump", FIRST, LAST, now_utc, "run-1", again=again))


def days(service: Service) -> list[str]:
    return [question.query["day"][-2:] for question in service.asked]


def test_rows_land_in_a_table_of_their_own_once_with_what_was_asked_and_under_which_terms(lake, service):
    land_days(lake)
    assert select(lake, LANDED) == [
        (number, f"2026-03-0{number}T00:{minute}Z", kwh)
        for number in (1, 2, 3)
        for minute, kwh in (("00", "0.250000"), ("15", "1.000000"))
    ]
    registered = (
        "select source, name, rows, licence, archive_path like '%.json.zst' from ops.landing order by landing_id"
    )
    assert select(lake, registered) == [
        ("pump", f"{service.url}/x?day=2026-03-0{number}", 2, "ours", True) for number in (1, 2, 3)
    ]
    land_days(lake)
    assert days(service) == ["01", "02", "03"], "they are final, and not asked for again"
    land_days(lake, again=True)
    assert (days(service)[3:], len(select(lake, LANDED))) == (["01", "02", "03"], 6)


def test_an_answer_that_may_still_change_is_asked_for_until_it_is_final(lake, service, script):
    land_days(lake, datetime(2026, 3, 3, 12, tzinfo=UTC))
    script.special["2026-03-03"] = lambda _: Reply('[{"moment": "2026-03-03T00:00Z", "kwh": 7}]')
    land_days(lake, datetime(2026, 3, 4, 12, tzinfo=UTC))
    assert days(service) == ["01", "02", "03", "04", "02", "03"]
    assert [row[2] for row in select(lake, LANDED)][8:] == ["7.000000"]


@pytest.mark.parametrize("reply", [Reply("[]"), Reply("too early", status=404)], ids=["nothing", "refused"])
def test_a_day_to_come_of_which_nothing_is_known_is_no_failure_and_is_asked_for_again(lake, service, script, reply):
    script.special["2026-03-03"] = lambda _: reply
    for hour in (9, 10):
        land_days(lake, datetime(2026, 3, 2, hour, tzinfo=UTC))
    assert days(service) == ["01", "02", "03", "01", "02", "03"]
    script.special.clear()
    land_days(lake, datetime(2026, 3, 2, 11, tzinfo=UTC))
    assert sorted({row[1][:10] for row in select(lake, LANDED)}) == ["2026-03-01", "2026-03-02", "2026-03-03"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply('[{"moment": "2026-03-02T00:00Z", "kWh": 1}]'), "`kwh` in each row, as the column `kwh`"),
        (Reply('[{"moment": "2026-03-02T00:00Z", "kwh": "1,5"}]'), "got rows that do not fit bronze.pump"),
        (Reply('{"message": "sorry"}'), "a list of rows"),
        (Reply("<html>", status=403), "got status 403 with `<html>`"),
        (Reply("gone", status=404), "got status 404 with `gone`"),
    ],
    ids=["a renamed field", "a text for a number", "a message", "forbidden", "refused"],
)
def test_one_question_without_a_usable_answer_leaves_the_others_landed(lake, service, script, reply, said):
    script.special["2026-03-02"] = lambda _: reply
    with pytest.raises(PartlyLandedError) as error:
        land_days(lake)
    assert said in str(error.value)
    assert (days(service), [row[0] for row in select(lake, LANDED)]) == (["01", "02", "03"], [1, 1, 2, 2])
    assert missing_days(lake, "pump", FIRST, LAST, NOW) == [date(2026, 3, 2)]


def test_a_connection_that_drops_midway_and_a_busy_service_are_asked_again(lake, service, script):
    trouble = {
        "2026-03-01": Reply('[{"moment": "2026', promised=900),
        "2026-03-02": Reply("busy", status=429, headers={"Retry-After": "1"}),
    }

    def once(question: Question) -> Reply:
        return trouble.pop(question.query["day"], None) or two_rows(question)

    script.special = dict.fromkeys([*trouble], once)
    started = time.monotonic()
    land_days(lake)
    assert (days(service), len(select(lake, LANDED))) == (["01", "01", "02", "02", "03"], 6)
    assert time.monotonic() - started >= 1.9, "a second for each: of the back-off, and as the service asked"


def test_a_service_that_stays_away_is_left_alone_after_as_many_attempts_as_the_file_says(lake, service, script):
    script.special["2026-03-01"] = lambda _: Reply(status=503, headers={"Retry-After": "0"})
    with pytest.raises(QuestionsFailedError, match="It was asked 2 times"):
        land_days(lake)
    assert days(service) == ["01", "01"], "a service without an answer is asked nothing more"


def test_rows_of_each_kind_are_cells_of_the_mapping_that_is_stored_with_them(lake, service, project):
    """Members, plants and weather, as readings and prices; the register comes before those who ask for its zones."""
    address = FILE.format(url=service.url).split("row =")[0]
    files = {f"sources/{name}.toml": f"{address}[mapping]\n{mapping}\n" for name, (mapping, _) in KINDS.items()}
    write(project, files)
    try:
        assert in_order(["open_meteo", *KINDS])[-1] == "open_meteo"
        for name, (_, target) in KINDS.items():
            list(land(lake, name, FIRST, FIRST, NOW, "run-1"))
            landed = f"select line, json_extract_string(cells, 'kwh') from bronze.{target} order by line"
            assert select(lake, landed) == [(1, "0.25"), (2, "1")]
        registered = "select mapping, source, stored.content from ops.landing inner join ops.mapping as stored"
        stored = select(lake, f"{registered} on mapping = stored.name order by all")
        assert {(mapping, source) for mapping, source, _ in stored} == {(name, to) for name, (_, to) in KINDS.items()}
    finally:
        for path in files:
            (project / path).unlink()


def test_calls_keep_below_the_rate_of_the_file(lake, service, project):
    limited = FILE.format(url=service.url).replace("rate = { calls = 1000 }", "rate = { calls = 2, seconds = 1 }")
    write(project, {"sources/pump.toml": limited})
    started = time.monotonic()
    try:
        land_days(lake)
    finally:
        write(project, {"sources/pump.toml": FILE.format(url=service.url)})
    assert time.monotonic() - started >= 0.9
    assert len(service.asked) == 3


STEP = """
import sys
from datetime import UTC, date, datetime
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.backfill import backfill
lake = Lake(Settings(data=sys.argv[1]))
list(backfill(lake, "pump", date(2026, 3, 1), date(2026, 3, 9), datetime(2026, 3, 10, 12, tzinfo=UTC), "run-2"))
"""


def test_a_backfill_that_is_killed_goes_on_where_it_was(lake, service, script, project):
    """The process ends while the answer for 5 March is on its way."""
    running: list[subprocess.Popen] = []

    def kill(_: Question) -> Reply:
        running[0].send_signal(signal.SIGKILL)
        return Reply("[]")

    script.special["2026-03-05"] = kill
    environment = os.environ | {"WATTLAKE_PROJECT": str(project), "PYTHONPATH": str(PROJECT)}
    running.append(subprocess.Popen([sys.executable, "-c", STEP, str(project / "lake")], env=environment))
    assert running[0].wait(timeout=60) == -signal.SIGKILL
    script.special.clear()
    assert [row[0] for row in select(lake, LANDED)] == [1, 1, 2, 2, 3, 3, 4, 4]
    service.asked.clear()
    steps = list(backfill(lake, "pump", FIRST, date(2026, 3, 9), NOW, "run-3"))
    assert days(service) == ["05", "06", "07", "08", "09"]
    assert sum(step.rows for step in steps) == 10
    assert len({row[1] for row in select(lake, LANDED)}) == len(select(lake, LANDED)) == 18

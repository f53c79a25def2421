"""The described services of ``examples/sources``, against answers in their forms: from the file to silver.

The forms are those that the services document; the values are made up.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import select
from harness.services import PROJECT
from tests.support.local_service import Question, Reply, Service, serving
from tests.support.project_folder import project_folder
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.relanding import reland_all

EXAMPLES = PROJECT / "examples/sources"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))
NOW = ("--now", "2026-03-17T15:00")
MPAN = "1200000000001"


def is_about(question: Question) -> bool:
    """Say whether a question of Octopus's form is about 4 March."""
    return question.query["period_from"] <= "2026-03-04T00:00:00Z" < question.query["period_to"]


def octopus(question: Question) -> Reply:
    """Half-hours of 4 March, in three pages; a meter that was read up to 20:00."""
    page = int(question.query.get("page", 1))
    first = datetime(2026, 3, 4, tzinfo=UTC)
    starts = [first + number * timedelta(minutes=30) for number in range(40)] if is_about(question) else []
    rows = [
        {
            "consumption": None if number == 39 else 0.063 + number / 1000,
            "interval_start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "interval_end": f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}",
        }
        for number, start in enumerate(starts)
    ][(page - 1) * 16 : page * 16]
    query = f"?page={page + 1}&period_from={question.query['period_from']}&period_to={question.query['period_to']}"
    link = f"http://{question.headers['Host']}{question.path}{query}" if page * 16 < len(starts) else None
    return Reply(json.dumps({"count": len(starts), "next": link, "previous": None, "results": rows}))


ACKNOWLEDGEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
  <mRID>0b1</mRID><createdDateTime>2026-03-05T15:00:00Z</createdDateTime>
  <Reason><code>999</code><text>No matching data found for Data item Day-ahead Prices [12.1.D]</text></Reason>
</Acknowledgement_MarketDocument>"""
PRICES = """<?xml version="1.0" encoding="UTF-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
  <mRID>f3a</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-03-05T15:00:00Z</createdDateTime>
  <period.timeInterval><start>2026-03-03T23:00Z</start><end>2026-03-04T23:00Z</end></period.timeInterval>
  <TimeSeries>
    <mRID>1</mRID><auction.type>A01</auction.type><businessType>A62</businessType>
    <in_Domain.mRID codingScheme="A01">10Y1001A1001A82H</in_Domain.mRID>
    <out_Domain.mRID codingScheme="A01">10Y1001A1001A82H</out_Domain.mRID>
    <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
    <curveType>A03</curveType>
    <Period>
      <timeInterval><start>2026-03-03T23:00Z</start><end>2026-03-04T23:00Z</end></timeInterval>
      <resolution>PT15M</resolution>
      <Point><position>1</position><price.amount>81.25</price.amount></Point>
      <Point><position>5</position><price.amount>-3.1</price.amount></Point>
      <Point><position>96</position><price.amount>120</price.amount></Point>
    </Period>
  </TimeSeries>
</Publication_MarketDocument>"""


def entsoe(question: Question) -> Reply:
    is_known = question.query["periodStart"] <= "202603040000" < question.query["periodEnd"]
    return Reply(PRICES if is_known and question.query["documentType"] == "A44" else ACKNOWLEDGEMENT)


def elering(question: Question) -> Reply:
    """A price an hour of 4 March, in all four countries."""
    first = int(datetime(2026, 3, 4, tzinfo=UTC).timestamp())
    is_known = question.query["start"] <= "2026-03-04" < question.query["end"]
    prices = [{"timestamp": first + hour * 3600, "price": 40.5 + hour} for hour in range(24 if is_known else 0)]
    return Reply(json.dumps({"success": True, "data": dict.fromkeys(("ee", "fi", "lv", "lt"), prices)}))


OPENED_BY = {
    "octopus": lambda question: question.headers.get("Authorization") == "Basic c2tfbGl2ZV9hYmM6",
    "entsoe": lambda question: question.query.get("securityToken") == "7f00-1b",
    "elering": lambda question: True,
}


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, Service]]:
    """Each service, which lets nobody in without what opens it."""

    def guarded(name, answer):
        return lambda question: answer(question) if OPENED_BY[name](question) else Reply("Unauthorized", status=401)

    answers = {"octopus": octopus, "entsoe": entsoe, "elering": elering}
    with ExitStack() as running:
        yield {name: running.enter_context(serving(guarded(name, answer))) for name, answer in answers.items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch, services, use_lake) -> Iterator[Path]:
    """A project folder with the examples, as they are, and the keys in the environment."""
    for name, service in services.items():
        monkeypatch.setenv(f"WATTLAKE_URL__{name.upper()}", service.url)
        service.asked.clear()
    monkeypatch.setenv("OCTOPUS_KEY", "sk_live_abc")
    monkeypatch.setenv("ENTSOE_TOKEN", "7f00-1b")
    files = {f"sources/{name}.toml": (EXAMPLES / f"{name}.toml").read_text("utf-8") for name in NAMES}
    with project_folder(tmp_path / "project", files):
        yield use_lake(tmp_path / "lake")


def look(folder: Path, sql: str) -> list[tuple]:
    lake = Lake(Settings(data=str(folder)), read_only=True)
    rows = select(lake, sql)
    lake.close()
    return rows


def test_each_example_lands_its_rows_once_and_they_are_read(folder, wattlake, services):
    assert NAMES == ["elering", "entsoe", "octopus"]
    wanted = ("ingest", *NAMES, "--from", "2026-03-04", "--to", "2026-03-04", *NOW)
    landed = wattlake(*wanted)
    assert landed.code == 0
    assert "bronze.prices: 120 rows landed." in landed.out
    assert "bronze.smart_meters: 40 rows landed." in landed.out
    assert wattlake("build").code == 0
    readings = "select meter_id, count(*), min(period_start_utc)::varchar, sum(energy_kwh) from silver.meter_reading"
    assert [tuple(map(str, row)) for row in look(folder, f"{readings} group by all")] == [
        (MPAN, "39", "2026-03-04 00:00:00", "3.198000")
    ]
    aside = "select quarantine_reason, count(*) from quarantine.meter_reading group by all"
    assert look(folder, aside) == [("no value", 1)]
    prices = """
        select bidding_zone, period_minutes, count(*), min(period_start_utc)::varchar, sum(spot_eur_per_mwh)::varchar
        from silver.listed_price group by all order by all
    """
    assert look(folder, prices) == [
        ("DE-LU", 15, 96, "2026-03-03 23:00:00", "162.9000"),
        ("EE", 60, 24, "2026-03-04 00:00:00", "1248.0000"),
    ]
    names = [name for (name,) in look(folder, "select name from ops.landing")]
    archive = b"".join(path.read_bytes() for path in (folder / "landing").rglob("*") if path.is_file())
    for secret in ("sk_live_abc", "7f00-1b", "c2tfbGl2ZV9hYmM6"):
        assert not [name for name in names if secret in name]
        assert secret.encode() not in archive
        assert secret not in landed.out
    asked = {name: len(service.asked) for name, service in services.items()}
    again = wattlake(*wanted)
    assert (again.code, look(folder, "select count(*) from ops.landing")) == (0, [(3,)])
    assert asked == {name: len(service.asked) for name, service in services.items()}, "the answers are final"


@pytest.mark.long
def test_the_past_is_filled_day_by_day_and_a_lake_that_is_lost_comes_back(folder, wattlake, tmp_path):
    wanted = ("backfill", "octopus", "--from", "2026-03-01", "--to", "2026-03-14", "--now", "2026-03-31T00:00")
    assert "octopus: asked for 14 of 14 days; 40 rows landed." in wattlake(*wanted).out
    assert "octopus: none of the 14 days is missing; nothing was asked." in wattlake(*wanted).out
    lost, rows = Lake(Settings(), read_only=True), "select * from {} order by all"
    tables = ("bronze.smart_meters", "ops.landing", "ops.mapping")
    before = [select(lost, rows.format(table)) for table in tables]
    new = Lake(Settings(data=str(tmp_path / "new")))
    new.create()
    faults = [step.faults for _, step in reland_all(new, Storage(lost.settings))]
    assert [select(new, rows.format(table)) for table in tables] == before
    assert [len(each) for each in before] == [40, 2, 1]
    assert set(faults) == {()}

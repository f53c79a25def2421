"""An inbox may be anywhere: what is new in it is landed once, however often and wherever one looks."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import fsspec
import pytest

from harness.lake_steps import METER_HEADER, day_of_readings
from wattlake.lake.landing.listing import Place
from wattlake.lake.settings import Settings, WrongSettingError
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing import elsewhere
from wattlake.tasks.landing.land import land

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = date(2026, 1, 1)
MAPPING = """
name = "{name}"
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "%Y-%m-%d %H:%M"
zone = "UTC"
label = "start"
period_minutes = 60
[energy]
unit = "{unit}"
"""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch) -> None:
    """Files of these tests are whole when they appear, unless one says otherwise."""
    monkeypatch.setattr(elsewhere, "SECONDS_BETWEEN_LOOKS", 0)


class Inbox:
    """An inbox that is written to."""

    def __init__(self, address: str, **options: str) -> None:
        self.address = address
        self.files, base = fsspec.url_to_fs(address, **options)
        self.base = base

    def put(self, name: str, content: str) -> None:
        path = f"{self.base}/{name}"
        self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.files.pipe_file(path, content.encode())


@pytest.fixture(params=["memory", "file", "azurite"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Inbox:
    """An empty inbox at each kind of place."""
    match request.param:
        case "memory":
            return Inbox(f"memory://inbox-{uuid.uuid4().hex}/meters")
        case "file":
            return Inbox(f"file://{tmp_path}/inbox")
        case _:
            string = request.getfixturevalue("azurite")
            return Inbox(f"az://{request.getfixturevalue('azure_container')}/meters", connection_string=string)


@pytest.fixture
def lake(inbox: Inbox, request: pytest.FixtureRequest, tmp_path: Path, new_lake: Callable[[Settings], Lake]) -> Lake:
    """An empty lake whose meters' inbox is there."""
    settings = Settings(
        data=str(tmp_path / "lake"),
        catalog=str(tmp_path / "catalog.sqlite"),
        smart_meters=inbox.address,
        azure_connection_string=request.getfixturevalue("azurite") if inbox.address.startswith("az:") else None,
    )
    lake = new_lake(settings)
    lake.create()
    return lake


def csv(meter: str, day: int = 1) -> str:
    return "\n".join([METER_HEADER, *day_of_readings(meter, date(2026, 1, day))]) + "\n"


def landed(lake: Lake) -> int:
    return sum(step.rows for step in land(lake, "smart_meters", DAY, DAY, NOW, "run-1"))


def names(lake: Lake) -> list[tuple[str, int]]:
    return lake.reader().execute("select name, rows from ops.landing order by landing_id").fetchall()


def test_each_file_is_taken_once_and_again_when_it_has_changed(inbox: Inbox, lake: Lake, monkeypatch):
    inbox.put("a.csv", csv("A"))
    inbox.put("deep/er/b.csv", csv("B"))
    inbox.put(".hidden/c.csv", csv("C"))
    assert landed(lake) == 96
    fetched: list[str] = []
    fetch = Place.fetch
    monkeypatch.setattr(Place, "fetch", lambda self, name, to: (fetched.append(name), fetch(self, name, to)))
    assert (landed(lake), fetched) == (0, []), "what was taken is not even read"
    inbox.put("a.csv", csv("A", day=2))
    inbox.put("copy.csv", csv("B"))
    assert landed(lake) == 48
    assert sorted(fetched) == ["a.csv", "copy.csv"], "the same bytes under another name are read, and no landing"
    assert (landed(lake), len(fetched)) == (0, 2)
    assert names(lake) == [("a.csv", 48), ("b.csv", 48), ("a.csv", 48)]


def test_mappings_hold_for_the_files_below_them_and_their_change_counts(inbox: Inbox, lake: Lake):
    inbox.put("x/mapping.toml", MAPPING.format(name="theirs", unit="kWh"))
    inbox.put("x/y/readings.txt", "m,t,v\nM,2026-01-01 00:00,1\n")
    inbox.put("other.csv", csv("A"))
    assert landed(lake) == 49
    inbox.put("x/mapping.toml", MAPPING.format(name="theirs", unit="Wh"))
    assert landed(lake) == 0, "the file is the same"
    (content,) = lake.reader().execute("select content from ops.mapping").fetchone()
    assert 'unit = "Wh"' in content
    assert landed(lake) == 0


def test_a_file_that_cannot_be_read_is_told_by_its_address_and_tried_again(inbox: Inbox, lake: Lake):
    inbox.put("good.csv", csv("A"))
    inbox.put("bad.csv", "nothing,of,meters\n1,2,3\n")
    with pytest.raises(ValueError, match=rf"^48 rows were landed, but not all: {inbox.address}/bad\.csv ") as refused:
        try:
            landed(lake)
        except RuntimeError as error:
            raise ValueError(str(error)) from error
    assert "wattlake-inbox-" not in str(refused.value)
    with pytest.raises(ValueError, match=rf"^{inbox.address}/bad\.csv "):
        landed(lake)
    inbox.put("bad.csv", csv("B"))
    assert landed(lake) == 48


@pytest.mark.parametrize("inbox", ["file"], indirect=True)
def test_a_file_that_somebody_writes_to_is_left_to_the_next_time(inbox: Inbox, lake: Lake, monkeypatch, caplog):
    whole = csv("B")
    inbox.put("a.csv", csv("A"))
    inbox.put("b.csv", whole[:300])
    monkeypatch.setattr(elsewhere, "sleep", lambda _seconds: inbox.put("b.csv", whole))
    assert landed(lake) == 48
    assert f"{inbox.address}/b.csv is being written to; the next ingest takes it" in caplog.text
    monkeypatch.undo()
    monkeypatch.setattr(elsewhere, "SECONDS_BETWEEN_LOOKS", 0)
    assert (landed(lake), names(lake)) == (48, [("a.csv", 48), ("b.csv", 48)])


@pytest.mark.parametrize("inbox", ["memory"], indirect=True)
def test_a_place_that_is_not_there_is_told(inbox: Inbox, lake: Lake):
    with pytest.raises(ValueError, match=rf"^There is no folder at {inbox.address}\. Make it, or correct"):
        landed(lake)


@pytest.mark.parametrize("inbox", ["memory"], indirect=True)
def test_pages_are_of_bounded_length(inbox: Inbox, lake: Lake, monkeypatch):
    monkeypatch.setattr("wattlake.lake.landing.listing.PAGE_FILES", 2)
    monkeypatch.setattr("wattlake.tasks.landing.elsewhere.BATCH_FILES", 2)
    for number in range(5):
        inbox.put(f"{number}.csv", csv(str(number)))
    assert [len(page) for page in Place(lake.settings, inbox.address).pages()] == [2, 2, 1]
    assert landed(lake) == 240
    assert lake.reader().execute("select count(*) from ops.taken_file").fetchall() == [(5,)]


def test_an_inbox_holds_no_credentials_and_is_at_a_place_of_files():
    with pytest.raises(WrongSettingError, match="holds no credentials"):
        Settings(members="sftp://user:secret@host/in")
    with pytest.raises(WrongSettingError, match="holds no credentials") as refused:
        Settings(inbox={"weather": "sftp://user:secret@host/in"})
    assert "secret" not in str(refused.value)
    with pytest.raises(WrongSettingError, match="`postgresql://…` is no address this can be at"):
        Settings(members="postgresql://host/in")

"""``wattlake quality`` and ``wattlake quarantine``."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from wattlake.lake.contracts import contracts
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FAULT = (
    "b/1', max(checked_at_utc) + interval 1 hour, 'a <b> ge 0', 'gold.zone', '{severity}', 9, 2, '[{keys}]', 'validity"
)
KEYS = ", ".join(f'{{"zone": "<script>{number}</script>"}}' for number in range(7))


@pytest.fixture
def plant() -> Callable[[str], None]:
    """A function that records what a check of a newer build found."""

    def record(severity: str) -> None:
        fault = FAULT.format(severity=severity, keys=KEYS)
        lake = Lake(Settings())
        lake.write(
            lambda connection: connection.execute(
                f"insert into ops.check_result select '{fault}' from ops.check_result"
            )
        )
        lake.close()

    return record


def test_quality_of_a_good_build_lists_every_table_and_ends_well(wattlake, lake_to_look_at):
    said = wattlake("quality")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert sum(line.startswith(tuple(contracts())) for line in lines) >= len(contracts())
    assert re.fullmatch(
        r"The last build, on 2026-06-22 00:00 UTC, passed every check that guards the tables\.", lines[-1]
    )


def test_quality_shows_what_failed_first_with_its_keys_and_is_1(wattlake, lake_to_change, plant):
    plant("fail")
    said = wattlake("quality")
    assert said.code == 1
    assert (
        said.err == "Error: The last build, on 2026-06-22 01:00 UTC, was rolled back. It broke gold.zone: a <b> ge 0.\n"
    )
    assert said.out.splitlines()[4].split()[0] == "gold.zone"
    told = said.out.partition("fail  gold.zone: a <b> ge 0. 2 of 9, on 2026-06-22 01:00 UTC\n")[2].splitlines()
    assert [json.loads(line) for line in told[:5]] == json.loads(f"[{KEYS}]")[:5]


def test_status_tells_of_a_build_that_was_rolled_back(wattlake, lake_to_change, plant):
    plant("fail")
    said = wattlake("status")
    assert said.code == 1
    assert "The last build broke gold.zone: a <b> ge 0. `wattlake quality` shows the failing rows." in said.err


def test_quality_with_something_unlikely_ends_well(wattlake, lake_to_change, plant):
    plant("warn")
    said = wattlake("quality")
    assert (said.code, said.err) == (0, "")
    assert "warn  gold.zone: a <b> ge 0. 2 of 9" in said.out


class Page(HTMLParser):
    """What a page loads from elsewhere, which tags it has, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_for_itself_and_shows_text_as_text(wattlake, lake_to_change, plant, tmp_path):
    plant("fail")
    file = tmp_path / "quality.html"
    assert f"Wrote {file}." in wattlake("quality", "--html", file).out
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    assert page.loads == []
    assert not {"script", "link", "img", "iframe"} & page.tags
    assert "url(" not in page.text
    assert "@import" not in page.text
    assert '{"zone": "<script>6</script>"}' in page.text
    assert "rolled back: 1 failed" in page.text
    for table in contracts():
        assert table in page.text


def test_the_page_is_not_written_where_there_is_no_folder(wattlake, lake_to_look_at, tmp_path):
    said = wattlake("quality", "--html", tmp_path / "missing" / "q.html")
    sentence = f"There is no folder `{tmp_path / 'missing'}` to write q.html to. Make it, or name another."
    assert (said.code, said.err) == (2, f"Error: {sentence}\n")


def test_quarantine_counts_and_lists_and_replays(wattlake, lake_to_change, contents, monkeypatch, tmp_path):
    monkeypatch.setenv("WATTLAKE_SMART_METERS", str(tmp_path / "bad.csv"))
    (tmp_path / "bad.csv").write_text("LCLid,tstp,energy(kWh/hh)\nSIM000001,2026-06-01 00:10:00,[1]\n")
    assert wattlake("ingest", "smart_meters").code == 0
    assert wattlake("build").code == 0
    before = contents(lake_to_change)
    assert "off the half-hour grid" in wattlake("quarantine").out
    listed = wattlake("quarantine", "list", "meter_reading", "--reason", "grid", "--limit", 1000).out
    assert '{"LCLid":"SIM000001","tstp":"2026-06-01 00:10:00","energy(kWh/hh)":"[1]"}' in listed
    assert "bad.csv" in listed
    assert "There are more" in wattlake("quarantine", "list", "--limit", 1).out
    said = wattlake("quarantine", "replay", "silver.meter_reading")
    assert said.code == 0
    assert re.fullmatch(r"silver\.meter_reading: 0 readings were released, \d+ stay in quarantine\.\n", said.out)
    assert contents(lake_to_change) == before
    said = wattlake("status")
    assert (said.code, "of smart_meters were set aside: off the half-hour grid" in said.err) == (1, True)


def test_what_is_not_in_quarantine_is_a_sentence(wattlake, lake_to_look_at):
    assert wattlake("quarantine", "list", "household").out == "No reading like that is in quarantine.\n"
    said = wattlake("quarantine", "list", "nothing_such")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: There is no quarantine of `nothing_such`. The tables are: carbon_intensity, ")

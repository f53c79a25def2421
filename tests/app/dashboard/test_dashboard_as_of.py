"""The dashboard as of the snapshot that the page's address asks for."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.dashboard_pages import go_to
from wattlake.app.dashboard import MAIN, snapshot
from wattlake.app.dashboard.views import overview
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

LATER = "delete from warehouse.kpi_member where user_id <> (select min(user_id) from warehouse.kpi_member)"


@pytest.fixture
def changed_folder(make_lake, community, tmp_path, use_lake) -> tuple[Path, int]:
    """A lake that lost all members but one, and the snapshot before."""
    folder = make_lake(tmp_path / "lake", community)
    lake = Lake(Settings(_env_file=None, data=str(folder), catalog=""))
    before = lake.snapshot_id()
    lake.write(lambda connection: connection.execute(LATER))
    lake.close()
    use_lake(folder)
    return folder, before


def opened(as_of: str = "") -> AppTest:
    test = AppTest.from_file(str(MAIN), default_timeout=30)
    if as_of:
        test.query_params["as_of"] = as_of
    return go_to(test, "overview").run()


def active_members(test: AppTest) -> int:
    assert not test.exception
    return int({metric.label: metric.value for metric in test.metric}["Active members"])


def badges(test: AppTest) -> str:
    return "\n".join(element.value for element in test.markdown)


def test_a_page_shows_what_the_lake_held_then_and_says_so(changed_folder, community):
    _, before = changed_folder
    now, then = opened(), opened(str(before))
    assert active_members(now) == 1 < active_members(then)
    assert f"As of `{before}`" in badges(then)
    assert "As of" not in badges(now)
    go_to(then, "impact").run()
    assert f"As of `{before}`" in badges(then), "another page stays there"
    assert str(before) in then.query_params["as_of"]


def test_choosing_a_snapshot_travels_to_it_and_choosing_now_comes_back(changed_folder):
    _, before = changed_folder
    test = opened()
    test.selectbox(key="snapshot").set_value(str(before)).run()
    assert active_members(test) > 1
    assert test.query_params["as_of"] == str(before)
    test.selectbox(key="snapshot").set_value("Now").run()
    assert active_members(test) == 1
    assert "as_of" not in test.query_params


def test_a_page_is_of_one_snapshot_whatever_is_committed_while_it_is_drawn(changed_folder, monkeypatch):
    folder, _ = changed_folder
    seen = []
    asked = snapshot.ask

    def ask_and_commit(query, *arguments, **named):
        answer = asked(query, *arguments, **named)
        seen.append(snapshot.lake().snapshot_id())
        if len(seen) == 3:
            lake = Lake(Settings(_env_file=None, data=str(folder), catalog=""))
            lake.write(lambda connection: connection.execute("delete from warehouse.kpi_member"))
            lake.close()
        return answer

    monkeypatch.setattr(snapshot, "ask", ask_and_commit)  # The main script imports it anew at each run.
    monkeypatch.setattr(overview, "ask", ask_and_commit)
    test = opened()
    assert not test.exception
    assert len(seen) > 4
    assert len(set(seen)) == 1
    assert active_members(test) == 1, "nothing was asked of what was committed in the middle"
    assert active_members(test.run()) == 0, "the next look is of the newest"


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [("99999", "There is no snapshot 99999. Kept are the snapshots 0 to"), ("noon", "`noon` is neither a snapshot")],
)
def test_what_is_not_kept_is_a_sentence_on_the_page(changed_folder, as_of, sentence):
    test = opened(as_of)
    assert not test.exception
    assert test.error[0].value == "The lake cannot be shown as the address asks:"
    assert test.code[0].value.startswith(sentence)
    assert not test.metric

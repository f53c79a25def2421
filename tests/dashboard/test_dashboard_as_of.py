"""The dashboard as of the snapshot that the page's address asks for."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.dashboard
from lake.catalog import Lake
from lake.settings import Settings

MAIN = Path(app.dashboard.__file__).parent / "main.py"
LATER = "delete from warehouse.fact_energy_flow where user_id <> (select min(user_id) from warehouse.fact_energy_flow)"


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
    return test.run()


def active_members(test: AppTest) -> int:
    assert not test.exception
    return int({metric.label: metric.value for metric in test.metric}["Active members"])


def badges(test: AppTest) -> str:
    return "\n".join(element.value for element in test.markdown)


def test_a_page_shows_what_the_lake_held_then_and_says_so(changed_folder, community):
    _, before = changed_folder
    now, then = opened(), opened(str(before))
    assert active_members(now) == 1 < active_members(then)
    assert f"As of {before}" in badges(then)
    assert "As of" not in badges(now)
    then.switch_page("views/forecast.py").run()
    assert f"As of {before}" in badges(then), "another page stays there"
    assert str(before) in then.query_params["as_of"]


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [("99999", "There is no snapshot 99999. Kept are the snapshots 0 to"), ("noon", "`noon` is neither a snapshot")],
)
def test_what_is_not_kept_is_a_sentence_on_the_page(changed_folder, as_of, sentence):
    test = opened(as_of)
    assert not test.exception
    (said,) = test.error
    assert said.value.startswith(sentence)
    assert not test.metric
